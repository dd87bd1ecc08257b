"""Identification: the tracks of a catalog that a recording is a performance of."""
