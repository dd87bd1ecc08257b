"""Description of a front end's CQ-spectrogram, by which two are found to be comparable or not."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from samesong.features.errors import FrontEndError

C1 = 32.70319566257483
"""Frequency of the note C1 in Hz (A4 = 440 Hz, equal temperament)."""


@dataclass(frozen=True, slots=True)
class FeatureSpec:
    """Everything that must agree for two CQ-spectrograms to be comparable.

    Attributes
    ----------
    name : str
        Name of the front end.
    version : int
        Raised whenever the front end's output changes.
    hop : int
        Samples between two points at which the constant-Q transform is taken.
    sample_rate : int
        Samples a second of the audio that goes in.
    fmin : float
        Centre frequency of the lowest bin in Hz.
    n_bins : int
        Rows of the CQ-spectrogram.
    bins_per_octave : int
        Bins in an octave; 12 makes one bin one semitone.
    frame_period : float
        Seconds between two columns of the CQ-spectrogram; column k is centred on k * frame_period.

    Raises
    ------
    FrontEndError
        If a field is not positive, or the highest bin lies above half the sample rate.
    """

    name: str
    version: int
    hop: int
    sample_rate: int = 22_050
    fmin: float = C1
    n_bins: int = 72
    bins_per_octave: int = 12
    frame_period: float = 0.3

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name != "name" and not value > 0:
                raise FrontEndError(
                    f"feature spec {self.name!r}: {field.name}={value!r} must be above zero"
                )
        highest = self.fmin * 2 ** ((self.n_bins - 1) / self.bins_per_octave)
        if highest >= self.sample_rate / 2:
            raise FrontEndError(
                f"feature spec {self.name!r}: its highest bin, {highest:.1f} Hz, is not below half "
                f"its sample rate of {self.sample_rate} Hz; use fewer bins or a higher sample rate"
            )

    @property
    def frame_length(self) -> int:
        """Samples in one frame period."""
        return round(self.frame_period * self.sample_rate)

    def n_frames(self, n_samples: int) -> int:
        """Return the columns of the CQ-spectrogram of a recording: 120 s give 401.

        Parameters
        ----------
        n_samples : int
            Length of the recording.

        Returns
        -------
        int
            The number of columns.
        """
        return 1 + n_samples // self.frame_length

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain values.

        Returns
        -------
        dict
            Fit for JSON.
        """
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make a spec from what `to_dict` returned.

        Parameters
        ----------
        data : mapping
            All fields by their names.

        Returns
        -------
        FeatureSpec
            The spec.

        Raises
        ------
        FrontEndError
            If a field is missing, unknown or out of range.
        """
        known = {field.name for field in fields(cls)}
        if known != set(data):
            missing, unknown = sorted(known - set(data)), sorted(set(data) - known)
            raise FrontEndError(
                f"feature spec cannot be read: missing fields {missing}, unknown fields {unknown}; "
                "it was written by another version of samesong"
            )
        return cls(**data)
