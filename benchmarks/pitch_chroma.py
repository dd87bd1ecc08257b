"""Measure a front end, a student or its teacher by chroma alone, aligned without any training.

The first 120 s of each recording in a list (path, work_id, kind) are compared with those of all
others. It says what a front end brings before any matching network is trained for it.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from samesong.features import audio, get_front_end
from samesong.runtime.evaluation.evaluator import measure
from samesong.runtime.evaluation.manifest import read_listed_recordings
from samesong.runtime.inference.bundle import starting_values
from samesong.runtime.matching.alignment_score import alignment_scores
from samesong.runtime.matching.chroma_similarity import chroma_csms
from samesong.runtime.representation.chroma import fold
from samesong.training.pitch.ear import StudentEar, spectrogram
from samesong.training.pitch.teacher import Teacher

SECONDS = 120.0
RATE = 22_050

#: Frames of 0.3 s a step of chroma, as in the bundled models.
STRIDE = 2

Array = NDArray[np.float32]
File = click.Path(exists=True, dir_okay=False, path_type=Path)


def score_all(chroma: list[Array]) -> NDArray[np.float64]:
    """Align each recording with each.

    Parameters
    ----------
    chroma : list of ndarray, each shape (steps, 12), float32
        Chroma of each recording, as of `samesong.runtime.representation.chroma.fold`.

    Returns
    -------
    ndarray, shape (n_recordings, n_recordings), float64
        Alignment scores; a row for each query, a column for each reference.
    """
    lengths = np.array([len(one) for one in chroma])
    alignment = starting_values().alignment
    scores = np.zeros((len(chroma), len(chroma)))
    for row, query in enumerate(chroma):
        for length in np.unique(lengths):
            members = np.flatnonzero(lengths == length)
            csms = chroma_csms(query, [chroma[member] for member in members])
            scores[row, members] = alignment_scores(csms, alignment, alignment.chroma_chance)
    return scores


def ear_of(
    front_end: str | None, student: Path | None, teacher: Path | None
) -> Callable[[Array], Array]:
    """Return a function that turns samples into a spectrogram.

    The first of the three that is given is used.

    Parameters
    ----------
    front_end : str or None
        Name of an installed front end.
    student : Path or None
        A student's checkpoint.
    teacher : Path or None
        Basic Pitch's ``nmp.onnx``.

    Returns
    -------
    callable
        Takes mono samples (n,) float32 at `RATE`; returns a standardised spectrogram
        (72, n_frames) float32 in frames of 0.3 s.

    Raises
    ------
    click.UsageError
        If none of them is given.
    """
    if front_end is not None:
        made = get_front_end(front_end)
        return lambda samples: made.transform(samples, RATE)
    if student is not None:
        ear: Callable[[Array], Array] = StudentEar(student)
    elif teacher is not None:
        ear = Teacher(teacher, threads=2)
    else:
        raise click.UsageError("give one of --front-end, --student and --teacher")
    return lambda samples: spectrogram(ear(samples), len(samples))


@click.command()
@click.argument("recordings", type=File)
@click.option("--front-end", help="Name of an installed front end.")
@click.option("--student", type=File, help="A student's checkpoint.")
@click.option("--teacher", type=File, help="nmp.onnx of basic-pitch 0.4.0.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Write figures here.")
def main(
    *,
    recordings: Path,
    front_end: str | None,
    student: Path | None,
    teacher: Path | None,
    json_path: Path | None,
) -> None:
    """Measure chroma of the RECORDINGS that a CSV lists."""
    ear = ear_of(front_end, student, teacher)
    entries = read_listed_recordings(recordings)
    chroma, seconds = [], 0.0
    for entry in entries:
        samples = audio.load(entry.path, sample_rate=RATE, duration=SECONDS)
        began = time.process_time()
        chroma.append(fold(ear(samples), STRIDE))
        seconds += time.process_time() - began
    measured = measure(
        score_all(chroma),
        [entry.work_id for entry in entries],
        [entry.kind for entry in entries],
        starting_values().posterior,
    )
    figures = {}
    for name, metrics in zip(("all against all", "live to studio"), measured, strict=True):
        shown = {key: metrics.values[key].value for key in ("mAP", "top1", "top5")}
        figures[name] = shown | {"n_queries": metrics.n_queries}
        click.echo(f"{name}: " + ", ".join(f"{key} {value:.3f}" for key, value in shown.items()))
    click.echo(f"{seconds / len(entries):.3f} s of CPU a recording, decoding not counted")
    if json_path:
        json_path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
