"""The reader's side: their copy of the chapters, what they have done, JupyterLab; for teachers, a class."""
