"""Answers to many recordings, a line each."""

import os
import sys
from collections.abc import Sequence

from samesong.runtime.cli.output import printable, say
from samesong.runtime.display.text import one_line, percent
from samesong.runtime.identification.ranking import Ranking
from samesong.runtime.identification.verdict import Verdict
from samesong.runtime.reports.answer import PERHAPS

_STYLES = {Verdict.MATCH: "bold", Verdict.PROBABLE: "yellow", Verdict.NONE: "dim"}
_SHARE = 0.4
"""Share of a terminal that names of files get at most; titles have the rest."""
_PROBABILITY = 8
"""Letters of the longest probability."""


class AnswerLines:
    """Prints a line a recording: its name, the probability and the song.

    On a terminal, names are those below the folder that all recordings are in, and what does not
    fit into a line ends in an ellipsis.

    Parameters
    ----------
    queries : sequence of str
        All recordings.
    """

    def __init__(self, queries: Sequence[str]) -> None:
        self._on_terminal = sys.stdout.isatty()
        start = _common_folder(queries) if self._on_terminal else ""
        self._names = {
            query: printable(os.path.relpath(query, start) if start else query) for query in queries
        }
        self._longest = max(map(len, self._names.values()), default=0)

    def show(self, ranking: Ranking) -> None:
        """Print the line of a recording.

        Parameters
        ----------
        ranking : Ranking
            Its answer.
        """
        name, song = self._names[ranking.query], _song(ranking)
        known = ranking.verdict is not Verdict.NONE
        sure = (percent(ranking.matches[0].probability) if known else "-").rjust(_PROBABILITY)
        if not self._on_terminal:
            say(f"{name.ljust(self._longest)}  {sure}  {song}")
            return
        from rich.console import Console  # noqa: PLC0415  (only a terminal needs it)
        from rich.text import Text  # noqa: PLC0415

        console = Console(highlight=False)
        file = Text(name)
        file.truncate(
            min(self._longest, int(_SHARE * console.width)), overflow="ellipsis", pad=True
        )
        rest = Text(f"  {sure}  {printable(song)}", style=_STYLES[ranking.verdict])
        console.print(file + rest, no_wrap=True, overflow="ellipsis")


def _common_folder(paths: Sequence[str]) -> str:
    folders = {os.path.dirname(path) for path in paths}
    try:
        return os.path.commonpath(folders)
    except ValueError:  # some are absolute and some are not, or there are none
        return ""


def _song(ranking: Ranking) -> str:
    if ranking.verdict is Verdict.NONE:
        return "none of these"
    best = ranking.matches[0]
    named = " - ".join(filter(None, map(one_line, (best.title, best.artist))))
    return named if ranking.accepted else f"{PERHAPS} {named}"
