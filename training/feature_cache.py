"""CQ-spectrograms of recordings, as they are and simulated live, kept on disk."""

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from samesong.features import audio
from samesong.features.frontend import FrontEnd
from samesong.runtime.evaluation.manifest import ListedRecording
from samesong.training.live import random_settings, simulate_live
from samesong.training.twin_transform import FeatureTransform, OwnTransform

Spectrogram = NDArray[np.float32]
Samples = NDArray[np.float32]

#: Seconds of a recording that are used: one window and a little to cut it from.
LONGEST = 150.0

#: Live simulations kept of each recording.
SIMULATIONS = 2

#: Tempo and crowd of a simulation reach further than those of most concerts, for training.
TEMPO = (0.75, 1.3)
CROWD_DB = (-3.0, 15.0)


@dataclass(frozen=True)
class RecordedTrack:
    """CQ-spectrograms of one recording.

    Attributes
    ----------
    kind : str
        ``studio``, ``live`` or ``cover``.
    clean : ndarray, shape (n_bins, n_frames), float32
        Of the recording as it is.
    live : tuple of such arrays
        Of live simulations, where the work has no other recording.
    """

    kind: str
    clean: Spectrogram
    live: tuple[Spectrogram, ...]


class FeatureCache:
    """CQ-spectrograms of recordings on disk, made once and never again.

    Parameters
    ----------
    folder : Path
        Where they are kept, one file a recording; safe to kill at any time.
    front_end : FrontEnd
        Makes them.
    seed : int
        Seed of the live simulations.
    transform : FeatureTransform, optional
        Stands in for the front end's own transform, as on a GPU.
    """

    def __init__(
        self,
        folder: Path,
        front_end: FrontEnd,
        seed: int,
        *,
        transform: FeatureTransform | None = None,
    ) -> None:
        self.folder = folder
        self.front_end = front_end
        self.seed = seed
        self._transform = OwnTransform(front_end) if transform is None else transform
        folder.mkdir(parents=True, exist_ok=True)

    def track(self, entry: ListedRecording, *, simulate: bool = True) -> RecordedTrack:
        """Read a recording's features, or make and keep them.

        Parameters
        ----------
        entry : ListedRecording
            The recording.
        simulate : bool, optional
            True to simulate it live as well.

        Returns
        -------
        RecordedTrack
            Rounded to half precision, as they are kept.

        Raises
        ------
        AudioError
            If the recording cannot be used.
        """
        (clean,) = self._read_or_make(entry.path, "clean", self._clean)
        live = self._read_or_make(entry.path, "live", self._live) if simulate else []
        return RecordedTrack(entry.kind, clean, tuple(live))

    def _read_or_make(
        self, recording: Path, name: str, make: Callable[[Samples], list[Spectrogram]]
    ) -> list[Spectrogram]:
        path = self.folder / f"{self._key(recording)}.{name}.npz"
        if not path.exists():
            rate = self.front_end.spec.sample_rate
            made = make(audio.load(recording, sample_rate=rate, duration=LONGEST))
            unfinished = path.with_suffix(".unfinished.npz")
            np.savez_compressed(unfinished, *(array.astype(np.float16) for array in made))
            unfinished.replace(path)
        with np.load(path) as stored:
            return [
                stored[f"arr_{number}"].astype(np.float32) for number in range(len(stored.files))
            ]

    def _key(self, path: Path) -> str:
        """Name what the features depend on: the file's place, size and time, and the settings."""
        try:
            about = path.stat()
            identity = (str(path.resolve()), about.st_size, about.st_mtime_ns)
        except OSError:
            identity = (str(path), 0, 0)  # loading it will say what is wrong
        settings = (self.seed, LONGEST, SIMULATIONS, TEMPO, CROWD_DB)
        made_by = (self.front_end.spec.to_dict(), *settings, *self._transform.mark)
        return hashlib.sha256(repr((identity, made_by)).encode()).hexdigest()[:24]

    def _clean(self, samples: Samples) -> list[Spectrogram]:
        return [self._transform(samples)]

    def _live(self, samples: Samples) -> list[Spectrogram]:
        made = []
        for number in range(SIMULATIONS):
            rng = np.random.default_rng([self.seed, number, zlib.crc32(samples.tobytes())])
            settings = random_settings(rng, tempo=TEMPO, crowd_db=CROWD_DB)
            rate = self.front_end.spec.sample_rate
            made.append(self._transform(simulate_live(samples, rate, settings, rng)))
        return made
