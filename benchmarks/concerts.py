"""Concerts simulated from real recordings, and the accuracy of their set lists.

The recordings of a folder become live ones (other tempo and key, missing starts, repeated and
dropped sections, one venue's room, crowd, microphone and codec) and follow each other, with
applause and talk between them, medleys, teases, songs begun twice, and songs that are not in the
catalog::

    pip install '.[cpu,training]'
    python benchmarks/concerts.py build MUSIC --out concert.opus --truth truth.json --minutes 60
    python benchmarks/concerts.py measure truth.json --json results.json

``truth.json`` lists what happens when, and the recordings of the catalog. The measures are those of
`concerts_figures.Figures`.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import numpy as np
from concerts_figures import measure
from concerts_heard import hear
from concerts_music import gather
from concerts_program import plan, playable
from concerts_sound import draw_venue, play
from markdown import table

from samesong.features import audio
from samesong.runtime.files.discovery import content_hash
from samesong.runtime.inference.bundle import DEFAULT_MODEL, ModelBundle

Folder = click.Path(exists=True, file_okay=False, path_type=Path)
File = click.Path(dir_okay=False, path_type=Path)


@click.group()
def main() -> None:
    """Simulate concerts, and measure the set lists that samesong finds in them."""


@dataclass(frozen=True)
class Sounds:
    """Folders of recorded sounds; None where they are made up."""

    rooms: Path | None
    crowd: Path | None
    mic: Path | None
    speech: Path | None


def sound_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a concert's sounds to a command."""
    for option in (
        click.option("--speech", type=Folder, help="Recordings of talk; else by eSpeak NG."),
        click.option("--mic", type=Folder, help="Impulse responses of microphones."),
        click.option("--crowd", type=Folder, help="Recordings of crowds; else synthesised."),
        click.option("--rooms", type=Folder, help="Impulse responses of rooms; else simulated."),
    ):
        command = option(command)
    return command


@main.command("build")
@click.argument("music", type=Folder, nargs=-1, required=True)
@click.option("--out", type=File, required=True, help="The concert: .opus, .flac, .mp3 or .wav.")
@click.option("--truth", type=File, required=True, help="What happens in it, as JSON.")
@click.option("--minutes", default=60.0, show_default=True, help="Approximate length.")
@click.option("--strangers", default=3, show_default=True, help="Songs not in the catalog.")
@click.option("--strangers-from", type=Folder, help="Their folder; else left out of MUSIC.")
@click.option("--unplayed", type=Folder, multiple=True, help="More recordings of the catalog.")
@click.option("--whole", is_flag=True, help="No medleys, no teases, no songs begun twice.")
@click.option("--seed", default=1, show_default=True, help="Seed of everything that is random.")
@sound_options
def _build(
    *,
    music: tuple[Path, ...],
    out: Path,
    truth: Path,
    minutes: float,
    strangers: int,
    strangers_from: Path | None,
    unplayed: tuple[Path, ...],
    whole: bool,
    seed: int,
    **sounds: Path | None,
) -> None:
    """Simulate a concert from the recordings in the folders MUSIC."""
    tracks = playable(music)
    others = playable([strangers_from]) if strangers_from else tracks
    if len(others) < strangers:
        raise click.UsageError(f"{len(others)} recordings to draw {strangers} strangers from")
    held = playable([*music, *unplayed])
    _simulate(
        tracks,
        others,
        held,
        out=out,
        truth=truth,
        minutes=minutes,
        whole=whole,
        seed=seed,
        n_strangers=strangers,
        sounds=Sounds(**sounds),
    )


@main.command("rebuild")
@click.argument("packages", type=Folder, nargs=-1, required=True)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--minutes", default=60.0, show_default=True, help="Approximate length of each.")
@sound_options
def _rebuild(
    *, packages: tuple[Path, ...], out: Path, minutes: float, **sounds: Path | None
) -> None:
    """Build the three concerts of README.md into OUT, from the unpacked PACKAGES named there."""
    music = gather(packages, out / "music")
    orchestra, strangers = playable([music.orchestra]), playable([music.strangers])
    every = playable([music.orchestra, music.others])
    print(f"{len(every)} tracks, {len(orchestra)} of them of Wesnoth; {len(strangers)} held back")
    for name, tracks, whole, seed in (
        ("orchestra", orchestra, True, 1),
        ("whole_songs", every, True, 5),
        ("medleys_and_teases", every, False, 4),
    ):
        concert, truth = out / f"{name}.opus", out / f"{name}.json"
        if truth.exists():
            print(f"{truth} is there already")
            continue
        _simulate(
            tracks,
            strangers,
            every,
            out=concert,
            truth=truth,
            minutes=minutes,
            whole=whole,
            seed=seed,
            n_strangers=3,
            sounds=Sounds(**sounds),
        )


def _simulate(
    tracks: Sequence[Path],
    strangers: Sequence[Path],
    held: Sequence[Path],
    *,
    out: Path,
    truth: Path,
    minutes: float,
    whole: bool,
    seed: int,
    n_strangers: int,
    sounds: Sounds,
) -> None:
    """Write a concert of some tracks, with strangers drawn from others, and what happens in it."""
    rng = np.random.default_rng(seed)
    chosen = [strangers[i] for i in rng.choice(len(strangers), n_strangers, replace=False)]
    unknown = set(map(content_hash, chosen))
    catalog = [path for path in held if content_hash(path) not in unknown]
    known = [path for path in catalog if path in tracks]
    venue = draw_venue(
        rng,
        rooms=sounds.rooms,
        crowd=sounds.crowd,
        microphones=sounds.mic,
        speech=sounds.speech,
    )
    program = plan(known, chosen, minutes * 60, rng, whole=whole)
    parts = play(program, venue, out, rng)
    seconds = audio.probe(out).duration
    content = {
        "schema": 1,
        "recording": str(out.absolute()),
        "duration": seconds,
        "seed": seed,
        "catalog": [str(path) for path in catalog],
        "parts": parts,
    }
    truth.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    songs = [part for part in parts if part["kind"] == "song"]
    n_unknown = sum(not song["known"] for song in songs)
    print(f"{out}: {seconds / 60:.1f} min, {len(songs)} songs, {n_unknown} not in catalog")


@main.command("measure")
@click.argument(
    "truths",
    metavar="TRUTH...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="Name or folder.")
@click.option(
    "--catalogs",
    type=click.Path(path_type=Path),
    help="Folder of catalogs, which are kept (default: beside the first TRUTH).",
)
@click.option("--artist", "artists", multiple=True, help="Tell this artist to the commands.")
@click.option(
    "--repertoire",
    type=click.FloatRange(min=0),
    metavar="OTHERS",
    help="Tell the commands a repertoire: the songs played, and for each so many others.",
)
@click.option("--json", "json_path", type=File, help="Write figures and lists into this file.")
def _measure(
    *,
    truths: tuple[Path, ...],
    model: str,
    catalogs: Path | None,
    artists: tuple[str, ...],
    repertoire: float | None,
    json_path: Path | None,
) -> None:
    """Find the set lists of concerts, and measure their accuracy."""
    kept = catalogs or truths[0].parent / "catalogs"
    fingerprint = ModelBundle.load(model).fingerprint
    concerts = []
    for path in truths:
        truth = json.loads(path.read_text("utf-8"))
        tracks = hashlib.sha256("\n".join(truth["catalog"]).encode()).hexdigest()[:12]
        catalog = str(kept / f"{fingerprint}-{tracks}")
        concerts.append(hear(truth, catalog, model, artists=artists, others=repertoire))
        click.echo(f"{path}: {len(concerts[-1].listed)} songs listed")
    figures = measure(concerts).to_dict()
    rows = [[name.replace("_", " "), _shown(value)] for name, value in figures.items()]
    click.echo(table(["measure", "value"], rows))
    if json_path:
        content = {"model": model, "figures": figures, "concerts": [asdict(c) for c in concerts]}
        json_path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _shown(value: float | None) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
