"""The queries of the retrieval benchmark: recorded live versions, and made ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from samesong.features import SAMPLE_RATE, load
from samesong.features.errors import BenchmarkError, SilentAudioError
from samesong.runtime.bench.grown_catalog import MADE_SECONDS, made_track_id, made_track_rng
from samesong.runtime.bench.made_music import MusicMaker
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
    kind
        ``recorded`` or ``made``.
    seconds
        How long it is.
    windows
        Its windows.
    right
        The track_ids of the right answers.
    path
        The file that it was written to; None for a made one.
    """

    kind: str
    seconds: float
    windows: Sequence[Window]
    right: frozenset[str]
    path: Path | None = None


def recorded_queries(
    entries: Sequence[ListedRecording],
    tracks: Sequence[TrackInfo],
    analyser: Analyser,
    lengths: Sequence[float],
    *,
    folder: Path,
    progress: Callable[[str, int, int], object],
) -> list[Query]:
    """Cut queries of all lengths from the middles of live recordings, into files of a folder.

    A recording that is shorter than a length is taken whole.

    Raises
    ------
    BenchmarkError
        If there are none, or all of one is silent.
    """
    works = tracks_of_works(entries, tracks)
    live = [entry for entry in entries if entry.kind == "live" and entry.work_id in works]
    if not live:
        raise BenchmarkError("no live recording has a studio recording of its work: list some")
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
                raise SilentAudioError(f"{entry.path}: nothing but silence; leave it out")
            right = frozenset(works[entry.work_id])
            path = folder / f"{done:03}-{seconds:g}.flac"
            soundfile.write(path, cut, SAMPLE_RATE)
            queries.append(Query("recorded", seconds, windows, right, path))
    return queries


def tracks_of_works(
    entries: Sequence[ListedRecording], tracks: Sequence[TrackInfo]
) -> dict[str, set[str]]:
    """Return the ids of the tracks that are studio recordings of each work, by its id.

    Parameters
    ----------
    entries
        A list, the studio recordings of which were all added to a catalog.
    tracks
        Of that catalog.
    """
    ids = {track.path: track.track_id for track in tracks}
    works: dict[str, set[str]] = {}
    for entry in entries:
        if entry.kind == "studio":
            works.setdefault(entry.work_id, set()).add(ids[stored_path(entry.path.absolute())])
    return works


def made_queries(maker: MusicMaker, number: int, lengths: Sequence[float]) -> list[Query]:
    """Make live versions of the first made tracks, in all lengths."""
    queries = []
    for track in range(number):
        played = maker.track(MADE_SECONDS, made_track_rng(track))
        for seconds in lengths:
            rng = np.random.default_rng([track, 2])
            version = maker.live(played, min(seconds, MADE_SECONDS), rng)
            queries.append(Query("made", seconds, [version], frozenset([made_track_id(track)])))
    return queries
