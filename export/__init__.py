"""samesong export: from a training checkpoint to a model bundle."""
