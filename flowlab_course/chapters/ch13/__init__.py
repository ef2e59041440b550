"""13 · Your own project: its exercises, its quiz, and what its cells call."""
