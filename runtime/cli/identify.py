"""``samesong identify``: rank the tracks of a catalog by a recording."""

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from samesong import __version__
from samesong.features.decoding.channels import Channel
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.repertoire import Repertoire
from samesong.runtime.cli.answer_lines import AnswerLines
from samesong.runtime.cli.answers import Answers
from samesong.runtime.cli.catalog_argument import catalog_argument
from samesong.runtime.cli.command import Command
from samesong.runtime.cli.exit_codes import after
from samesong.runtime.cli.isolation import isolate_option
from samesong.runtime.cli.made_with import made_with
from samesong.runtime.cli.options import (
    STANDARD_OUTPUT,
    FiniteRange,
    OutputFile,
    json_option,
    keep_apart,
    model_options,
)
from samesong.runtime.cli.output import name_files, remark
from samesong.runtime.cli.places import RecordingPath
from samesong.runtime.cli.repertoire_options import repertoire_options, searched
from samesong.runtime.cli.sound_options import sound_options
from samesong.runtime.cli.standard_input import StandardInput
from samesong.runtime.cli.verbosity import Verbosity, verbosity
from samesong.runtime.files.recordings import find_recordings
from samesong.runtime.identification.failure import Failure
from samesong.runtime.identification.identifier import Identifier
from samesong.runtime.identification.verdict import ACCEPTED
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.isolation.choice import file_reader
from samesong.runtime.reports.ranking_csv import RankingCsv, open_ranking_csv, print_ranking_csv


@click.command(cls=Command)
@catalog_argument()
@click.argument("audio", type=RecordingPath(), metavar="AUDIO...", nargs=-1, required=True)
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
    is_flag=False,
    flag_value=str(STANDARD_OUTPUT),
    metavar="[RESULTS.csv]",
    help="Write a line per recording to this file as soon as it is identified; to standard output "
    "where none is named, or -.",
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
@click.option(
    "--jsonl", "as_lines", is_flag=True, help="Print JSON, an object a line as they are found."
)
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
    as_lines: bool,
) -> int:
    """Rank the songs of CATALOG by how likely each AUDIO file is a performance of them.

    AUDIO may be a folder, which means all recordings in it and below it, or - for standard input.
    Several recordings get a line each; -v prints the ranking of each.

    The answer probability is that of a song among all of the catalog and none of them; together
    they have 100 %. It is another one than the pair probability of 'samesong compare', which knows
    of two recordings alone.
    """
    if resume and table in (None, STANDARD_OUTPUT):
        raise click.UsageError("--resume needs the file of the earlier run: name it with --csv")
    if as_json + as_lines + (table == STANDARD_OUTPUT) > 1:
        raise click.UsageError(
            "--json, --jsonl and --csv - all write to standard output: give one of them"
        )
    keep_apart(audio, [None if table == STANDARD_OUTPUT else table])
    piped = StandardInput(audio)
    bundle = ModelBundle.load(model)
    opened = Catalog(catalog, bundle)
    opened.require_tracks()
    scope = searched(opened, repertoire, bundle.fitted)
    identifier = Identifier(bundle, scope.catalog, device, threshold=threshold, known=scope.known)
    queries, failures = find_recordings(audio)
    detailed = len(queries) == 1 or verbosity() is Verbosity.VERBOSE
    settings = partial(
        made_with, bundle, opened, repertoire, threshold=threshold, top=top, exhaustive=exhaustive
    )
    with (
        piped,
        file_reader(isolate=isolate, channel=channel, stream=stream) as reader,
        _table(table, lambda: settings(sound=reader.sound), resume=resume) as rows,
    ):
        answers = Answers(
            lines=None if detailed else AnswerLines(queries),
            rows=rows,
            threshold=threshold,
            form="json" if as_json else "jsonl" if as_lines else "",
            silent=table == STANDARD_OUTPUT,
            explain=explain,
            made_with={
                "model": bundle.manifest.name,
                "threshold": threshold,
                "version": __version__,
            },
        )
        for folder, reason in failures.items():
            answers.fail(Failure(folder, reason))
        pending = [query for query in queries if rows is None or query not in rows]
        kept = len(queries) - len(pending)
        found = identifier.identify_many(
            map(piped.path, pending), top, exhaustive=exhaustive, reader=reader
        )
        for query, one in zip(pending, found, strict=True):
            if isinstance(one, Failure):
                answers.fail(Failure(query, piped.named(one.error)))
            else:
                answers.add(replace(one, query=query))
    answers.finish()
    n_done = kept + sum(answers.told.values())
    if not answers.form and not answers.silent and (table is not None or len(queries) > 1):
        earlier = f"; {kept} of an earlier run" if kept else ""
        remark(answers.summary() + earlier)
        name_files([table] if table else [])
    return after(n_done, answers.failed)


def _table(
    path: Path | None, settings: Callable[[], dict[str, str]], *, resume: bool
) -> AbstractContextManager[RankingCsv | None]:
    """Open the table, where one is wanted."""
    if path is None:
        return nullcontext()
    if path == STANDARD_OUTPUT:
        return nullcontext(print_ranking_csv(sys.stdout, settings()))
    return open_ranking_csv(path, settings(), resume=resume)
