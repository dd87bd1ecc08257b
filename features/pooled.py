"""Front end `pooled`: the constant-Q magnitude at a fine hop, averaged over each frame."""

import numpy as np
from numpy.typing import NDArray

from samesong.features.cqt import cqt
from samesong.features.framing import frame_means
from samesong.features.samples import check_samples
from samesong.features.spec import FeatureSpec
from samesong.features.standardise import standardise
from samesong.features.tuning import Tuned


class PooledFrontEnd(Tuned):
    """CQT magnitude at hop 512, averaged over each 0.3 s frame, standardised.

    Averaging smooths onsets and the noise of a crowd.
    """

    name = "pooled"
    spec = FeatureSpec(name="pooled", version=1, hop=512)
    aperture = 0.3  # seconds: the frame that points are averaged over
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

        def fine(start: int, stop: int) -> NDArray[np.float32]:
            return cqt(samples, self._grid(self.spec), start, stop)

        return standardise(frame_means(fine, self.spec, len(samples)))

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
