"""Front ends that training can imitate from notes, without making sound."""

from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from samesong.features.frontend import FrontEnd


@runtime_checkable
class RenderableFrontEnd(FrontEnd, Protocol):
    """A front end that says what it would make of notes.

    Optional: any front end can be trained on recordings, through its own `transform`. One that also
    has these members can be trained on MIDI files. Training then renders the energy of the notes
    straight onto the bins and frames of `spec`, adds a band, a room and a crowd, and hands the
    magnitude to `finish`.
    """

    @property
    def aperture(self) -> float:
        """Seconds of sound that one frame averages, centred on the frame."""

    @property
    def unpitched_db(self) -> float:
        """Gain in dB of drums and crowd noise: 0 keeps them, -10 leaves a tenth of their energy."""

    def finish(self, magnitude: NDArray[np.float32]) -> NDArray[np.float32]:
        """Apply the steps that follow the averaging over frames.

        Parameters
        ----------
        magnitude : ndarray, shape (spec.n_bins, n_frames), float32
            Magnitudes, 0 or above, in any linear unit.

        Returns
        -------
        ndarray, shape (spec.n_bins, n_frames), float32
            Of mean 0 and standard deviation 1, as `transform` returns it.

        Raises
        ------
        SilentAudioError
            If every magnitude is the same.
        """


@runtime_checkable
class TranscribingFrontEnd(FrontEnd, Protocol):
    """A front end that names notes, which training imitates without making sound or energy.

    Optional, as `RenderableFrontEnd` is. Training draws the notes of a score as a network would
    name them: some missed, others made up, an octave off, or smeared over time.
    """

    @property
    def unheard(self) -> float:
        """Activation where no note sounds, in [0, 1)."""

    def finish_notes(self, activation: NDArray[np.float32]) -> NDArray[np.float32]:
        """Apply the steps that follow the naming of notes and its averaging over frames.

        Parameters
        ----------
        activation : ndarray, shape (spec.n_bins, n_frames), float32
            Activation of each note in each frame, in [0, 1].

        Returns
        -------
        ndarray, shape (spec.n_bins, n_frames), float32
            Of mean 0 and standard deviation 1, as `transform` returns it.

        Raises
        ------
        SilentAudioError
            If every activation is the same.
        """


ImitableFrontEnd = RenderableFrontEnd | TranscribingFrontEnd
"""A front end that can be trained on MIDI files."""
