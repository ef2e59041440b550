"""The page that computes in a browser, built and served as a visitor gets it."""
