"""Adding recordings to a catalog."""
