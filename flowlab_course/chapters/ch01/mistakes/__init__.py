"""Wrong answers to chapter 01's exercises that people really give, a file for each exercise."""
