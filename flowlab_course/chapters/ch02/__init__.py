"""02 · Warping and errors: its exercises, its quiz, and what its cells call."""
