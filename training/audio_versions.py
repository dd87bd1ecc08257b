"""Versions of recorded works: clean features and simulated live ones, kept on disk."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from samesong.features import audio
from samesong.features.errors import SamesongError, TrainingError
from samesong.features.frontend import FrontEnd
from samesong.runtime.evaluate import Entry
from samesong.training.live import random_settings, simulate_live

Rng = np.random.Generator
Spectrogram = NDArray[np.float32]
Samples = NDArray[np.float32]

#: Seconds of a recording that are used.
LONGEST = 300.0

#: Live simulations kept of each recording.
SIMULATIONS = 2


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

    def track(self, entry: Entry, *, simulate: bool = True) -> RecordedTrack:
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
        made_by = (self.front_end.spec.to_dict(), self.seed, LONGEST, SIMULATIONS)
        return hashlib.sha256(repr((identity, made_by)).encode()).hexdigest()[:24]

    def _clean(self, samples: Samples) -> list[Spectrogram]:
        return [self.front_end.transform(samples, self.front_end.spec.sample_rate)]

    def _live(self, samples: Samples) -> list[Spectrogram]:
        rate = self.front_end.spec.sample_rate
        made = []
        for number in range(SIMULATIONS):
            rng = np.random.default_rng([self.seed, number, len(samples)])
            simulated = simulate_live(samples, rate, random_settings(rng), rng)
            made.append(self.front_end.transform(simulated, rate))
        return made


class AudioVersions:
    """Pairs of versions from recordings.

    A work that was recorded more than once pairs two of its recordings; of one that was recorded
    once the live side is simulated.

    Parameters
    ----------
    works
        The recordings of each work.
    """

    chances = None

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
        if len(tracks) > 1:
            others = [track for track in tracks if track is not studio]
            live = others[int(rng.integers(len(others)))].clean
        else:
            live = studio.live[int(rng.integers(len(studio.live)))]
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
    usable: dict[str, list[tuple[Entry, RecordedTrack]]] = defaultdict(list)
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
