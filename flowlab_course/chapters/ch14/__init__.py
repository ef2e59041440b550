"""14 · After FlowNet: its exercises, its quiz, and what its cells call."""
