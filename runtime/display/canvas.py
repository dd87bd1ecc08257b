"""The canvas of all plots: figures, fonts, colours, and names that fit."""

import warnings
from base64 import b64encode
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from samesong.features.errors import MissingExtraError, install_hint
from samesong.runtime.display.text import one_line, short_time
from samesong.runtime.display.time_axis import tick_times
from samesong.runtime.files.atomic_write import whole_file

COLOUR_MAP = "cividis"
"""Readable with every kind of colour vision, and rising in lightness, for print."""

COLOURS = ("#0072b2", "#d55e00")
"""From Okabe and Ito's palette, which every kind of colour vision can distinguish."""

_DPI = 150
_INLINE_DPI = 72
_LONGEST = 200  # letters of a line that are tried
# The first comes with matplotlib; the others, where installed, add the scripts that it lacks.
_FONTS = (
    "DejaVu Sans",
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Droid Sans Fallback",
    "WenQuanYi Micro Hei",
    "Hiragino Sans",
    "Arial Unicode MS",
)


def require_matplotlib() -> None:
    """Check that plots can be drawn, before work that would be in vain.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    try:
        import matplotlib.figure  # noqa: F401, PLC0415
    except ImportError as error:
        raise MissingExtraError(f"pictures need matplotlib: {install_hint('plot')}") from error


@contextmanager
def picture(path: str | Path, width: float, height: float) -> Iterator[Any]:
    """Yield a matplotlib figure, and write it to a PNG file afterwards.

    Parameters
    ----------
    path : str or Path
        The PNG file.
    width : float
        Width in inches.
    height : float
        Height in inches.

    Yields
    ------
    matplotlib.figure.Figure
        The figure to draw on.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    OSError
        If the file cannot be written.
    """
    with _figure(width, height, _DPI) as figure:
        yield figure
        with whole_file(path) as stream:
            figure.savefig(stream, format="png")


@contextmanager
def inline_picture(width: float, height: float, made: list[str]) -> Iterator[Any]:
    """Yield a matplotlib figure, and make an HTML element of it afterwards.

    Parameters
    ----------
    width : float
        Width in inches.
    height : float
        Height in inches.
    made : list of str
        Gets an ``img`` that holds the picture itself.

    Yields
    ------
    matplotlib.figure.Figure
        The figure to draw on.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    with _figure(width, height, _INLINE_DPI) as figure:
        yield figure
        stream = BytesIO()
        figure.savefig(stream, format="png")
    made.append(f'<img src="data:image/png;base64,{b64encode(stream.getvalue()).decode()}">')


@contextmanager
def _figure(width: float, height: float, dpi: int) -> Iterator[Any]:
    require_matplotlib()
    # Without pyplot there is no global state: a program's other plots are left alone.
    from matplotlib import rc_context  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.font_manager import get_font_names  # noqa: PLC0415

    installed = set(get_font_names())
    fonts = [name for name in _FONTS if name in installed]
    with rc_context({"font.family": fonts}), warnings.catch_warnings():
        # A letter that no font has, in a title, becomes a box; that harms nothing.
        warnings.filterwarnings("ignore", "Glyph")
        yield Figure(figsize=(width, height), dpi=dpi, layout="constrained")


def label_log(
    axis: Any, digits: tuple[int, ...], labels: str | Callable[[float, int], str]
) -> None:
    """Label a logarithmic axis at a few round numbers, and nowhere else.

    Parameters
    ----------
    axis : matplotlib.axis.Axis
        The x axis or y axis of a panel.
    digits : tuple of int
        First digits of these numbers.
    labels : str or callable
        A format string with ``x``, or a function of the number and its position.
    """
    from matplotlib.ticker import LogLocator, NullLocator  # noqa: PLC0415  (an extra)

    axis.set_major_locator(LogLocator(subs=digits))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(labels)


def label_times(axis: Any, start: float, end: float, most: int) -> None:
    """Label an axis of seconds with round times.

    Parameters
    ----------
    axis : matplotlib.axis.Axis
        The x axis or y axis of a panel.
    start, end : float
        Its ends in seconds.
    most : int
        Largest number of labels.
    """
    at = tick_times(end - start, most, start)
    axis.set_ticks(at, map(short_time, at))


def fit(drawn: Any, text: str, room: float) -> None:
    """Set a text on a figure, cut to the room that there is.

    Parameters
    ----------
    drawn : matplotlib.text.Text
        The text on the figure.
    text : str
        Its new content.
    room : float
        Width in pixels of the figure.
    """

    def too_wide(longest: int) -> bool:
        drawn.set_text(name(text, longest))
        return bool(drawn.get_window_extent().width > room)

    # In scripts that are joined, a letter's width depends on those beside it: only trying tells.
    if too_wide(_LONGEST):
        longest = bisect_left(range(_LONGEST), True, key=too_wide) - 1
        drawn.set_text(name(text, max(longest, 0)))


def name(text: str, longest: int = 50) -> str:
    """Return a text as one short line, with nothing that matplotlib would read as a formula.

    Parameters
    ----------
    text : str
        Text in any script.
    longest : int, optional
        Number of letters that there is room for; those of East Asia count twice.

    Returns
    -------
    str
        The line, ending in dots where it was cut.
    """
    line = one_line(text)
    room = longest
    for index, letter in enumerate(line):
        room -= 2 if east_asian_width(letter) in "FW" else 1
        if room < 0:
            line = f"{line[: max(index - 3, 0)].rstrip()}..."
            break
    return line.replace("$", r"\$")
