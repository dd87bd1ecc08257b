"""Coarse outlines of windows, for searching a million of them in a second."""
