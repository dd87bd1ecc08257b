"""A corpus on disk, rendered from works in notes: a studio and a live recording of each."""

import csv
import hashlib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import soundfile

from samesong.features.errors import TrainingError
from samesong.training.audio_rendering import RATE, SoundSources, render_audio
from samesong.training.corpus import SymbolicWork

LIST = "list.csv"
COLUMNS = ("path", "work_id", "kind")

#: Both versions of a work, and what their files are.
FORMATS = {"studio": "flac", "live": "mp3"}


def render_works(
    works: Sequence[SymbolicWork],
    folder: Path,
    sources: SoundSources,
    *,
    count: int,
    seed: int,
    jobs: int,
) -> list[str]:
    """Render works into a folder with a list that training reads; started again, it goes on.

    Parameters
    ----------
    works : sequence of SymbolicWork
        The corpus.
    folder : Path
        Gets ``list.csv`` (path, work_id, kind) and a FLAC and an MP3 file a work.
    sources : SoundSources
        Instruments, rooms, crowds and microphones.
    count : int
        Works to render at most, drawn by their names, so that a larger count adds to a smaller.
    seed : int
        Seed of everything else.
    jobs : int
        Processes.

    Returns
    -------
    list of str
        Failures, one line a work that could not be rendered.

    Raises
    ------
    MissingExtraError, TrainingError
        If the first work cannot be rendered: then none can.
    """
    folder.mkdir(parents=True, exist_ok=True)
    done = listed_works(folder / LIST)
    chosen = sorted(works, key=lambda work: hash_name(work.work_id))[:count]
    left = iter([work for work in chosen if work.work_id not in done])
    for work in islice(left, 1):
        append_to_list(folder, [render_work(work, folder, sources, seed)])
    failures = []
    with ProcessPoolExecutor(jobs) as pool:
        tasks = [(work, pool.submit(render_work, work, folder, sources, seed)) for work in left]
        for work, task in tasks:
            try:
                append_to_list(folder, [task.result()])
            except TrainingError as error:
                failures.append(f"{work.work_id}: {error}")
    return failures


def render_work(work: SymbolicWork, folder: Path, sources: SoundSources, seed: int) -> SymbolicWork:
    """Write both recordings of a work.

    Parameters
    ----------
    work : SymbolicWork
        The work.
    folder : Path
        Gets the files.
    sources : SoundSources
        Instruments, rooms, crowds and microphones.
    seed : int
        Seed of everything random, together with the name of the work.

    Returns
    -------
    SymbolicWork
        The work without its scores, which need not travel between processes.
    """
    for kind in FORMATS:
        rng = np.random.default_rng([seed, hash_name(work.work_id), kind == "live"])
        notes = work.versions[int(rng.integers(len(work.versions)))]
        samples = render_audio(notes, sources, live=kind == "live", rng=rng)
        lossy = {"compression_level": rng.uniform(0, 0.9), "bitrate_mode": "CONSTANT"}
        soundfile.write(
            folder / file_name(work, kind),
            np.clip(samples, -1, 1),
            RATE,
            **(lossy if kind == "live" else {}),
        )
    return replace(work, versions=())


def append_to_list(folder: Path, works: Sequence[SymbolicWork]) -> None:
    """Append works to the list, once their recordings are written.

    Parameters
    ----------
    folder : Path
        Folder of the list, which is made when missing.
    works : sequence of SymbolicWork
        The works.
    """
    path = folder / LIST
    new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        if new:
            writer.writerow(COLUMNS)
        for work in works:
            for kind in FORMATS:
                writer.writerow([file_name(work, kind), work.work_id, kind])


def listed_works(path: Path) -> set[str]:
    """Return the works in a list.

    Parameters
    ----------
    path : Path
        The list.

    Returns
    -------
    set of str
        Names of its works; none if there is no such file.
    """
    if not path.exists():
        return set()
    with path.open(encoding="utf-8", newline="") as file:
        return {row["work_id"] for row in csv.DictReader(file)}


def file_name(work: SymbolicWork, kind: str) -> str:
    """Return the name of a recording's file.

    Parameters
    ----------
    work : SymbolicWork
        The work.
    kind : {'studio', 'live'}
        Which of its recordings.

    Returns
    -------
    str
        The name, without a folder.
    """
    return f"{hash_name(work.work_id):08x}_{kind}.{FORMATS[kind]}"


def hash_name(work_id: str) -> int:
    """Return a number that depends on nothing but the name of a work.

    Parameters
    ----------
    work_id : str
        The name.

    Returns
    -------
    int
        32 bits.
    """
    return int.from_bytes(hashlib.sha256(work_id.encode()).digest()[4:8], "big")
