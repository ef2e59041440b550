"""The site: `make site`, or python -m docs.site."""
