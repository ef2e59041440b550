"""What a chapter says and asks: its session, claims, guesses, quizzes, figures and the scoreboard."""
