"""Recorded works: the recordings of a corpus and their features, by work."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from samesong.features import audio
from samesong.features.errors import AudioError, SamesongError, TrainingError
from samesong.runtime.evaluation.manifest import ListedRecording
from samesong.runtime.files.discovery import content_hash, find_audio
from samesong.training.feature_cache import FeatureCache, RecordedTrack

#: Minimum length in seconds of a file in a folder to be taken for music.
SHORTEST = 50.0


def entries_below(folder: Path) -> list[ListedRecording]:
    """Return the recordings below a folder, each content once and as a work of its own.

    Files that are shorter than `SHORTEST`, or cannot be read, are left out.

    Parameters
    ----------
    folder : Path
        The folder.

    Returns
    -------
    list of ListedRecording
        Their works are named by their paths within the folder.
    """
    entries: dict[str, ListedRecording] = {}
    for path in find_audio([folder]).files:
        try:
            long_enough = audio.probe(path).duration >= SHORTEST
        except AudioError:
            continue
        if long_enough:
            entry = ListedRecording(path, str(path.relative_to(folder)), "studio")
            entries.setdefault(content_hash(path), entry)
    return list(entries.values())


def read_recordings(
    entries: Sequence[ListedRecording], cache: FeatureCache, report: Callable[[str], None]
) -> dict[str, list[RecordedTrack]]:
    """Read or make the features of recordings; broken files are reported and skipped.

    Parameters
    ----------
    entries : sequence of ListedRecording
        The recordings.
    cache : FeatureCache
        Where their features are kept.
    report : callable
        Called with each line that a person should read.

    Returns
    -------
    dict of str to list of RecordedTrack
        The recordings of each work; that of a work with just one is also simulated live.

    Raises
    ------
    TrainingError
        If none can be used.
    """
    usable: dict[str, list[tuple[ListedRecording, RecordedTrack]]] = defaultdict(list)
    for number, entry in enumerate(entries, 1):
        try:
            usable[entry.work_id].append((entry, cache.track(entry, simulate=False)))
        except SamesongError as error:
            report(f"skipped: {error}")
        if number % 10 == 0 or number == len(entries):
            report(f"features of {number} of {len(entries)} recordings")
    works = {}
    for work_id, tracks in usable.items():
        if len(tracks) == 1:  # it has no other version, and needs one
            works[work_id] = [cache.track(tracks[0][0])]
        elif tracks:
            works[work_id] = [track for _, track in tracks]
    if not works:
        raise TrainingError("none of the listed recordings can be used.")
    return works
