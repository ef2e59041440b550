"""10 · FlowNetC: its exercises, its quiz, and what its cells call."""
