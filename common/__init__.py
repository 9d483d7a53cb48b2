"""Everything the page, the API and the trainer share; knows no web framework and no torch."""
