"""05 · Making chairs: its exercises, its quiz, and what its cells call."""
