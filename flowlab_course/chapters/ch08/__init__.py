"""08 · Correlation: its exercises, its quiz, and what its cells call."""
