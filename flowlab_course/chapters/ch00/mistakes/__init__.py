"""Wrong answers to chapter 00's exercises that people really give, a file for each exercise."""
