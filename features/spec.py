"""Description of a front end's CQ-spectrogram, by which two are found to be comparable or not."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from samesong.features.errors import FrontEndError, shown

C1 = 32.70319566257483
"""Frequency of the note C1 in Hz (A4 = 440 Hz, equal temperament)."""

_LONGEST_NAME = 100
_MOST: dict[str, float] = {
    "version": 1_000_000,
    "hop": 10_000_000,
    "sample_rate": 1_000_000,
    "fmin": 500_000,
    "n_bins": 10_000,
    "bins_per_octave": 10_000,
    "frame_period": 60,
}
"""Largest values: far beyond any use, and near enough that no arithmetic overflows."""


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
        If a field is of another type, not positive or absurdly large, or the highest bin lies above
        half the sample rate.
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
        name = self.name
        if not (isinstance(name, str) and name.isprintable() and 0 < len(name) <= _LONGEST_NAME):
            raise FrontEndError(
                f"feature spec: name={shown(name)} must be a text of 1 to {_LONGEST_NAME} "
                "printable characters"
            )
        for field, most in _MOST.items():
            value = getattr(self, field)
            kinds = (int, float) if field in ("fmin", "frame_period") else (int,)
            if not isinstance(value, kinds) or isinstance(value, bool):
                raise FrontEndError(
                    f"feature spec {shown(self.name)}: {field}={shown(value)} must be "
                    f"{'a number' if float in kinds else 'a whole number'}"
                )
            if not 0 < value <= most:
                raise FrontEndError(
                    f"feature spec {shown(self.name)}: {field}={shown(value)} must be above zero "
                    f"and at most {most}"
                )
        if self.frame_length < 1:
            raise FrontEndError(
                f"feature spec {shown(self.name)}: frame_period={self.frame_period!r} is shorter "
                "than a sample"
            )
        octaves = math.log2(self.fmin) + (self.n_bins - 1) / self.bins_per_octave
        if octaves >= math.log2(self.sample_rate / 2):
            raise FrontEndError(
                f"feature spec {shown(self.name)}: its highest bin, "
                f"{2 ** min(octaves, 60):.1f} Hz, is not below half "
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
                f"feature spec cannot be read: missing fields {missing}, unknown fields "
                f"{shown(unknown)}; "
                "it was written by another version of samesong"
            )
        return cls(**data)
