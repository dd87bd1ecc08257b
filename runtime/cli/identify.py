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
from samesong.runtime.identification.verdict import ACCEPTED, Verdict
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
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
    say(_sentence(ranking, threshold))
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


def _sentence(ranking: Ranking, threshold: float) -> str:
    """Return the verdict on a query in words."""
    if not ranking.matches:
        return "None of these: the catalog has nothing to compare it with."
    best = ranking.matches[0]
    name = repr(best.track.title) + (f" by {best.track.artist}" if best.track.artist else "")
    if ranking.verdict is Verdict.MATCH:
        return f"This is {name}, score {best.score:.3f}."
    score, least = _rounded_below(best.score, threshold), str(threshold).removesuffix(".0")
    if ranking.verdict is Verdict.PROBABLE:
        return f"Probably {name}: its score, {score}, is below {least}, but no other comes near."
    return f"None of these: the best score, {score}, is below {least}."


def _rounded_below(score: float, threshold: float) -> str:
    """Return a score with three digits, or as many as it takes to stay below a threshold.

    >>> _rounded_below(0.25, 0.5), _rounded_below(0.49961, 0.5)
    ('0.250', '0.4996')
    """
    texts = (f"{score:.{digits}f}" for digits in range(3, 17))
    return next((text for text in texts if float(text) < threshold), str(score))


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
