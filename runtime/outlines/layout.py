"""The layout of outlines that the file, the scan and the compiled loop share."""

LANES = 64
"""Windows in a record: more fall out of a core's cache when they are aligned."""

FACTORS = 8
"""Dimensions of a record are padded to a multiple of this: so many are multiplied at a time."""

LARGEST = 32_767
"""Largest product of a query's step with a window's, in 16 bits: it stands for a cosine of 1."""

HALVED = 0.5
"""The ``skip_share`` that the compiled loop computes with: in 16 bits, a shift to the right. For
a model with another one, NumPy does the work."""
