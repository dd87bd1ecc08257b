"""Makes up concerts of real recordings, and measures the set lists that samesong finds in them.

The recordings of a folder become live ones (other tempo and key, missing starts, repeated and
dropped sections, one venue's room, crowd, microphone and codec), and are played one after the
other, with applause and talk between them, medleys, teases, songs begun twice, and songs that are
not in the catalog::

    pip install '.[cpu,training]'
    python benchmarks/concerts.py build MUSIC --out concert.opus --truth truth.json --minutes 60
    python benchmarks/concerts.py measure truth.json --json results.json

``truth.json`` says what happens when, and which recordings belong into the catalog.
"""

import json
from pathlib import Path

import click
import numpy as np
from concerts_program import plan, playable
from concerts_sound import draw_venue, play

from samesong.features import audio

Folder = click.Path(exists=True, file_okay=False, path_type=Path)
File = click.Path(dir_okay=False, path_type=Path)


@click.group()
def main() -> None:
    """Make up concerts, and measure the set lists that samesong finds in them."""


@main.command()
@click.argument("music", type=Folder, nargs=-1, required=True)
@click.option("--out", type=File, required=True, help="The concert: .opus, .flac, .mp3 or .wav.")
@click.option("--truth", type=File, required=True, help="What happens in it, as JSON.")
@click.option("--minutes", default=60.0, show_default=True, help="About how long it lasts.")
@click.option("--strangers", default=3, show_default=True, help="Songs not in the catalog.")
@click.option("--strangers-from", type=Folder, help="Where those are; else left out of MUSIC.")
@click.option("--seed", default=1, show_default=True, help="Draws everything.")
@click.option("--rooms", type=Folder, help="Impulse responses of rooms; else simulated.")
@click.option("--crowd", type=Folder, help="Recordings of crowds; else synthesised.")
@click.option("--mic", type=Folder, help="Impulse responses of microphones; else band limits.")
@click.option("--speech", type=Folder, help="Recordings of talk; else eSpeak NG, if installed.")
def build(
    *,
    music: tuple[Path, ...],
    out: Path,
    truth: Path,
    minutes: float,
    strangers: int,
    strangers_from: Path | None,
    seed: int,
    rooms: Path | None,
    crowd: Path | None,
    mic: Path | None,
    speech: Path | None,
) -> None:
    """Make up a concert of the recordings in the folders MUSIC."""
    rng = np.random.default_rng(seed)
    tracks = playable(music)
    others = playable([strangers_from]) if strangers_from else tracks
    if len(others) < strangers:
        raise click.UsageError(f"{len(others)} recordings to draw {strangers} strangers from")
    chosen = [others[i] for i in rng.choice(len(others), strangers, replace=False)]
    known = [path for path in tracks if path not in chosen]
    venue = draw_venue(rng, rooms=rooms, crowd=crowd, microphones=mic, speech=speech)
    parts = play(plan(known, chosen, minutes * 60, rng), venue, out, rng)
    content = {
        "schema": 1,
        "recording": str(out),
        "duration": audio.probe(out).duration,
        "seed": seed,
        "catalog": [str(path) for path in known],
        "parts": parts,
    }
    truth.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    songs = [part for part in parts if part["kind"] == "song"]
    unknown = sum(not song["known"] for song in songs)
    print(
        f"{out}: {content['duration'] / 60:.1f} min, {len(songs)} songs, {unknown} not in catalog"
    )


if __name__ == "__main__":
    main()
