"""Pairs of versions from recorded works."""

from collections.abc import Sequence

import numpy as np

from samesong.runtime.representation.time_stretch import change_tempo
from samesong.training.batches import Pair, Rng, Spectrogram
from samesong.training.feature_cache import RecordedTrack

Works = Sequence[Sequence[RecordedTrack]]

#: Largest change of tempo of a version as it is drawn, as a fraction.
TEMPO_CHANGE = 0.15


class AudioVersions:
    """Pairs of versions from recordings, drawn in any key and at slightly other tempi.

    A work that was recorded more than once pairs two of its recordings; of one that was recorded
    once the live side is simulated.

    Parameters
    ----------
    works : sequence of sequences of RecordedTrack
        The recordings of each work, as one front end transforms them.
    others : sequence of such sequences, optional
        The same works, as each of the other front ends transforms them.
    bins_per_octave : int
        Bins of all these front ends in an octave.
    share : float, optional
        Share of the pairs that come from one of `others`, in [0, 1).
    """

    probabilities = None

    def __init__(
        self,
        works: Works,
        others: Sequence[Works] = (),
        *,
        bins_per_octave: int,
        share: float = 0.0,
    ) -> None:
        self.works = works
        self.others = others
        self.bins_per_octave = bins_per_octave
        self.share = share

    def __len__(self) -> int:
        return len(self.works)

    def draw_pair(self, work: int, studio_frames: int, live_frames: int, rng: Rng) -> Pair:
        """Draw a studio and a live version of a work.

        Parameters
        ----------
        work : int
            Index of the work.
        studio_frames, live_frames : int
            Lengths in frames of the front end.
        rng : numpy.random.Generator
            Draws everything.

        Returns
        -------
        studio : ndarray, shape (n_bins, studio_frames), float32
            Of one recording, as it is.
        live : ndarray, shape (n_bins, live_frames), float32
            Of another one, up to half an octave higher or lower and up to 15 % faster or slower.
        """
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
        tempo = rng.uniform(1 - TEMPO_CHANGE, 1 + TEMPO_CHANGE)
        played = change_tempo(excerpt(live, round(live_frames * tempo), place), live_frames)
        half = self.bins_per_octave // 2
        shift = int(rng.integers(-half, half + 1))
        return (
            excerpt(studio.clean, studio_frames, place),
            transpose(played, shift, self.bins_per_octave),
        )


def excerpt(cqt: Spectrogram, n_frames: int, place: float) -> Spectrogram:
    """Cut an excerpt from a recording, repeated if it is too short.

    Parameters
    ----------
    cqt : ndarray, shape (n_bins, any), float32
        The recording.
    n_frames : int
        Length of the excerpt.
    place : float
        From 0, the beginning, to 1 (excluded), the end.

    Returns
    -------
    ndarray, shape (n_bins, n_frames), float32
        A view of the recording where it is long enough.
    """
    if cqt.shape[1] < n_frames:
        cqt = np.tile(cqt, -(-n_frames // cqt.shape[1]))
    start = int(place * (cqt.shape[1] - n_frames + 1))
    return cqt[:, start : start + n_frames]


def transpose(cqt: Spectrogram, shift: int, bins_per_octave: int) -> Spectrogram:
    """Transpose a CQ-spectrogram.

    Parameters
    ----------
    cqt : ndarray, shape (n_bins, n_frames), float32
        The recording.
    shift : int
        Bins to move up, or down where negative.
    bins_per_octave : int
        Bins in an octave. A spectrogram of just one octave holds pitch classes, which rotate; in
        others the bins that open up at an edge repeat the outermost one.

    Returns
    -------
    ndarray, shape (n_bins, n_frames), float32
        The transposed recording.
    """
    n_bins = len(cqt)
    rows = np.arange(n_bins) - shift
    if n_bins == bins_per_octave:
        return cqt[rows % n_bins]
    return cqt[np.clip(rows, 0, n_bins - 1)]
