"""``samesong identify``: rank the tracks of a catalog for recordings."""

from collections.abc import Sequence
from typing import Any

import click

from samesong.features.errors import AudioError, CatalogError, MissingExtraError
from samesong.runtime.bundle import ModelBundle
from samesong.runtime.catalog import Catalog
from samesong.runtime.cli.exit_codes import after
from samesong.runtime.cli.options import json_option, model_options
from samesong.runtime.cli.output import (
    complain,
    print_json,
    print_table,
    say,
    semitones,
    span,
)
from samesong.runtime.identify import Identifier, Ranking
from samesong.runtime.session import Device

_HEADERS = [">rank", ">score", "title", "artist", ">key", ">in the query", ">in the track", "track"]


@click.command()
@click.argument("catalog")
@click.argument("audio", metavar="AUDIO...", nargs=-1, required=True)
@click.option(
    "--top", type=click.IntRange(min=1), default=10, show_default=True, help="Tracks to show."
)
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    help="Score from which on the first track is accepted; the model's own by default.",
)
@model_options
@json_option
def identify(
    *,
    catalog: str,
    audio: Sequence[str],
    top: int,
    threshold: float | None,
    model: str,
    device: Device,
    as_json: bool,
) -> int:
    """Rank the tracks of CATALOG by how likely each AUDIO file is a performance of them."""
    bundle = ModelBundle.load(model)
    opened = Catalog(catalog, bundle)
    if not len(opened):
        raise CatalogError(
            f"catalog {catalog} is empty: add recordings with 'samesong index {catalog} PATH...'"
        )
    identifier = Identifier(bundle, opened, device, threshold=threshold)
    if threshold is None:
        threshold = bundle.manifest.calibration.threshold
    objects: list[dict[str, Any]] = []
    failed = 0
    for path in audio:
        try:
            ranking = identifier.identify(path, top)
        except (AudioError, MissingExtraError) as error:
            complain(str(error))
            objects.append({"query": path, "error": str(error)})
            failed += 1
            continue
        objects.append(ranking.to_dict())
        if not as_json:
            _show(ranking, threshold)
    if as_json:
        print_json(objects)
    return after(len(audio) - failed, failed)


def _show(ranking: Ranking, threshold: float) -> None:
    best = ranking.matches[0]
    say(f"{ranking.query} ({ranking.seconds:.1f} s)")
    if ranking.accepted:
        artist = f" by {best.track.artist}" if best.track.artist else ""
        say(f"This is {best.track.title!r}{artist}, score {best.score:.3f}.")
    else:
        say(f"None of these: the best score, {best.score:.3f}, is below {threshold:g}.")
    print_table(
        _HEADERS,
        [
            [
                match.rank,
                f"{match.score:.3f}",
                match.track.title,
                match.track.artist,
                semitones(match.key_shift),
                span(match.query_span),
                span(match.reference_span),
                match.track.track_id,
            ]
            for match in ranking.matches
        ],
    )
    say()
