"""Index, identify and compare recordings, without PyTorch."""
