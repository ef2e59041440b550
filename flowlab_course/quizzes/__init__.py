"""The chapters' quizzes, one module each. They stand here and not in the notebooks, where the answers would show."""
