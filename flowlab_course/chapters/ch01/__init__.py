"""01 · What is flow: its exercises, its quiz, and what its cells call."""
