"""Queries of the retrieval benchmark: recorded live versions, and synthetic ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from samesong.features import SAMPLE_RATE, load, write_wav
from samesong.features.errors import BenchmarkError, SilentAudioError
from samesong.runtime.bench.grown_catalog import (
    SYNTHETIC_SECONDS,
    synthetic_track_id,
    synthetic_track_rng,
)
from samesong.runtime.bench.synthetic_tracks import TrackSynthesiser
from samesong.runtime.catalog.interface import TrackInfo
from samesong.runtime.evaluation.manifest import ListedRecording
from samesong.runtime.files.discovery import stored_path
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.representation.window import Window


@dataclass(frozen=True, eq=False)
class Query:
    """One query.

    Attributes
    ----------
    kind : str
        ``recorded``, or ``made`` for a synthetic one.
    seconds : float
        Its length.
    windows : sequence of Window
        Its windows.
    right : frozenset of str
        Track_ids of the correct answers.
    path : Path, optional
        Its audio file; None for a synthetic one.
    """

    kind: str
    seconds: float
    windows: Sequence[Window]
    right: frozenset[str]
    path: Path | None = None


def recorded_queries(
    recordings: Sequence[ListedRecording],
    tracks: Sequence[TrackInfo],
    analyser: Analyser,
    lengths: Sequence[float],
    *,
    folder: Path,
    progress: Callable[[str, int, int], object],
) -> list[Query]:
    """Cut queries of all lengths from the middle of live recordings, and write them to files.

    A recording shorter than a length is used whole.

    Parameters
    ----------
    recordings : sequence of ListedRecording
        Studio and live recordings.
    tracks : sequence of TrackInfo
        Tracks of the catalog that holds the studio recordings.
    analyser : Analyser
        Analyses the queries.
    lengths : sequence of float
        Lengths of the queries in seconds.
    folder : Path
        Folder for the audio files.
    progress : callable
        Called with a stage, the number of finished recordings, and of all.

    Returns
    -------
    list of Query
        A query for each recording and length.

    Raises
    ------
    BenchmarkError
        If no live recording has a studio recording of its work.
    SilentAudioError
        If a query is silent.
    """
    works = tracks_of_works(recordings, tracks)
    live = [entry for entry in recordings if entry.kind == "live" and entry.work_id in works]
    if not live:
        raise BenchmarkError(
            "no live recording has a studio recording of its work: add one to the list"
        )
    queries = []
    for done, entry in enumerate(live):
        progress("analyse queries", done, len(live))
        samples = load(entry.path)
        for seconds in lengths:
            size = round(seconds * SAMPLE_RATE)
            begin = max(0, (len(samples) - size) // 2)
            cut = samples[begin : begin + size]
            windows = analyser.samples(cut, SAMPLE_RATE)
            if not windows:
                raise SilentAudioError(f"{entry.path} is silent: remove it from the list")
            right = frozenset(works[entry.work_id])
            path = folder / f"{done:03}-{seconds:g}.wav"
            write_wav(path, cut, SAMPLE_RATE)
            queries.append(Query("recorded", seconds, windows, right, path))
    return queries


def tracks_of_works(
    recordings: Sequence[ListedRecording], tracks: Sequence[TrackInfo]
) -> dict[str, set[str]]:
    """Return the ids of the studio tracks of each work.

    Parameters
    ----------
    recordings : sequence of ListedRecording
        A list whose studio recordings are all in the catalog.
    tracks : sequence of TrackInfo
        Tracks of that catalog.

    Returns
    -------
    dict of str to set of str
        Track_ids by work_id.
    """
    ids = {track.path: track.track_id for track in tracks}
    works: dict[str, set[str]] = {}
    for entry in recordings:
        if entry.kind == "studio":
            works.setdefault(entry.work_id, set()).add(ids[stored_path(entry.path.absolute())])
    return works


def synthetic_queries(
    synthesiser: TrackSynthesiser, number: int, lengths: Sequence[float]
) -> list[Query]:
    """Synthesise live versions of the first synthetic tracks.

    Parameters
    ----------
    synthesiser : TrackSynthesiser
        Synthesises the tracks and their live versions.
    number : int
        Number of tracks to play.
    lengths : sequence of float
        Lengths of the queries in seconds.

    Returns
    -------
    list of Query
        A query for each track and length.
    """
    queries = []
    for track in range(number):
        played = synthesiser.track(SYNTHETIC_SECONDS, synthetic_track_rng(track))
        for seconds in lengths:
            rng = np.random.default_rng([track, 2])
            version = synthesiser.live(played, min(seconds, SYNTHETIC_SECONDS), rng)
            queries.append(
                Query("made", seconds, [version], frozenset([synthetic_track_id(track)]))
            )
    return queries
