"""Numbers that the compiled loops of this room share with the NumPy code beside them."""

LEAST_VARIANCE = 1e-4
"""Cells of a row or column that vary less are weighed as if they varied so much: single precision
tells a smaller variance of cosines from its rounding only roughly."""
