"""``samesong listen``: name what is being played, from a microphone or a pipe."""

import json
import sys
from pathlib import Path

import click

from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.repertoire import Repertoire
from samesong.runtime.cli.catalog_argument import catalog_argument
from samesong.runtime.cli.command import Command
from samesong.runtime.cli.exit_codes import DONE
from samesong.runtime.cli.formats import chosen, output_option, save
from samesong.runtime.cli.heard_songs import HeardSongs
from samesong.runtime.cli.options import FiniteRange, keep_apart, model_options
from samesong.runtime.cli.output import say
from samesong.runtime.cli.repertoire_options import repertoire_options, searched
from samesong.runtime.display.text import percent, semitones, short_time, span
from samesong.runtime.identification.identifier import Identifier
from samesong.runtime.identification.verdict import ACCEPTED, Verdict
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.listening.following import follow
from samesong.runtime.listening.listener import INTERVAL, Answer
from samesong.runtime.listening.microphone import Microphone
from samesong.runtime.listening.pcm import PcmStream
from samesong.runtime.reports.answer import PERHAPS


@click.command(cls=Command)
@catalog_argument()
@click.argument("source", metavar="[-]", type=click.Choice(["-"]), required=False)
@click.option(
    "--rate",
    type=click.IntRange(8_000, 192_000),
    help="Samples a second of bare PCM (16-bit little-endian mono); a WAV is expected without it.",
)
@click.option(
    "--interval",
    type=FiniteRange(min=0.5),
    default=INTERVAL,
    show_default=True,
    help="Minimum seconds of sound from one answer to the next.",
)
@click.option(
    "--top",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="Maximum number of tracks in an answer of --jsonl.",
)
@click.option("--jsonl", "as_lines", is_flag=True, help="Print JSON, an object a line.")
@output_option
@repertoire_options
@model_options
def listen(
    *,
    catalog: str,
    source: str | None,
    rate: int | None,
    interval: float,
    top: int,
    as_lines: bool,
    outputs: tuple[Path, ...],
    repertoire: Repertoire,
    model: str,
    device: Device,
) -> int:
    """Name the track of CATALOG that is being played, again and again until Ctrl-C.

    Listens to the microphone, which needs the extra 'listen', or with - to a pipe, such as

    ffmpeg -i http://radio.example/live -f wav - | samesong listen CATALOG -

    Each answer rests on the last two minutes. OUTPUT is a set list of what was named, which grows
    with every answer.
    """
    if rate is not None and source is None:
        raise click.UsageError("--rate is for a pipe: add - to listen to one")
    reports = chosen(None, outputs)
    keep_apart([], outputs)
    microphone = None if source else Microphone()  # it may lack its extra
    bundle = ModelBundle.load(model)
    opened = Catalog(catalog, bundle)
    opened.require_tracks()
    scope = searched(opened, repertoire, bundle.fitted)
    identifier = Identifier(bundle, scope.catalog, device, known=scope.known)
    songs = HeardSongs(bundle.manifest.name, ACCEPTED)
    sound = microphone or PcmStream(sys.stdin.buffer, rate)
    for found in follow(sound, sound.rate, identifier.identify, top=top, interval=interval):
        save(songs.add(found), reports)
        if as_lines:
            click.echo(json.dumps(found.to_dict()))
        else:
            say(_line(found))
    return DONE


def _line(found: Answer) -> str:
    at = short_time(found.heard)
    if found.waiting:
        return f"{at}  {found.to_dict()['detail']}"
    best = found.matches[0]
    if found.verdict is Verdict.NONE:
        return f"{at}  none of the catalog's songs (best probability {percent(best.probability)})"
    artist = f" by {best.artist}" if best.artist else ""
    perhaps = "" if found.accepted else f"{PERHAPS} "
    return (
        f"{at}  {perhaps}{best.title!r}{artist}, {percent(best.probability)}, "
        f"key {semitones(best.key_shift)}, at {span(best.reference_span)} of the track"
    )
