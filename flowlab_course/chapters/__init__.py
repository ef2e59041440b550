"""A folder for each chapter: exercises.py, quiz.py, and figures and widgets that it alone uses."""
