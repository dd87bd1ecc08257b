"""Recordings of works in notes: a studio and a live version of each, as a corpus on disk."""

import csv
import hashlib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from samesong.features.errors import TrainingError
from samesong.training.arrange import rearrange, top_voice
from samesong.training.corpus import SymbolicWork
from samesong.training.live import random_settings, simulate_live
from samesong.training.render import lead
from samesong.training.soundfonts import play
from samesong.training.symbolic import Notes
from samesong.training.versions import repeat_to
from samesong.training.voice import sing

Rng = np.random.Generator
Samples = NDArray[np.float32]

RATE = 22_050  # Hz
SECONDS = 130.0  # of a recording: one window and a little to cut it from
LIST = "list.csv"
COLUMNS = ("path", "work_id", "kind")

#: Both versions of a work, and what their files are.
FORMATS = {"studio": "flac", "live": "mp3"}

#: Share of the recordings in which the tune is sung.
SUNG = 0.6


@dataclass(frozen=True)
class Stage:
    """What recordings are made with.

    Attributes
    ----------
    soundfonts
        SF2 or SF3 files.
    rooms, crowds, microphones
        Folders of recordings for the live simulator; None has them simulated.
    """

    soundfonts: tuple[Path, ...]
    rooms: Path | None = None
    crowds: Path | None = None
    microphones: Path | None = None


def perform(notes: Notes, stage: Stage, *, live: bool, rng: Rng) -> Samples:
    """Record one version of a work, drawn anew: `SECONDS` of it at `RATE`."""
    strength = rng.uniform(0.3, 1.0) if live else rng.uniform(0, 0.5)
    version = rearrange(repeat_to(notes, SECONDS, rng), strength, rng)
    music = level(play(version, SECONDS, RATE, stage.soundfonts, rng))
    if rng.random() < SUNG:
        leading = version.part == lead(version, int(version.part.max()) + 1)
        tune = version.select(leading & top_voice(version))
        music += 10 ** (rng.uniform(-6, 9) / 20) * sing(tune, SECONDS, RATE, rng)
    if not live:
        return level(music)
    drawn = random_settings(
        rng,
        crowd_db=(-3.0, 20.0),
        rooms=stage.rooms if rng.random() < 0.5 else None,
        crowds=stage.crowds,
        microphones=stage.microphones if rng.random() < 0.3 else None,
    )
    # Key, tempo and structure have changed in the notes, and the file is encoded as it is written.
    settings = replace(
        drawn,
        tempo=1.0,
        tempo_drift=0.0,
        transpose=0.0,
        missing_start=0.0,
        edits=0,
        codec_loss=0.0,
    )
    return simulate_live(level(music), RATE, settings, rng)


def level(samples: Samples) -> Samples:
    """Bring a recording to a root mean square of 0.1; silence stays silent."""
    return np.asarray(samples * (0.1 / max(1e-6, float(samples.std()))), np.float32)


def record_works(
    works: Sequence[SymbolicWork], folder: Path, stage: Stage, *, count: int, seed: int, jobs: int
) -> list[str]:
    """Record works into a folder with a list that training reads; started again, it goes on.

    Parameters
    ----------
    works
        The corpus.
    folder
        Gets ``list.csv`` (path, work_id, kind) and a FLAC and an MP3 file a work.
    stage
        What to record with.
    count
        Works to record at most, drawn by their names, so that a larger count adds to a smaller.
    seed
        Of everything else.
    jobs
        Processes.

    Returns
    -------
    list of str
        What went wrong, one line a work that could not be recorded.

    Raises
    ------
    MissingExtraError, TrainingError
        If the first work cannot be recorded: then none can.
    """
    folder.mkdir(parents=True, exist_ok=True)
    done = recorded(folder / LIST)
    chosen = sorted(works, key=lambda work: number_of(work.work_id))[:count]
    left = iter([work for work in chosen if work.work_id not in done])
    for work in islice(left, 1):
        add(folder, [record(work, folder, stage, seed)])
    failures = []
    with ProcessPoolExecutor(jobs) as pool:
        tasks = [(work, pool.submit(record, work, folder, stage, seed)) for work in left]
        for work, task in tasks:
            try:
                add(folder, [task.result()])
            except TrainingError as error:
                failures.append(f"{work.work_id}: {error}")
    return failures


def record(work: SymbolicWork, folder: Path, stage: Stage, seed: int) -> SymbolicWork:
    """Write both recordings of a work."""
    for kind in FORMATS:
        rng = np.random.default_rng([seed, number_of(work.work_id), kind == "live"])
        notes = work.versions[int(rng.integers(len(work.versions)))]
        samples = perform(notes, stage, live=kind == "live", rng=rng)
        lossy = {"compression_level": rng.uniform(0, 0.9), "bitrate_mode": "CONSTANT"}
        soundfile.write(
            folder / name_of(work, kind),
            np.clip(samples, -1, 1),
            RATE,
            **(lossy if kind == "live" else {}),
        )
    return replace(work, versions=())


def add(folder: Path, works: Sequence[SymbolicWork]) -> None:
    """Add works to the list, once their recordings are there."""
    path = folder / LIST
    new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        if new:
            writer.writerow(COLUMNS)
        for work in works:
            for kind in FORMATS:
                writer.writerow([name_of(work, kind), work.work_id, kind])


def recorded(path: Path) -> set[str]:
    """Return the works that a list holds already."""
    if not path.exists():
        return set()
    with path.open(encoding="utf-8", newline="") as file:
        return {row["work_id"] for row in csv.DictReader(file)}


def name_of(work: SymbolicWork, kind: str) -> str:
    """Return the name of a recording's file."""
    return f"{number_of(work.work_id):08x}_{kind}.{FORMATS[kind]}"


def number_of(work_id: str) -> int:
    """Return a number that depends on nothing but the name of a work, 32 bits."""
    return int.from_bytes(hashlib.sha256(work_id.encode()).digest()[4:8], "big")
