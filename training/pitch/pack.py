"""Lessons on disk: made once, in parallel, a file each; started again it goes on where it was."""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from rich.console import Console

from samesong.features.errors import SamesongError
from samesong.training.corpus import SymbolicWork, read_works
from samesong.training.pitch.examples import Example, Studio, from_notes, from_recording
from samesong.training.recordings import entries_below

Folder = click.Path(exists=True, file_okay=False, path_type=Path)
File = click.Path(exists=True, dir_okay=False, path_type=Path)

SUFFIX = ".npz"


@dataclass(frozen=True)
class Task:
    """A lesson to be made.

    Attributes
    ----------
    name
        Of its file, without suffix: the kind, and a number that depends on nothing but its source.
    source
        A recording or a work in notes.
    """

    name: str
    source: Path | SymbolicWork


def save(example: Example, path: Path) -> None:
    """Write a lesson; the file is either complete or absent.

    Parameters
    ----------
    example : Example
        The lesson.
    path : Path
        The ``.npz`` file to write.
    """
    unfinished = path.with_suffix(".unfinished.npz")
    np.savez(unfinished, heard=example.heard, notes=example.notes)
    unfinished.replace(path)


def load(path: Path) -> Example:
    """Read a lesson that `save` wrote.

    Parameters
    ----------
    path : Path
        The ``.npz`` file.

    Returns
    -------
    Example
        The lesson, still packed.
    """
    with np.load(path) as kept:
        return Example(kept["heard"], kept["notes"])


def tasks_of(
    recordings: Sequence[Path], works: Sequence[SymbolicWork], pieces: int
) -> tuple[list[Task], list[Task]]:
    """List the lessons of recordings, of each several pieces, and of works, drawn by their names.

    Parameters
    ----------
    recordings : sequence of Path
        Folders; see `samesong.training.recordings.entries_below`.
    works : sequence of SymbolicWork
        Works in notes.
    pieces : int
        Lessons a recording.

    Returns
    -------
    of_recordings, of_works : list of Task
        In an order that mixes all sources, and in which a larger corpus adds to a smaller.
    """
    heard = [
        Task(f"{name_of_recording(folder, entry.work_id)}-{piece}", entry.path)
        for folder in recordings
        for entry in entries_below(folder)
        for piece in range(pieces)
    ]
    played = [Task(f"{name_of_work(work)}-0", work) for work in works]

    def order(task: Task) -> str:
        return task.name[-1] + task.name

    return sorted(heard, key=order), sorted(played, key=order)


def make(task: Task, folder: Path, studio: Studio, seed: int) -> str:
    """Make a lesson, unless its file exists.

    Parameters
    ----------
    task : Task
        The lesson to make.
    folder : Path
        Existing folder for its file.
    studio : Studio
        Teacher, soundfonts and noise.
    seed : int
        0 or above; it and the task's name determine every random choice.

    Returns
    -------
    str
        Why the lesson was skipped; empty if it was not.
    """
    path = folder / f"{task.name}{SUFFIX}"
    if path.exists():
        return ""
    rng = np.random.default_rng([seed, int.from_bytes(task.name.encode()[-20:], "big")])
    try:
        if isinstance(task.source, Path):
            example = from_recording(task.source, studio, rng)
        else:
            versions = task.source.versions
            example = from_notes(versions[int(rng.integers(len(versions)))], studio, rng)
    except SamesongError as error:
        return f"skipped: {task.name}: {error}"
    save(example, path)
    return ""


def make_all(
    tasks: Sequence[Task],
    folder: Path,
    studio: Studio,
    *,
    seed: int,
    jobs: int,
    report: Callable[[str], None],
) -> None:
    """Make lessons in parallel, and report progress and failures.

    Parameters
    ----------
    tasks : sequence of Task
        The lessons to make; those whose files exist are left as they are.
    folder : Path
        Folder for their files, created if missing.
    studio : Studio
        Teacher, soundfonts and noise.
    seed : int
        0 or above; see `make`.
    jobs : int
        Processes, at least 1.
    report : callable
        Called with a line for each skipped lesson, after every 20 lessons and at the end.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(jobs) as pool:
        futures = [pool.submit(make, task, folder, studio, seed) for task in tasks]
        for number, future in enumerate(futures, 1):
            if problem := future.result():
                report(problem)
            if number % 20 == 0 or number == len(tasks):
                report(f"{number} of {len(tasks)} lessons")


def name_of_recording(folder: Path, name: str) -> str:
    """Name a recording below a folder; whether it is held out depends on this alone.

    Parameters
    ----------
    folder : Path
        Folder of recordings; only its last component counts.
    name : str
        The recording's `work_id` in that folder.

    Returns
    -------
    str
        ``recording-`` and 16 hexadecimal digits.
    """
    return f"recording-{_number(f'{folder.name}/{name}')}"


def name_of_work(work: SymbolicWork) -> str:
    """Name a work in notes; whether it is held out depends on this alone.

    Parameters
    ----------
    work : SymbolicWork
        The work; only its `work_id` counts.

    Returns
    -------
    str
        ``work-`` and 16 hexadecimal digits.
    """
    return f"work-{_number(work.work_id)}"


def _number(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]


@click.command()
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option("--recordings", multiple=True, type=Folder, help="Folder of real recordings.")
@click.option("--pieces", default=1, show_default=True, type=click.IntRange(1, 10))
@click.option("--notes", type=Folder, help="Folder of MIDI files.")
@click.option("--works", default=200, show_default=True, type=click.IntRange(min=0))
@click.option("--teacher", type=File, help="nmp.onnx of basic-pitch 0.4.0; for recordings.")
@click.option("--soundfont", "soundfonts", multiple=True, type=File, help="SF2 or SF3 file.")
@click.option("--noise", type=Folder, help="Folder with room/, crowd/ and mic/; else simulated.")
@click.option("--seed", default=1, show_default=True)
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(min=1))
def main(
    *,
    out: Path,
    recordings: tuple[Path, ...],
    pieces: int,
    notes: Path | None,
    works: int,
    teacher: Path | None,
    soundfonts: tuple[Path, ...],
    noise: Path | None,
    seed: int,
    jobs: int,
) -> None:
    """Make lessons into OUT: packed features of degraded music, and the notes it holds."""
    console = Console(stderr=True, markup=False, highlight=False, soft_wrap=True)
    corpus = read_works(notes, console.print) if notes and works else []
    heard, played = tasks_of(recordings, corpus, pieces)
    played = played[:works]
    console.print(f"{len(heard)} lessons of recordings, {len(played)} of works in notes")
    mixed = sorted(
        [
            (place / len(tasks), task.name, task)
            for tasks in (heard, played)
            for place, task in enumerate(tasks)
        ]
    )
    studio = Studio(teacher, soundfonts, noise)
    make_all([task for *_, task in mixed], out, studio, seed=seed, jobs=jobs, report=console.print)


if __name__ == "__main__":
    main()
