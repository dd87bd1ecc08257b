"""Two windows against each other: cross-similarity matrices, alignments and the scorer."""
