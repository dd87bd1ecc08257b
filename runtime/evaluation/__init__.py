"""Accuracy of a model on recordings whose works are known."""
