"""Numbers that the compiled loops of this room share with the NumPy code beside them."""

LEAST_VARIANCE = 1e-4
"""Cells of a row or column that vary less are weighed as if they varied so much: single precision
resolves a smaller variance of cosines only roughly."""

QUERY_ROWS = 3
FACTORS = 4
"""Rows of a query, and dimensions, that the loop over CSMs takes at a time: these products, and
what they are made of, fit into the 16 vector registers of a core."""
