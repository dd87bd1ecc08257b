"""Analysing files on a Ray cluster."""
