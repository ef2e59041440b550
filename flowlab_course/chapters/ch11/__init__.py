"""11 · Training: its exercises, its quiz, and what its cells call."""
