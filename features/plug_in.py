"""Front ends of other packages, which may do anything: what they break is named as theirs."""

from collections.abc import Callable
from importlib.metadata import entry_points

import numpy as np
from numpy.typing import NDArray

from samesong.features.errors import FrontEndError, SamesongError, shown
from samesong.features.frontend import ENTRY_POINT_GROUP, FrontEnd, provided_by
from samesong.features.tuning import TunableFrontEnd


def transform(
    front_end: FrontEnd, samples: NDArray[np.float32], sample_rate: int
) -> NDArray[np.float32]:
    """Transform one recording, and check what comes back.

    Parameters
    ----------
    front_end : FrontEnd
        The front end.
    samples : ndarray, shape (n_samples,), float32
        Mono audio, full scale at 1.
    sample_rate : int
        Samples a second.

    Returns
    -------
    ndarray, shape (n_bins, n_frames), float32
        CQ-spectrogram, standardised.

    Raises
    ------
    AudioError, MismatchError
        As `samesong.features.FrontEnd.transform` does.
    FrontEndError
        If the front end fails, or breaks its contract.
    """
    n_frames = front_end.spec.n_frames(len(samples))
    return checked(front_end, n_frames, lambda: front_end.transform(samples, sample_rate))


def tuned(front_end: TunableFrontEnd, tuning: float) -> FrontEnd:
    """Return a front end at another tuning.

    Parameters
    ----------
    front_end : TunableFrontEnd
        The front end.
    tuning : float
        Semitones above concert pitch, in [-0.5, 0.5].

    Returns
    -------
    FrontEnd
        The same, with all bins `tuning` semitones higher.

    Raises
    ------
    FrontEndError
        If the front end fails, or returns something else.
    """
    try:
        found = front_end.tuned(tuning)
        same = isinstance(found, FrontEnd) and found.spec == front_end.spec
    except Exception as error:  # a third party's code may raise anything
        raise FrontEndError(f"{_named(front_end)} fails: {shown(error, 200)}; {_REMEDY}") from error
    if not same:
        raise FrontEndError(
            f"{_named(front_end)}: tuned({tuning}) returns no front end of the same spec; {_REMEDY}"
        )
    return found


def checked(
    front_end: FrontEnd, n_frames: int, make: Callable[[], NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Let a front end make some frames, and check them.

    Parameters
    ----------
    front_end : FrontEnd
        The front end.
    n_frames : int
        Frames that it should make.
    make : callable
        Makes them.

    Returns
    -------
    ndarray, shape (n_bins, n_frames), float32
        The frames.

    Raises
    ------
    FrontEndError
        If the front end fails, or what it makes is something else.
    """
    wanted = (front_end.spec.n_bins, n_frames)
    try:
        found = make()
    except (SamesongError, MemoryError):
        raise
    except Exception as error:  # a third party's code may raise anything
        raise FrontEndError(f"{_named(front_end)} fails: {shown(error, 200)}; {_REMEDY}") from error
    if not isinstance(found, np.ndarray) or found.shape != wanted or found.dtype != np.float32:
        kind = f"{found.dtype} of shape {found.shape}" if isinstance(found, np.ndarray) else None
        raise FrontEndError(
            f"{_named(front_end)} makes {kind or type(found).__name__}, not float32 of shape "
            f"{wanted}; {_REMEDY}"
        )
    if not np.isfinite(found).all():
        raise FrontEndError(f"{_named(front_end)} makes NaN or infinity; {_REMEDY}")
    return found


_REMEDY = "repair or uninstall the package that provides it"


def _named(front_end: FrontEnd) -> str:
    for entry in entry_points(group=ENTRY_POINT_GROUP, name=front_end.name):
        return f"front end {front_end.name!r} ({provided_by(entry)})"
    return f"front end {front_end.name!r} ({type(front_end).__module__})"
