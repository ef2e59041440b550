"""04 · Horn-Schunck: its exercises, its quiz, and what its cells call."""
