"""00 · Start here: its exercises, its quiz, and what its cells call."""
