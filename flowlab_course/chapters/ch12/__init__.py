"""12 · Judgement: its exercises, its quiz, and what its cells call."""
