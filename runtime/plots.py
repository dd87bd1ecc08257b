"""The picture of two recordings compared: their CSMs and the aligned path."""

from pathlib import Path

from samesong.runtime.compare import Comparison


def save_comparison(comparison: Comparison, path: str | Path) -> None:
    """Draw a comparison into a PNG file.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    raise NotImplementedError
