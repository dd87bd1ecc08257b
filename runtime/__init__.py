"""samesong runtime: index, identify and compare recordings, without PyTorch."""
