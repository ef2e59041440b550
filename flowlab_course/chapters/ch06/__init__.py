"""06 · Loading chairs: its exercises, its quiz, and what its cells call."""
