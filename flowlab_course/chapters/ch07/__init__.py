"""07 · FlowNetS: its exercises, its quiz, and what its cells call."""
