"""Counts how many simulated live recordings are identified, in a folder of studio recordings.

The folder is indexed; some of its tracks are turned into live recordings (other tempo and key, a
room, a crowd, a phone's microphone); each is identified, and its track should come first. Tracks
that come first instead of it are listed with their score: a folder of real recordings may hold a
piece more than once, and then a listener has to judge::

    pip install .[cpu,training]
    python benchmarks/live_simulation.py MUSIC_FOLDER --queries 10 --seed 1
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import click
import numpy as np
import soundfile

from samesong.features import audio
from samesong.runtime.bundle import DEFAULT_MODEL
from samesong.training.live import LiveSettings, random_settings, simulate_live

RATE = 44100  # Hz, as a phone records
SHORTEST = 30.0  # seconds
LONGEST = 240.0  # seconds of a track that are played live

# Runs in a process of its own, so that imports are counted; decoding is timed apart.
_FIRST_IDENTIFY = """
import sys, time
began = time.perf_counter()
from samesong.runtime import Identifier, ModelBundle
from samesong.runtime.catalog import Catalog
catalog, model, query = sys.argv[1:]
bundle = ModelBundle.load(model)
Identifier(bundle, Catalog(catalog, bundle)).identify(query)
total = time.perf_counter() - began
from samesong.features import audio
began = time.perf_counter()
audio.load(query)
print(total - (time.perf_counter() - began))
"""


@dataclass
class Outcome:
    """What became of one query; its rank counts from 1, and is None beyond those asked for."""

    studio: str
    settings: LiveSettings
    rank: int | None
    score: float
    first: str
    first_score: float
    seconds: float


Folder = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("music", type=Folder)
@click.option("--queries", default=10, show_default=True, help="Live recordings to make.")
@click.option("--seed", default=1, show_default=True, help="Chooses the tracks and their changes.")
@click.option("--model", default=DEFAULT_MODEL, show_default=True)
@click.option("--rooms", type=Folder, help="Impulse responses of rooms; else simulated.")
@click.option("--crowd", type=Folder, help="Recordings of crowds; else synthesised.")
@click.option("--mic", type=Folder, help="Impulse responses of microphones; else band limits.")
@click.option("--keep", type=click.Path(path_type=Path), help="Keep catalog and queries here.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Write results here.")
def main(
    *,
    music: Path,
    queries: int,
    seed: int,
    model: str,
    rooms: Path | None,
    crowd: Path | None,
    mic: Path | None,
    keep: Path | None,
    json_path: Path | None,
) -> None:
    """Index MUSIC, simulate live versions of some of it, identify them and count."""
    rng = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as temporary:
        work = keep or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        catalog = str(work / "catalog")
        indexed = samesong("index", catalog, str(music), "--model", model, allowed={0, 1})
        print(f"{indexed['n_tracks']} tracks indexed in {indexed['seconds']:.1f} s")
        names = {file["path"]: file["track_id"] for file in indexed["files"] if file["track_id"]}
        tracks = [path for path in sorted(names) if audio.probe(path).duration >= SHORTEST]
        chosen = rng.choice(len(tracks), min(queries, len(tracks)), replace=False)
        outcomes = []
        for number, index in enumerate(chosen):
            settings = random_settings(rng, rooms=rooms, crowds=crowd, microphones=mic)
            query = work / f"query_{number:03}.flac"
            studio = audio.load(tracks[index], sample_rate=RATE, duration=LONGEST)
            soundfile.write(query, simulate_live(studio, RATE, settings, rng), RATE)
            outcome = identified(
                catalog=catalog,
                model=model,
                query=query,
                studio=tracks[index],
                names=names,
                settings=settings,
            )
            outcomes.append(outcome)
            show(outcomes[-1])
        first = subprocess.run(
            [sys.executable, "-c", _FIRST_IDENTIFY, catalog, model, str(work / "query_000.flac")],
            check=True,
            capture_output=True,
            text=True,
        )
        report = summary(outcomes, indexed["n_tracks"], float(first.stdout))
    print(
        f"{report['right_first']} of {report['queries']} have the right track first, "
        f"{report['right_in_five']} among the first five\n"
        f"import and first identify against {report['tracks']} tracks: "
        f"{report['first_identify_seconds']:.2f} s beyond decoding"
    )
    if json_path:
        json_path.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def samesong(*arguments: str, allowed: set[int]) -> Any:
    """Run a samesong command and return what it prints with --json."""
    command = [str(Path(sys.executable).with_name("samesong")), *arguments, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in allowed:
        raise click.ClickException(f"{' '.join(command)} failed: {done.stderr}")
    return json.loads(done.stdout)


def identified(
    *,
    catalog: str,
    model: str,
    query: Path,
    studio: str,
    names: dict[str, str],
    settings: LiveSettings,
) -> Outcome:
    """Identify one live recording by the command a user would run."""
    began = perf_counter()
    (ranking,) = samesong("identify", catalog, str(query), "--model", model, allowed={0})
    seconds = perf_counter() - began
    matches = ranking["matches"]
    right = [match for match in matches if match["track_id"] == names[studio]]
    first = [path for path, track_id in names.items() if track_id == matches[0]["track_id"]]
    return Outcome(
        studio=studio,
        settings=settings,
        rank=right[0]["rank"] if right else None,
        score=right[0]["score"] if right else 0.0,
        first=Path(first[0]).name,
        first_score=matches[0]["score"],
        seconds=seconds,
    )


def show(outcome: Outcome) -> None:
    """Print a line of the table, and which track came first when it is not the right one."""
    s = outcome.settings
    print(
        f"{Path(outcome.studio).stem:28.28}  tempo x{s.tempo:.2f}  key {s.transpose:+5.1f}  "
        f"crowd {s.crowd_db:4.1f} dB  rank {outcome.rank or '-':>3}  score {outcome.score:.3f}"
        + (f"  first: {outcome.first} ({outcome.first_score:.3f})" if outcome.rank != 1 else "")
    )


def summary(outcomes: list[Outcome], tracks: int, first_identify: float) -> dict[str, Any]:
    """Return counts and every outcome, ready for JSON."""
    ranks = [outcome.rank for outcome in outcomes]
    return {
        "tracks": tracks,
        "queries": len(outcomes),
        "right_first": sum(rank == 1 for rank in ranks),
        "right_in_five": sum(rank is not None and rank <= 5 for rank in ranks),
        "first_identify_seconds": round(first_identify, 3),
        "outcomes": [
            {
                "studio": outcome.studio,
                "tempo": round(outcome.settings.tempo, 3),
                "transpose": round(outcome.settings.transpose, 2),
                "crowd_db": round(outcome.settings.crowd_db or 0.0, 1),
                "rank": outcome.rank,
                "score": outcome.score,
                "first": outcome.first,
                "first_score": outcome.first_score,
                "seconds": round(outcome.seconds, 2),
            }
            for outcome in outcomes
        ],
    }


if __name__ == "__main__":
    main()
