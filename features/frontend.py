"""The FrontEnd protocol and the registry of installed front ends."""

from importlib.metadata import EntryPoint, entry_points
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from samesong.features.errors import FrontEndError, shown
from samesong.features.spec import FeatureSpec

ENTRY_POINT_GROUP = "samesong.features"


@runtime_checkable
class FrontEnd(Protocol):
    """Turns samples into a standardised CQ-spectrogram.

    A front end is made without arguments, holds no state between calls, and registers its class
    under its name in the entry-point group ``samesong.features``.
    """

    @property
    def name(self) -> str:
        """The name it is registered and asked for by."""

    @property
    def spec(self) -> FeatureSpec:
        """Description of its output; `spec.name` is its name."""

    def transform(self, samples: NDArray[np.float32], sample_rate: int) -> NDArray[np.float32]:
        """Transform one recording.

        Parameters
        ----------
        samples : ndarray, shape (n_samples,)
            Mono audio, full scale at 1; its loudness does not matter.
        sample_rate : int
            Samples a second; must be `spec.sample_rate`.

        Returns
        -------
        ndarray, shape (spec.n_bins, spec.n_frames(n_samples)), float32
            CQ-spectrogram of mean 0 and standard deviation 1; column k is centred on
            k * spec.frame_period seconds.

        Raises
        ------
        InvalidSamplesError
            If the samples are not one row of floating-point numbers, hold NaN or infinity, or are
            beyond a million times full scale.
        MismatchError
            If `sample_rate` is not the front end's.
        ShortAudioError
            If there are less than 0.6 s of samples.
        SilentAudioError
            If the peak is below -80 dB of full scale.
        """


def front_end_names() -> list[str]:
    """Return the names of all installed front ends.

    Returns
    -------
    list of str
        In alphabetical order.

    Examples
    --------
    >>> from samesong.features import front_end_names
    >>> built_in = ("direct", "pooled", "harmonic", "notes")
    >>> [name for name in front_end_names() if name in built_in]
    ['direct', 'harmonic', 'notes', 'pooled']
    """
    return sorted({entry.name for entry in entry_points(group=ENTRY_POINT_GROUP)})


def get_front_end(name: str) -> FrontEnd:
    """Return a front end by its name.

    Parameters
    ----------
    name : str
        One of `front_end_names`.

    Returns
    -------
    FrontEnd
        A new one.

    Raises
    ------
    FrontEndError
        If no installed package, or more than one, provides it, if it cannot be loaded, or if
        what is loaded breaks the contract of `FrontEnd`.
    """
    found = {entry.value: entry for entry in entry_points(group=ENTRY_POINT_GROUP, name=name)}
    if not found:
        raise FrontEndError(
            f"front end {name!r} is not installed; known are {', '.join(front_end_names())}"
        )
    if len(found) > 1:
        raise FrontEndError(
            f"front end {name!r} is provided more than once, by {' and '.join(sorted(found))}; "
            "uninstall all but one"
        )
    return _load(next(iter(found.values())))


def provided_by(entry: EntryPoint) -> str:
    """Return where an entry point leads to, and the package that it comes with.

    Parameters
    ----------
    entry : EntryPoint
        The entry point.

    Returns
    -------
    str
        Such as ``my_package.chroma:Chroma, of the package my-package 1.0``.
    """
    package = f", of the package {entry.dist.name} {entry.dist.version}" if entry.dist else ""
    return f"{entry.value}{package}"


def _load(entry: EntryPoint) -> FrontEnd:
    named = f"front end {entry.name!r} ({provided_by(entry)})"
    remedy = "repair or uninstall the package that provides it"
    try:
        front_end: Any = entry.load()()
        is_one = isinstance(front_end, FrontEnd) and isinstance(front_end.spec, FeatureSpec)
        is_one = is_one and callable(front_end.transform)
        names = [front_end.name, front_end.spec.name] if is_one else []
    # A third party's code may raise anything, and leave the program when it is imported.
    except (Exception, SystemExit) as error:
        raise FrontEndError(f"{named} cannot be loaded: {shown(error, 200)}; {remedy}") from error
    if not is_one:
        raise FrontEndError(
            f"{named} is no FrontEnd: it needs name, spec (a FeatureSpec) and transform; {remedy}"
        )
    if names != [entry.name, entry.name]:
        raise FrontEndError(
            f"{named} calls itself {shown(names[0])} and its spec {shown(names[1])}; all three "
            f"names must be one: {remedy}"
        )
    found: FrontEnd = front_end
    return found
