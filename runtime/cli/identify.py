"""``samesong identify``: rank the tracks of a catalog by a recording."""

from collections.abc import Sequence
from typing import Any

import click

from samesong.features.errors import AudioError, MissingExtraError
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.cli.exit_codes import after
from samesong.runtime.cli.options import FiniteRange, json_option, model_options
from samesong.runtime.cli.output import (
    complain,
    print_facts,
    print_json,
    print_table,
    say,
    span,
)
from samesong.runtime.identification.identifier import Identifier
from samesong.runtime.identification.ranking import Ranking
from samesong.runtime.identification.trace import Trace
from samesong.runtime.identification.verdict import ACCEPTED
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.reports.answer import answer
from samesong.runtime.reports.text import counted, semitones

_HEADERS = [
    *(">rank", ">score", "title", "artist", ">versions"),
    *(">key", ">in the query", ">in the track", "track"),
]


@click.command()
@click.argument("catalog")
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
    help="Minimum score for accepting the first song.",
)
@click.option(
    "--exhaustive", is_flag=True, help="Compare with the whole catalog, not only with candidates."
)
@click.option("--explain", is_flag=True, help="Show what was searched, and the time of each stage.")
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
    model: str,
    device: Device,
    as_json: bool,
) -> int:
    """Rank the songs of CATALOG by how likely each AUDIO file is a performance of them."""
    bundle = ModelBundle.load(model)
    opened = Catalog(catalog, bundle)
    opened.require_tracks()
    identifier = Identifier(bundle, opened, device, threshold=threshold)
    objects: list[dict[str, Any]] = []
    failed = 0
    for path in audio:
        try:
            ranking = identifier.identify(path, top, exhaustive=exhaustive)
        except (AudioError, MissingExtraError) as error:
            complain(str(error))
            objects.append({"query": path, "error": str(error)})
            failed += 1
            continue
        objects.append(ranking.to_dict(explain=explain))
        if not as_json:
            _show(ranking, threshold)
            if explain and ranking.trace is not None:
                _explain(ranking.trace)
    if as_json:
        print_json(objects)
    return after(len(audio) - failed, failed)


def _show(ranking: Ranking, threshold: float) -> None:
    say(f"{ranking.query} (in {ranking.seconds:.1f} s)")
    say(answer(ranking, threshold))
    print_table(
        _HEADERS,
        [
            [
                match.rank,
                f"{match.score:.3f}",
                match.track.title,
                match.track.artist,
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
