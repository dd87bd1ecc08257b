"""Versions of recorded works: clean features and simulated live ones, kept on disk."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samesong.features import audio
from samesong.features.errors import SamesongError, TrainingError
from samesong.features.frontend import FrontEnd
from samesong.runtime.evaluate import Entry
from samesong.training.live import random_settings, simulate_live

Rng = np.random.Generator
Spectrogram = NDArray[np.float32]

#: Seconds of a recording that are used.
LONGEST = 300.0

#: Live simulations kept of each recording.
SIMULATIONS = 2


@dataclass(frozen=True)
class RecordedTrack:
    """One recording's CQ-spectrograms: as it is, and as simulated live."""

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

    def track(self, entry: Entry) -> RecordedTrack:
        """Read a recording's features, or make and keep them.

        Raises
        ------
        AudioError
            If the recording cannot be used.
        """
        path = self.folder / f"{self._key(entry.path)}.npz"
        if not path.exists():
            self._make(entry.path, path)
        with np.load(path) as kept:
            arrays = [kept[name].astype(np.float32) for name in sorted(kept.files)]
        return RecordedTrack(entry.kind, arrays[0], tuple(arrays[1:]))

    def _key(self, path: Path) -> str:
        """Name what the features depend on: the file's place, size and time, and the settings."""
        try:
            about = path.stat()
            identity = (str(path.resolve()), about.st_size, about.st_mtime_ns)
        except OSError:
            identity = (str(path), 0, 0)  # loading it will say what is wrong
        made_by = (self.front_end.spec.to_dict(), self.seed, LONGEST, SIMULATIONS)
        return hashlib.sha256(repr((identity, made_by)).encode()).hexdigest()[:24]

    def _make(self, recording: Path, path: Path) -> None:
        rate = self.front_end.spec.sample_rate
        samples = audio.load(recording, sample_rate=rate, duration=LONGEST)
        made = {"clean": self.front_end.transform(samples, rate)}
        for number in range(SIMULATIONS):
            rng = np.random.default_rng([self.seed, number, len(samples)])
            simulated = simulate_live(samples, rate, random_settings(rng), rng)
            made[f"live_{number}"] = self.front_end.transform(simulated, rate)
        unfinished = path.with_suffix(".unfinished.npz")
        halves: dict[str, Any] = {name: array.astype(np.float16) for name, array in made.items()}
        np.savez_compressed(unfinished, **halves)
        unfinished.replace(path)


class AudioVersions:
    """Pairs of versions from recordings.

    A work with a live or cover recording pairs it with another of its recordings half of the
    time; otherwise, and always where a work was recorded once, the live side is simulated.

    Parameters
    ----------
    works
        The recordings of each work.
    """

    def __init__(self, works: Sequence[Sequence[RecordedTrack]]) -> None:
        self.works = works

    def __len__(self) -> int:
        return len(self.works)

    def draw_pair(
        self, work: int, studio_frames: int, live_frames: int, rng: Rng
    ) -> tuple[Spectrogram, Spectrogram]:
        """Draw a studio and a live version of a work, (72, studio_frames) and (72, live_frames)."""
        tracks = self.works[work]
        studio = tracks[int(rng.integers(len(tracks)))]
        live = studio.live[int(rng.integers(len(studio.live)))]
        if len(tracks) > 1 and rng.random() < 0.5:
            others = [track for track in tracks if track is not studio]
            live = others[int(rng.integers(len(others)))].clean
        place = rng.random()
        return (
            cut(studio.clean, studio_frames, place),
            shift_key(cut(live, live_frames, place), int(rng.integers(-6, 7))),
        )


def read_recordings(
    entries: Sequence[Entry], cache: FeatureCache, report: Callable[[str], None]
) -> dict[str, list[RecordedTrack]]:
    """Read or make the features of recordings, by work; broken files are reported and skipped.

    Raises
    ------
    TrainingError
        If none can be used.
    """
    works: dict[str, list[RecordedTrack]] = defaultdict(list)
    for number, entry in enumerate(entries, 1):
        try:
            track = cache.track(entry)
        except SamesongError as error:
            report(f"skipped: {error}")
        else:
            works[entry.work_id].append(track)
        if number % 10 == 0 or number == len(entries):
            report(f"features of {number} of {len(entries)} recordings")
    if not works:
        raise TrainingError("none of the listed recordings can be used.")
    return dict(works)


def cut(cqt: Spectrogram, n_frames: int, place: float) -> Spectrogram:
    """Cut ``n_frames`` at a place in [0, 1) of a recording, repeating it if it is too short."""
    if cqt.shape[1] < n_frames:
        cqt = np.tile(cqt, -(-n_frames // cqt.shape[1]))
    start = int(place * (cqt.shape[1] - n_frames + 1))
    return cqt[:, start : start + n_frames]


def shift_key(cqt: Spectrogram, semitones: int) -> Spectrogram:
    """Transpose a CQ-spectrogram; the bins that open up at an edge repeat the last one."""
    rows = np.clip(np.arange(len(cqt)) - semitones, 0, len(cqt) - 1)
    return cqt[rows]
