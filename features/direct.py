"""Front end `direct`: the constant-Q magnitude, sampled once a frame. The cheapest."""

import numpy as np
from numpy.typing import NDArray

from samesong.features.cqt import cqt
from samesong.features.samples import check_samples
from samesong.features.spec import FeatureSpec
from samesong.features.standardise import standardise
from samesong.features.tuning import Tuned


class DirectFrontEnd(Tuned):
    """CQT magnitude at the centre of each 0.3 s frame (hop 6,615 samples), standardised."""

    name = "direct"
    spec = FeatureSpec(name="direct", version=1, hop=6615)
    reach = 1  # a filter lasts 0.26 s either way
    aperture = 0.12  # seconds: about what the filter of C3 lasts
    unpitched_db = 0.0

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
        return cqt(samples, self._grid(self.spec), first, last)

    def finish(self, magnitude: NDArray[np.float32]) -> NDArray[np.float32]:
        """Standardise a rendering.

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
        return standardise(magnitude)
