"""09 · The raw kernel: its exercises, its quiz, and what its cells call."""
