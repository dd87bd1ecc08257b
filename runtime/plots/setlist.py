"""The plot of a set list: a timeline with one row per song, shaded by probability."""

from pathlib import Path
from typing import Any

from samesong.runtime.identification.verdict import Verdict
from samesong.runtime.plots.canvas import COLOUR_MAP, fit, name, picture
from samesong.runtime.reports.candidates import described
from samesong.runtime.reports.song_names import probability_in_words, title_and_artist
from samesong.runtime.reports.text import hms
from samesong.runtime.reports.time_axis import tick_times
from samesong.runtime.setlist.document import Setlist, Song

_ROW = 0.26  # inches
_NAME_AT = 0.195  # where the names begin in their panel, which is 1 wide
_HATCH = "////"


def save_setlist(setlist: Setlist, path: str | Path) -> None:
    """Draw a set list into a PNG file.

    Each song is a bar from its start to its end, in a row with its number, start and name. Darker
    bars are more certain, and the percentage is next to each. Unknown songs are hatched; the row of
    one says what it may be, if anything.

    Parameters
    ----------
    setlist : Setlist
        The set list.
    path : str or Path
        The PNG file.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> from pathlib import Path
    >>> from samesong.runtime.setlist.document import Setlist, Song
    >>> unknown = Song(start=12.0, end=200.5)
    >>> save_setlist(Setlist(recording="a.wav", duration=240.0, songs=(unknown,)), "list.png")
    >>> Path("list.png").read_bytes()[1:4]
    b'PNG'
    """
    rows = max(len(setlist.songs), 1)
    with picture(path, 13, 1.7 + _ROW * rows) as figure:
        names, bars = figure.subplots(1, 2, sharey=True, width_ratios=(5, 7.5))
        names.axis("off")
        written = []
        for row, song in enumerate(setlist.songs):
            written.append(_write(names, row, song))
            _draw(bars, row, song, setlist.duration)
        if not setlist.songs:
            bars.text(0.5, 0.5, "no songs were found", ha="center", transform=bars.transAxes)
        bars.set_ylim(rows - 0.4, -0.6)
        bars.set_xlim(0, max(setlist.duration, 1))
        at = tick_times(setlist.duration, most=7)
        bars.set_xticks(at, map(hms, at))
        bars.set_yticks([])
        bars.grid(axis="x", color="#cccccc", linewidth=0.6)
        bars.set_axisbelow(True)
        for side in ("left", "right", "top"):
            bars.spines[side].set_visible(False)
        bars.set_xlabel("time in the recording (h:mm:ss)")
        figure.suptitle(_summary(setlist))
        figure.draw_without_rendering()  # lays it out
        room = (1 - _NAME_AT) * names.get_window_extent().width
        for drawn, song in zip(written, setlist.songs, strict=True):
            fit(drawn, _name(song), room)


def _summary(setlist: Setlist) -> str:
    unknown = sum(song.track is None for song in setlist.songs)
    return (
        f"{name(setlist.name, 90)}\n"
        f"{hms(setlist.duration)} long; songs: {len(setlist.songs)}"
        + (f", unknown ones (hatched): {unknown}" if unknown else "")
        + ("; darker bars are more certain" if setlist.songs else "")
    )


def _name(song: Song) -> str:
    if song.track is not None:
        return title_and_artist(song.track)
    return described(song, most=int(song.verdict is Verdict.PROBABLE))


def _write(panel: Any, row: int, song: Song) -> Any:
    """Write the row of a song, and return the text that its name is to be put in."""
    # Each column is a text of its own: one that runs from right to left leaves the others alone.
    style = {"va": "center", "clip_on": True}
    panel.text(0.045, row, f"{row + 1}.", ha="right", **style)
    panel.text(0.17, row, hms(song.start), ha="right", **style)
    return panel.text(_NAME_AT, row, "", **style)


def _draw(panel: Any, row: int, song: Song, duration: float) -> None:
    from matplotlib import colormaps  # noqa: PLC0415  (as in the canvas, an extra)

    known = song.track is not None
    sure = 1.0 if song.probability is None else song.probability  # people are sure
    panel.barh(
        row,
        song.end - song.start,
        left=song.start,
        height=0.72,
        color=colormaps[COLOUR_MAP](1 - sure) if known else "white",
        edgecolor="#333333",
        hatch=None if known else _HATCH,
        linewidth=0.8,
    )
    # Beside the bar, on the side where there is room.
    before = song.end > 0.92 * duration and song.start > 0.08 * duration
    panel.annotate(
        probability_in_words(song),
        (song.start if before else song.end, row),
        xytext=(-4 if before else 4, 0),
        textcoords="offset points",
        ha="right" if before else "left",
        va="center",
        fontsize=9,
    )
