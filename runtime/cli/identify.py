"""``samesong identify``: rank the tracks of a catalog by a recording."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import click

from samesong.features.decoding.channels import Channel
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.repertoire import Repertoire
from samesong.runtime.cli.catalog_argument import catalog_argument
from samesong.runtime.cli.exit_codes import after
from samesong.runtime.cli.isolation import file_reader, isolate_option
from samesong.runtime.cli.made_with import made_with
from samesong.runtime.cli.options import (
    FiniteRange,
    OutputFile,
    json_option,
    keep_apart,
    model_options,
)
from samesong.runtime.cli.output import (
    complain,
    print_facts,
    print_json,
    print_table,
    say,
)
from samesong.runtime.cli.queries import find_queries
from samesong.runtime.cli.repertoire_options import repertoire_options, searched
from samesong.runtime.cli.sound_options import sound_options
from samesong.runtime.files.failure import file_failure
from samesong.runtime.identification.identifier import Identifier
from samesong.runtime.identification.ranking import Ranking
from samesong.runtime.identification.trace import Trace
from samesong.runtime.identification.verdict import ACCEPTED
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.reports.answer import answer
from samesong.runtime.reports.ranking_csv import RankingCsv, open_ranking_csv
from samesong.runtime.reports.text import counted, percent, semitones, span

_HEADERS = [
    *(">rank", ">probability", "title", "artist", ">versions"),
    *(">key", ">in the query", ">in the track", "track"),
]


@click.command()
@catalog_argument
@click.argument("audio", metavar="AUDIO...", nargs=-1, required=True)
@click.option(
    "--top",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="Number of songs to show.",
)
@click.option(
    "--threshold",
    type=FiniteRange(0, 1),
    default=ACCEPTED,
    show_default=True,
    help="Minimum answer probability for naming the first song.",
)
@click.option(
    "--exhaustive", is_flag=True, help="Compare with the whole catalog, not only with candidates."
)
@click.option("--explain", is_flag=True, help="Show what was searched, and the time of each stage.")
@repertoire_options
@click.option(
    "--csv",
    "-o",
    "table",
    type=OutputFile(),
    metavar="RESULTS.csv",
    help="Write a line per recording to this file as soon as it is identified, in place of tables.",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Keep what RESULTS.csv has from an earlier run with the same options, model and catalog, "
    "and identify only the other recordings.",
)
@sound_options
@isolate_option
@model_options
@json_option
def identify(
    *,
    catalog: str,
    audio: Sequence[str],
    top: int,
    threshold: float,
    exhaustive: bool,
    explain: bool,
    repertoire: Repertoire,
    table: Path | None,
    resume: bool,
    channel: Channel | None,
    stream: int | None,
    isolate: bool,
    model: str,
    device: Device,
    as_json: bool,
) -> int:
    """Rank the songs of CATALOG by how likely each AUDIO file is a performance of them.

    AUDIO may be a folder: all recordings in it and below it are identified.

    The answer probability is that of a song among all of the catalog and none of them; together
    they have 100 %. It is another one than the pair probability of 'samesong compare', which knows
    of two recordings alone.
    """
    if resume and table is None:
        raise click.UsageError("--resume needs the file of the earlier run: name it with --csv")
    keep_apart(audio, [table])
    bundle = ModelBundle.load(model)
    opened = Catalog(catalog, bundle)
    opened.require_tracks()
    scope = searched(opened, repertoire, bundle.fitted)
    identifier = Identifier(bundle, scope.catalog, device, threshold=threshold, known=scope.known)
    queries, failures = find_queries(audio)
    objects: list[dict[str, Any]] = []
    failed = kept = 0
    settings = partial(
        made_with, bundle, opened, repertoire, threshold=threshold, top=top, exhaustive=exhaustive
    )
    with (
        file_reader(isolate=isolate, channel=channel, stream=stream) as reader,
        _table(table, lambda: settings(sound=reader.sound), resume=resume) as rows,
    ):

        def fail(query: str, reason: str) -> None:
            nonlocal failed
            failed += 1
            complain(reason)
            objects.append({"query": query, "error": reason})
            if rows is not None:
                rows.add_failure(query, reason)

        for folder, reason in failures.items():
            fail(folder, reason)
        for query in queries:
            if rows is not None and query in rows:
                kept += 1
                continue
            try:
                with reader.open(query) as file:
                    ranking = identifier.identify(file, top, exhaustive=exhaustive)
            except Exception as error:
                fail(query, file_failure(query, error))
                continue
            objects.append(ranking.to_dict(explain=explain))
            if rows is not None:
                rows.add(ranking)
            if as_json:
                continue
            if rows is not None:
                say(f"{query}: {answer(ranking, threshold)}")
            else:
                _show(ranking, threshold)
            if explain and ranking.trace is not None:
                _explain(ranking.trace)
    if as_json:
        print_json(objects)
    elif table is not None:
        earlier = f", {kept} of them by an earlier run" if kept else ""
        say(f"{counted(len(objects) + kept, 'recording')}{earlier}: {table}")
    return after(len(objects) + kept - failed, failed)


def _table(
    path: Path | None, settings: Callable[[], dict[str, str]], *, resume: bool
) -> AbstractContextManager[RankingCsv | None]:
    """Open the table, where one is wanted."""
    return nullcontext() if path is None else open_ranking_csv(path, settings(), resume=resume)


def _show(ranking: Ranking, threshold: float) -> None:
    say(f"{ranking.query} (in {ranking.seconds:.1f} s)")
    say(answer(ranking, threshold))
    print_table(
        _HEADERS,
        [
            [
                match.rank,
                percent(match.probability),
                match.title,
                match.artist,
                1 + len(match.versions),
                semitones(match.key_shift),
                span(match.query_span),
                span(match.reference_span),
                match.track.track_id,
            ]
            for match in ranking.matches
        ],
    )
    say()


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
    say()
