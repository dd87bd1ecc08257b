"""Answers for many recordings as one CSV file, written line by line while they are found."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from samesong.features.errors import ManifestError
from samesong.runtime.display.text import decimal, one_line
from samesong.runtime.files.atomic_write import whole_file
from samesong.runtime.files.csv_formulas import guard
from samesong.runtime.identification.ranking import Match, Ranking
from samesong.runtime.reports.candidates import in_one_cell

COLUMNS = (
    *("query", "verdict", "title", "artist", "probability", "candidates"),
    *("key_shift", "tempo_ratio", "work_id", "track_id", "isrc", "iswc", "seconds", "error"),
    "made_with",
)
_ERROR = COLUMNS.index("error")
_MADE_WITH = COLUMNS.index("made_with")

_CANDIDATES = 3


class RankingCsv:
    """An open CSV file with one line a recording.

    Every line is written at once, so that whatever ends the work loses none before it. Cells are
    guarded as in set lists.

    Parameters
    ----------
    stream : TextIO
        The file.
    done : frozenset of str
        Recordings that have a line without an error already.
    settings : mapping of str to str
        What the answers are made with, which every line tells.
    """

    def __init__(self, stream: TextIO, done: frozenset[str], settings: Mapping[str, str]) -> None:
        self._stream = stream
        self._rows = csv.writer(stream, quoting=csv.QUOTE_ALL)
        self._done = done
        self._settings = json.dumps(settings)

    def __contains__(self, query: str) -> bool:
        return guard(one_line(query)) in self._done

    def add(self, ranking: Ranking) -> None:
        """Write the line of a recording that was identified.

        Parameters
        ----------
        ranking : Ranking
            The answer; the line names a song only where it is a match, since whoever adds up
            titles would count others. What else it may be is among the candidates.
        """
        best = ranking.matches[0] if ranking.accepted else None
        self._write(
            [
                *(one_line(ranking.query), str(ranking.verdict)),
                *_name(best),
                "" if ranking.accepted else _candidates(ranking),
                *(("", "") if best is None else (str(best.key_shift), f"{best.tempo_ratio:.3f}")),
                *_codes(best),
                f"{ranking.seconds:.2f}",
                "",
                self._settings,
            ]
        )

    def add_failure(self, query: str, error: str) -> None:
        """Write the line of a recording that could not be identified.

        Parameters
        ----------
        query : str
            The recording.
        error : str
            Why.
        """
        empty = [""] * (len(COLUMNS) - 3)
        self._write([one_line(query), *empty, one_line(error), self._settings])

    def _write(self, cells: list[str]) -> None:
        numbers = {"probability", "key_shift", "tempo_ratio", "seconds"}
        self._rows.writerow(
            cell if name in numbers else guard(cell)
            for name, cell in zip(COLUMNS, cells, strict=True)
        )
        self._stream.flush()


def print_ranking_csv(stream: TextIO, settings: Mapping[str, str] | None = None) -> RankingCsv:
    """Write answers as CSV to a stream, such as a pipe, without a byte order mark.

    Parameters
    ----------
    stream : TextIO
        Gets the header at once.
    settings : mapping of str to str, optional
        What the answers are made with: values by the names of options.

    Returns
    -------
    RankingCsv
        Writes the lines.
    """
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerow(COLUMNS)
    return RankingCsv(stream, frozenset(), settings or {})


@contextmanager
def open_ranking_csv(
    path: Path, settings: Mapping[str, str] | None = None, *, resume: bool = False
) -> Iterator[RankingCsv]:
    """Open a CSV file for answers.

    Parameters
    ----------
    path : Path
        The file; one that exists is replaced.
    settings : mapping of str to str, optional
        What the answers are made with: values by the names of options.
    resume : bool, optional
        Keep the lines of an earlier run, except those with an error and what it left half written.

    Yields
    ------
    RankingCsv
        Open as long as the context lasts.

    Raises
    ------
    ManifestError
        If the file to be resumed holds something else, or was made with other settings.
    OSError
        If the file cannot be written.
    """
    settings = settings or {}
    kept = _kept(path) if resume and path.exists() else []
    for row in kept:
        _check_settings(path, row[_MADE_WITH], settings)
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([COLUMNS, *kept])
    with whole_file(path) as start:
        # Without a byte order mark, spreadsheets on Windows take it for the local code page.
        start.write(text.getvalue().encode("utf-8-sig"))
    with path.open("a", encoding="utf-8", newline="") as stream:
        yield RankingCsv(stream, frozenset(row[0] for row in kept), settings)


def _kept(path: Path) -> list[list[str]]:
    """Return the lines of an earlier run that need no more work."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header, *rows = [*csv.reader(stream)] or [[]]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ManifestError(_refusal(path)) from error
    if tuple(header) != COLUMNS:
        raise ManifestError(_refusal(path))
    return [row for row in rows if len(row) == len(COLUMNS) and not row[_ERROR]]


def _check_settings(path: Path, made_with: str, settings: Mapping[str, str]) -> None:
    """Refuse to mix answers that were made in different ways."""
    try:
        before = {str(name): str(value) for name, value in json.loads(made_with).items()}
    except (ValueError, AttributeError) as error:
        raise ManifestError(_refusal(path)) from error
    names = [name for name in {**before, **settings} if before.get(name) != settings.get(name)]
    if not names:
        return
    told = "; ".join(
        f"{name} was {before.get(name, 'not given')}, and is {settings.get(name, 'not given')} now"
        for name in names
    )
    raise ManifestError(
        f"{path} was made otherwise: {told}: resume with what it was made with, name another "
        "file, or leave --resume out to replace this one"
    )


def _refusal(path: Path) -> str:
    return (
        f"{path} does not hold the answers of an earlier run: name the file that it wrote, or "
        "leave --resume out to replace this one"
    )


def _name(match: Match | None) -> tuple[str, str, str]:
    if match is None:
        return "", "", ""
    return one_line(match.title), one_line(match.artist), decimal(match.probability)


def _candidates(ranking: Ranking) -> str:
    return in_one_cell(
        (" - ".join(filter(None, map(one_line, (one.title, one.artist)))), one.probability)
        for one in ranking.matches[:_CANDIDATES]
    )


def _codes(match: Match | None) -> tuple[str, ...]:
    if match is None:
        return ("",) * 4
    track = match.track
    return (*map(one_line, (match.work_id, track.track_id, track.isrc, track.iswc)),)
