"""Measure where the time of an identification goes, and compare with other libraries."""
