"""Plots as PNG files, one module each; they need the extra 'plot'."""

from samesong.runtime.plots.comparison import save_comparison
from samesong.runtime.plots.evaluation import save_evaluation
from samesong.runtime.plots.setlist import save_setlist

__all__ = ["save_comparison", "save_evaluation", "save_setlist"]
