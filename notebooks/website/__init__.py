"""The pages that are made from the notebooks, each by one command; what is made is never in git."""
