"""03 · Lucas-Kanade: its exercises, its quiz, and what its cells call."""
