"""Recorded works: what a front end makes of them, clean and simulated live, kept on disk."""

import hashlib
import zlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from samesong.features import audio
from samesong.features.errors import AudioError, SamesongError, TrainingError
from samesong.features.frontend import FrontEnd
from samesong.runtime.evaluation.manifest import ListedRecording
from samesong.runtime.files.discovery import content_hash, find_audio
from samesong.training.live import random_settings, simulate_live

Spectrogram = NDArray[np.float32]
Samples = NDArray[np.float32]

#: Seconds of a recording that are used: one window and a little to cut it from.
LONGEST = 150.0

#: Seconds from which on a file of a folder is taken for music.
SHORTEST = 50.0

#: Live simulations kept of each recording.
SIMULATIONS = 2

#: Tempo and crowd of a simulation reach further than those of most concerts, for training.
TEMPO = (0.75, 1.3)
CROWD_DB = (-3.0, 15.0)


@dataclass(frozen=True)
class RecordedTrack:
    """One recording's CQ-spectrograms: as it is, and as simulated live where it needs to be."""

    kind: str
    clean: Spectrogram
    live: tuple[Spectrogram, ...]


class FeatureCache:
    """CQ-spectrograms of recordings on disk, made once and never again.

    Parameters
    ----------
    folder
        Where they are kept, one file a recording; safe to kill at any time.
    front_end
        What makes them.
    seed
        Of the live simulations.
    """

    def __init__(self, folder: Path, front_end: FrontEnd, seed: int) -> None:
        self.folder = folder
        self.front_end = front_end
        self.seed = seed
        folder.mkdir(parents=True, exist_ok=True)

    def track(self, entry: ListedRecording, *, simulate: bool = True) -> RecordedTrack:
        """Read a recording's features, or make and keep them.

        Parameters
        ----------
        entry
            The recording.
        simulate
            Whether to simulate it live as well.

        Raises
        ------
        AudioError
            If the recording cannot be used.
        """
        (clean,) = self._kept(entry.path, "clean", self._clean)
        live = self._kept(entry.path, "live", self._live) if simulate else []
        return RecordedTrack(entry.kind, clean, tuple(live))

    def _kept(
        self, recording: Path, name: str, make: Callable[[Samples], list[Spectrogram]]
    ) -> list[Spectrogram]:
        path = self.folder / f"{self._key(recording)}.{name}.npz"
        if not path.exists():
            rate = self.front_end.spec.sample_rate
            made = make(audio.load(recording, sample_rate=rate, duration=LONGEST))
            unfinished = path.with_suffix(".unfinished.npz")
            np.savez_compressed(unfinished, *(array.astype(np.float16) for array in made))
            unfinished.replace(path)
        with np.load(path) as kept:
            return [kept[f"arr_{number}"].astype(np.float32) for number in range(len(kept.files))]

    def _key(self, path: Path) -> str:
        """Name what the features depend on: the file's place, size and time, and the settings."""
        try:
            about = path.stat()
            identity = (str(path.resolve()), about.st_size, about.st_mtime_ns)
        except OSError:
            identity = (str(path), 0, 0)  # loading it will say what is wrong
        made_by = (self.front_end.spec.to_dict(), self.seed, LONGEST, SIMULATIONS, TEMPO, CROWD_DB)
        return hashlib.sha256(repr((identity, made_by)).encode()).hexdigest()[:24]

    def _clean(self, samples: Samples) -> list[Spectrogram]:
        return [self.front_end.transform(samples, self.front_end.spec.sample_rate)]

    def _live(self, samples: Samples) -> list[Spectrogram]:
        rate = self.front_end.spec.sample_rate
        made = []
        for number in range(SIMULATIONS):
            rng = np.random.default_rng([self.seed, number, zlib.crc32(samples.tobytes())])
            settings = random_settings(rng, tempo=TEMPO, crowd_db=CROWD_DB)
            simulated = simulate_live(samples, rate, settings, rng)
            made.append(self.front_end.transform(simulated, rate))
        return made


def entries_below(folder: Path) -> list[ListedRecording]:
    """Return the recordings below a folder, each content once and as a work of its own.

    What is shorter than `SHORTEST`, or cannot be read, is left out.
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
    """Read or make the features of recordings, by work; broken files are reported and skipped.

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
