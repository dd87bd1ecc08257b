"""What ``samesong identify`` prints: a ranking, a line a recording, or JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import click

from samesong.runtime.cli.answer_lines import AnswerLines
from samesong.runtime.cli.output import complain, print_facts, print_json, say, say_in_style
from samesong.runtime.cli.table import print_table
from samesong.runtime.cli.verbosity import Verbosity, verbosity
from samesong.runtime.display.text import counted, percent, semitones, span
from samesong.runtime.identification.failure import Failure
from samesong.runtime.identification.ranking import Ranking
from samesong.runtime.identification.trace import Trace
from samesong.runtime.identification.verdict import Verdict
from samesong.runtime.reports.answer import answer
from samesong.runtime.reports.ranking_csv import RankingCsv

_HEADERS = (">", ">prob.", "title", "artist", "?>key", "?>in query", "?>in track")
_DETAILS = (">", "track", "?>recordings", "file")
_STYLES = {Verdict.MATCH: "bold green", Verdict.PROBABLE: "bold yellow", Verdict.NONE: ""}


@dataclass
class Answers:
    """Prints answers as they are found, and writes them to a table where one is wanted.

    Attributes
    ----------
    lines : AnswerLines or None
        Prints a line a recording; by default each gets its whole ranking.
    rows : RankingCsv or None
        The table.
    threshold : float
        Least probability at which a song is named.
    form : {'', 'json', 'jsonl'}
        Whether to print JSON, in one list or an object a line.
    silent : bool
        Print nothing but errors: something else is on standard output.
    explain : bool
        Print also what was searched.
    made_with : mapping of str to object
        What each object of JSON tells of the model.
    told : dict of Verdict to int
        Answers so far.
    failed : int
        Recordings that failed so far.
    """

    lines: AnswerLines | None
    rows: RankingCsv | None
    threshold: float
    form: str = ""
    silent: bool = False
    explain: bool = False
    made_with: Mapping[str, object] = field(default_factory=dict)
    told: dict[Verdict, int] = field(default_factory=lambda: dict.fromkeys(Verdict, 0))
    failed: int = 0
    _objects: list[dict[str, Any]] = field(default_factory=list)

    def add(self, ranking: Ranking) -> None:
        """Print an answer.

        Parameters
        ----------
        ranking : Ranking
            The answer.
        """
        self.told[ranking.verdict] += 1
        if self.rows is not None:
            self.rows.add(ranking)
        if self.form:
            self._add_object({**ranking.to_dict(explain=self.explain), **self.made_with})
            return
        if self.silent:
            return
        if self.lines is not None:
            self.lines.show(ranking)
        else:
            _show(ranking, self.threshold)
        if self.explain and ranking.trace is not None:
            _explain(ranking.trace)

    def fail(self, failure: Failure) -> None:
        """Print why a recording could not be identified.

        Parameters
        ----------
        failure : Failure
            The recording, and why.
        """
        self.failed += 1
        complain(failure.error)
        if self.rows is not None:
            self.rows.add_failure(failure.query, failure.error)
        if self.form:
            self._add_object(failure.to_dict())

    def finish(self) -> None:
        """Print what waits for the last answer."""
        if self.form == "json":
            print_json(self._objects)

    def summary(self) -> str:
        """Return how many recordings had which answer.

        Returns
        -------
        str
            Such as ``3 recordings: 2 named, 1 none of these``.
        """
        words = {Verdict.MATCH: "named", Verdict.PROBABLE: "probable", Verdict.NONE: "not known"}
        told = [f"{self.told[verdict]} {word}" for verdict, word in words.items()]
        told.append(f"{self.failed} failed")
        n_recordings = sum(self.told.values()) + self.failed
        some = ", ".join(one for one in told if not one.startswith("0 "))
        return f"{counted(n_recordings, 'recording')}" + (some and f": {some}")

    def _add_object(self, content: dict[str, Any]) -> None:
        if self.form == "jsonl":
            click.echo(json.dumps(content))
        else:
            self._objects.append(content)


def _show(ranking: Ranking, threshold: float) -> None:
    say(f"{ranking.query} (in {ranking.seconds:.1f} s)")
    say_in_style(answer(ranking, threshold), _STYLES[ranking.verdict])
    rows = [
        [
            match.rank,
            percent(match.probability),
            match.title,
            match.artist,
            semitones(match.key_shift),
            span(match.query_span),
            span(match.reference_span),
        ]
        for match in ranking.matches
    ]
    styles = [_STYLES[ranking.verdict], *[""] * (len(rows) - 1)] if rows else []
    print_table(_HEADERS, rows, styles)
    if verbosity() is Verbosity.VERBOSE:
        details = [
            [match.rank, match.track.track_id, 1 + len(match.versions), match.track.path]
            for match in ranking.matches
        ]
        print_table(_DETAILS, details)


def _explain(trace: Trace) -> None:
    how = {
        "exhaustive": "all windows compared",
        "candidates": "only the most similar windows compared",
    }
    facts: list[tuple[str, object]] = [
        ("windows in the catalog", trace.windows),
        ("search", how[trace.search]),
    ]
    if trace.index is not None:
        facts.append(("index", f"{trace.index}, {counted(trace.unindexed, 'window')} not in it"))
    facts += [("candidates", trace.candidates), ("pairs scored", trace.pairs)]
    facts += [(f"{stage}, ms", f"{time:.1f}") for stage, time in trace.milliseconds.items()]
    print_facts(facts)
