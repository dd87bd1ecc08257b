"""Pairs of versions from recorded works."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from samesong.training.recordings import RecordedTrack

Rng = np.random.Generator
Spectrogram = NDArray[np.float32]
Works = Sequence[Sequence[RecordedTrack]]

#: Largest change of tempo of a version as it is drawn, as a fraction.
RETIMED = 0.15


class AudioVersions:
    """Pairs of versions from recordings.

    A work that was recorded more than once pairs two of its recordings; of one that was recorded
    once the live side is simulated.

    Parameters
    ----------
    works
        The recordings of each work.
    others
        The same works as each of the other front ends hears them.
    share
        Of the pairs that come from one of these.
    """

    chances = None

    def __init__(self, works: Works, others: Sequence[Works] = (), *, share: float = 0.0) -> None:
        self.works = works
        self.others = others
        self.share = share

    def __len__(self) -> int:
        return len(self.works)

    def draw_pair(
        self, work: int, studio_frames: int, live_frames: int, rng: Rng
    ) -> tuple[Spectrogram, Spectrogram]:
        """Draw a studio and a live version of a work, (72, studio_frames) and (72, live_frames)."""
        works = self.works
        if self.others and rng.random() < self.share:
            works = self.others[int(rng.integers(len(self.others)))]
        tracks = works[work]
        studio = tracks[int(rng.integers(len(tracks)))]
        if len(tracks) > 1:
            others = [track for track in tracks if track is not studio]
            live = others[int(rng.integers(len(others)))].clean
        else:
            live = studio.live[int(rng.integers(len(studio.live)))]
        place = rng.random()
        tempo = rng.uniform(1 - RETIMED, 1 + RETIMED)
        played = retime(cut(live, round(live_frames * tempo), place), live_frames)
        return (
            cut(studio.clean, studio_frames, place),
            shift_key(played, int(rng.integers(-6, 7))),
        )


def cut(cqt: Spectrogram, n_frames: int, place: float) -> Spectrogram:
    """Cut ``n_frames`` at a place in [0, 1) of a recording, repeating it if it is too short."""
    if cqt.shape[1] < n_frames:
        cqt = np.tile(cqt, -(-n_frames // cqt.shape[1]))
    start = int(place * (cqt.shape[1] - n_frames + 1))
    return cqt[:, start : start + n_frames]


def retime(cqt: Spectrogram, n_frames: int) -> Spectrogram:
    """Play a CQ-spectrogram in ``n_frames``, faster or slower, by linear interpolation."""
    places = np.linspace(0, cqt.shape[1] - 1, n_frames)
    before = np.minimum(places.astype(np.int64), max(0, cqt.shape[1] - 2))
    after = np.minimum(before + 1, cqt.shape[1] - 1)
    share = (places - before).astype(np.float32)
    return cqt[:, before] * (1 - share) + cqt[:, after] * share


def shift_key(cqt: Spectrogram, semitones: int) -> Spectrogram:
    """Transpose a CQ-spectrogram; the bins that open up at an edge repeat the last one."""
    rows = np.clip(np.arange(len(cqt)) - semitones, 0, len(cqt) - 1)
    return cqt[rows]
