"""Front end `harmonic`: the constant-Q magnitude without drums, applause and the venue's colour.

1. Fine CQT magnitude X at hop 735 (33 ms, nine points a frame).
2. Harmonic part, as in D. FitzGerald, "Harmonic/percussive separation using median filtering",
   DAFx 2010: H is the median of X over 11 points in time (0.37 s), P the median over 13 bins (an
   octave), both with mirrored ends, and l the mean of X over all bins;
   Y = X * H**2 / (H**2 + P**2 + (l / 100)**2), so what is 40 dB below l counts as noise.
3. Whitening: E is the mean of Y over the 13 bins around each bin (fewer at the ends) and m the mean
   over all bins; Z = m * Y / (E + m / 10). Each point keeps its level but loses its broad spectral
   shape, which is the instruments' and the room's.
4. Z is averaged over each 0.3 s frame and standardised.
"""

import numpy as np
from numpy.typing import NDArray

from samesong.features.cqt import cqt
from samesong.features.framing import frame_means
from samesong.features.median import running_median
from samesong.features.samples import check_samples
from samesong.features.spec import FeatureSpec
from samesong.features.standardise import standardise
from samesong.features.tuning import Tuned

TIME_WIDTH = 11
"""Points of the median filter over time; keeps notes of 0.18 s and longer."""
BIN_WIDTH = 13
"""Bins of the median filter over frequency, and of the spectral envelope."""
ENVELOPE_FLOOR = 0.1
"""Share of a point's mean level added to its envelope, so that empty regions stay empty."""
NOISE_FLOOR = 0.01
"""Share of a point's mean magnitude below which a bin counts as noise."""

_TINY = np.float32(np.finfo(np.float32).tiny)


class HarmonicFrontEnd(Tuned):
    """Harmonic part of the fine CQT, whitened, averaged over each 0.3 s frame, standardised."""

    name = "harmonic"
    spec = FeatureSpec(name="harmonic", version=1, hop=735)
    # A filter lasts 0.26 s either way, the median 0.17 s, half a frame 0.15 s: 0.58 s in all.
    reach = 2
    aperture = 0.3  # seconds: the frame that points are averaged over
    unpitched_db = -10.0  # what the median filters leave of drums and applause

    def transform(self, samples: NDArray[np.float32], sample_rate: int) -> NDArray[np.float32]:
        """Transform one recording; see `samesong.features.FrontEnd.transform` for errors.

        Parameters
        ----------
        samples : ndarray, shape (n_samples,), float32
            Mono audio, full scale at 1.
        sample_rate : int
            Samples a second; must be `spec.sample_rate`.

        Returns
        -------
        ndarray, shape (spec.n_bins, spec.n_frames(n_samples)), float32
            CQ-spectrogram, standardised.
        """
        check_samples(samples, sample_rate, self.spec)
        return standardise(self.magnitude(samples, 0, self.spec.n_frames(len(samples))))

    def magnitude(self, samples: NDArray[np.float32], first: int, last: int) -> NDArray[np.float32]:
        """Transform some frames alone; see `samesong.features.overlap.LocalFrontEnd.magnitude`.

        Parameters
        ----------
        samples : ndarray, shape (n_samples,), float32
            Mono audio that was checked, full scale at 1.
        first, last : int
            Frames `first` to `last` - 1.

        Returns
        -------
        ndarray, shape (spec.n_bins, last - first), float32
            Magnitudes, 0 or above.
        """
        n_points = 1 + len(samples) // self.spec.hop

        def fine(start: int, stop: int) -> NDArray[np.float32]:
            left, right = max(start - TIME_WIDTH // 2, 0), min(stop + TIME_WIDTH // 2, n_points)
            points = whiten(harmonic_part(cqt(samples, self._grid(self.spec), left, right)))
            return points[:, start - left : stop - left]

        return frame_means(fine, self.spec, len(samples), first, last)

    def finish(self, magnitude: NDArray[np.float32]) -> NDArray[np.float32]:
        """Whiten and standardise a rendering.

        Parameters
        ----------
        magnitude : ndarray, shape (n_bins, n_frames), float32
            Magnitudes, 0 or above.

        Returns
        -------
        ndarray, shape (n_bins, n_frames), float32
            Of mean 0 and standard deviation 1.

        Raises
        ------
        SilentAudioError
            If every magnitude is the same.
        """
        return standardise(whiten(magnitude))


def harmonic_part(magnitude: NDArray[np.float32]) -> NDArray[np.float32]:
    """Keep sounds that last in time and are narrow in frequency (step 2 above).

    Parameters
    ----------
    magnitude : ndarray, shape (n_bins, n_points)
        At least 7 bins and 6 points.

    Returns
    -------
    ndarray, shape (n_bins, n_points), float32
        Between 0 and `magnitude`.
    """
    lasting = running_median(magnitude, TIME_WIDTH, axis=1) ** 2
    broad = running_median(magnitude, BIN_WIDTH, axis=0) ** 2
    noise = (NOISE_FLOOR * magnitude.mean(axis=0)) ** 2
    return np.asarray(magnitude * (lasting / (lasting + broad + noise + _TINY)))


def whiten(magnitude: NDArray[np.float32]) -> NDArray[np.float32]:
    """Divide each point by its spectral envelope, keeping its level (step 3 above).

    Parameters
    ----------
    magnitude : ndarray, shape (n_bins, n_points), float32
        Magnitudes, 0 or above.

    Returns
    -------
    ndarray, shape (n_bins, n_points), float32
        The same without its spectral envelope, 0 or above.
    """
    bins = np.arange(len(magnitude))
    low = np.maximum(bins - BIN_WIDTH // 2, 0)
    high = np.minimum(bins + BIN_WIDTH // 2 + 1, len(bins))
    sums = np.cumsum(np.pad(magnitude, ((1, 0), (0, 0))), axis=0)
    envelope = (sums[high] - sums[low]) / (high - low)[:, None].astype(np.float32)
    level = sums[-1] / np.float32(len(bins))
    return np.asarray(level * magnitude / (envelope + ENVELOPE_FLOOR * level + _TINY))
