"""The plot of a set list: a timeline with one row per song, shaded by probability."""

from pathlib import Path
from typing import Any

from samesong.runtime.display.canvas import COLOUR_MAP, fit, label_times, name, picture
from samesong.runtime.display.text import hms, short_time
from samesong.runtime.identification.verdict import Verdict
from samesong.runtime.reports.candidates import described
from samesong.runtime.reports.song_names import probability_in_words, title_and_artist
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.song import Song

_ROW = 0.26  # inches
_GAP = 6  # points between a bar and its name
_HATCH = "////"


def save_setlist(setlist: Setlist, path: str | Path) -> None:
    """Draw a set list into a PNG file.

    Each song is a bar from its start to its end, in a row of its own, with its name and probability
    beside it. Darker bars are more certain. Unknown songs are hatched; beside one is what it may
    be, if anything.

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
    >>> from samesong.runtime.setlist.document import Setlist
    >>> from samesong.runtime.setlist.song import Song
    >>> unknown = Song(start=12.0, end=200.5)
    >>> save_setlist(Setlist(recording="a.wav", duration=240.0, songs=(unknown,)), "list.png")
    >>> Path("list.png").read_bytes()[1:4]
    b'PNG'
    """
    rows = max(len(setlist.songs), 1)
    with picture(path, 13, 1.7 + _ROW * rows) as figure:
        panel = figure.subplots()
        written = []
        for row, song in enumerate(setlist.songs):
            _draw(panel, row, song)
            written.append(_write(panel, row, song, setlist.duration))
        if not setlist.songs:
            panel.text(0.5, 0.5, "no songs were found", ha="center", transform=panel.transAxes)
        panel.set_ylim(rows - 0.4, -0.6)
        panel.set_xlim(0, max(setlist.duration, 1))
        label_times(panel.xaxis, 0, setlist.duration, most=12)
        panel.set_yticks(range(len(setlist.songs)), _rows(setlist))
        panel.tick_params(axis="y", length=0)
        panel.grid(axis="x", color="#cccccc", linewidth=0.6)
        panel.set_axisbelow(True)
        for side in ("left", "right", "top"):
            panel.spines[side].set_visible(False)
        panel.set_xlabel("time in the recording")
        figure.suptitle(_summary(setlist))
        figure.draw_without_rendering()  # lays it out
        wide = panel.get_window_extent().width / max(setlist.duration, 1)
        gap = _GAP * figure.dpi / 72
        for drawn, song in zip(written, setlist.songs, strict=True):
            room = song.start if _is_late(song, setlist.duration) else setlist.duration - song.end
            fit(drawn, _name(song), room * wide - 2 * gap)


def _summary(setlist: Setlist) -> str:
    unknown = sum(song.track is None for song in setlist.songs)
    return (
        f"{name(setlist.name, 90)}\n"
        f"{hms(setlist.duration)} long; songs: {len(setlist.songs)}"
        + (f", unknown ones (hatched): {unknown}" if unknown else "")
        + ("; darker bars are more certain" if setlist.songs else "")
    )


def _rows(setlist: Setlist) -> list[str]:
    return [
        f"{number}.  {short_time(song.start)}" for number, song in enumerate(setlist.songs, start=1)
    ]


def _is_late(song: Song, duration: float) -> bool:
    """Return whether there is more room before a song than after it."""
    return song.start > duration - song.end


def _name(song: Song) -> str:
    if song.track is None:
        return described(song, most=int(song.verdict is Verdict.PROBABLE))
    return f"{title_and_artist(song.track)} ({probability_in_words(song)})"


def _write(panel: Any, row: int, song: Song, duration: float) -> Any:
    """Return a text beside a song's bar, on the side where there is more room."""
    late = _is_late(song, duration)
    return panel.annotate(
        "",
        (song.start if late else song.end, row),
        xytext=(-_GAP if late else _GAP, 0),
        textcoords="offset points",
        ha="right" if late else "left",
        va="center",
    )


def _draw(panel: Any, row: int, song: Song) -> None:
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
