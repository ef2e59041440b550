"""Wrong answers to chapter 02's exercises that people really give, a file for each exercise."""
