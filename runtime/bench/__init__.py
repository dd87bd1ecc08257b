"""Measuring samesong: where the time goes, what retrieval finds, and how peers compare."""
