"""Which tracks of a catalog a recording is a performance of."""
