"""Front end `notes`: what notes sound, named by a small network, in place of a spectrum.

1. Fine CQT magnitude at hop 2205 (0.1 s): eight octaves of 36 bins, three to a semitone, the
   middle one on the note.
2. The network in ``notes.onnx`` names the notes C1 to B6 at each point, 0 (silent) to 1. It evens
   out loudness over 6 s itself, and has learned from degraded recordings what clean ones hold.
3. Its answers are averaged over each 0.3 s frame; what it answers to silence is taken off them,
   and they are squared (`standardise` draws the root) and standardised.

Voices, drums, distortion and rooms are mostly gone from it.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from samesong.features._graph import Graph
from samesong.features.cqt import cqt
from samesong.features.framing import frame_means
from samesong.features.samples import check_samples
from samesong.features.spec import C1, FeatureSpec
from samesong.features.standardise import standardise
from samesong.features.tuning import Tuned

BINS_PER_NOTE = 3
"""Bins a semitone: with three, a note that is up to half a semitone off key keeps its middle."""

FINE = FeatureSpec(
    name="fine",
    version=1,
    hop=2205,
    fmin=C1 * 2 ** (-1 / 36),
    n_bins=288,
    bins_per_octave=36,
    frame_period=0.1,
)
"""Input of the network: eight octaves, so that B6 has partials above it."""

CONTEXT = 37
"""Points on either side that the network's answer depends on: 30 of loudness, 7 of convolutions."""

UNHEARD = 0.1
"""Answer of the network where no note sounds, as its teacher gives it."""

GRAPH = Path(__file__).with_name("notes.onnx")
INPUT, OUTPUT = "magnitude", "notes"


class NotesFrontEnd(Tuned):
    """Notes that a small network names, averaged over each 0.3 s frame, standardised."""

    name = "notes"
    spec = FeatureSpec(name="notes", version=1, hop=FINE.hop)
    # The network's context lasts 3.7 s either way, a filter 0.8 s, half a frame 0.15 s: 4.65 s.
    reach = 16
    unheard = UNHEARD

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
            Spectrogram of notes, standardised.
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
        n_points = 1 + len(samples) // FINE.hop

        def fine(start: int, stop: int) -> NDArray[np.float32]:
            left, right = max(start - CONTEXT, 0), min(stop + CONTEXT, n_points)
            activation = name_notes(cqt(samples, self._grid(FINE), left, right))
            return activation[:, start - left : stop - left]

        return salience(frame_means(fine, self.spec, len(samples), first, last))

    def finish_notes(self, activation: NDArray[np.float32]) -> NDArray[np.float32]:
        """Square and standardise activations.

        Parameters
        ----------
        activation : ndarray, shape (n_bins, n_frames), float32
            Mean activations of the notes in each frame, in [0, 1].

        Returns
        -------
        ndarray, shape (n_bins, n_frames), float32
            Of mean 0 and standard deviation 1.

        Raises
        ------
        SilentAudioError
            If every activation is the same.
        """
        return standardise(salience(activation))


def name_notes(magnitude: NDArray[np.float32]) -> NDArray[np.float32]:
    """Let the network name the notes of a fine transform.

    Parameters
    ----------
    magnitude : ndarray, shape (288, n_points), float32
        CQT magnitude on the grid of `FINE`, 0 or above, in any linear unit.

    Returns
    -------
    ndarray, shape (72, n_points), float32
        Activations of C1 to B6, 0 to 1.
    """
    (activation,) = _graph()(magnitude[np.newaxis])
    return np.asarray(activation)


def salience(activation: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn mean activations into magnitudes for `standardise`, which takes their square root.

    Parameters
    ----------
    activation : ndarray, shape (n_bins, n_frames), float32
        Mean activations of the notes in each frame, in [0, 1].

    Returns
    -------
    ndarray, shape (n_bins, n_frames), float32
        Magnitudes, 0 or above.
    """
    # A hundredth stays, so that noise without any note is not the same as silence.
    heard = np.maximum(activation - np.float32(UNHEARD), np.float32(0.01) * activation)
    return np.asarray(np.square(heard))


@lru_cache(maxsize=1)
def _graph() -> Graph:
    return Graph(GRAPH, INPUT, OUTPUT)
