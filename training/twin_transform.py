"""The choice of who makes the features of recordings: a front end, or on a GPU its twin."""

from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from samesong.features.errors import SilentAudioError
from samesong.features.frontend import FrontEnd
from samesong.features.plug_in import transform
from samesong.features.samples import check_samples
from samesong.training.twins import find_twin

Spectrogram = NDArray[np.float32]
Samples = NDArray[np.float32]


class FeatureTransform(Protocol):
    """A transform of recordings at a front end's sample rate."""

    @property
    def mark(self) -> tuple[str, ...]:
        """Distinguishes features that differ by more than rounding, in the names of files."""

    def __call__(self, samples: Samples) -> Spectrogram:
        """Transform one recording.

        Parameters
        ----------
        samples : ndarray, shape (n_samples,), float32
            Mono audio at the front end's sample rate, full scale at 1.

        Returns
        -------
        ndarray, shape (n_bins, n_frames), float32
            CQ-spectrogram.

        Raises
        ------
        AudioError
            As `samesong.features.FrontEnd.transform` does.
        """


class OwnTransform:
    """A front end's own transform, on the CPU.

    Parameters
    ----------
    front_end : FrontEnd
        The front end.
    """

    mark = ()

    def __init__(self, front_end: FrontEnd) -> None:
        self._front_end = front_end

    def __call__(self, samples: Samples) -> Spectrogram:
        """Transform one recording; see `FeatureTransform`."""
        return transform(self._front_end, samples, self._front_end.spec.sample_rate)


class TwinTransform:
    """A front end's transform by its twin, on any device.

    Parameters
    ----------
    front_end : FrontEnd
        The front end, for its checks of samples.
    twin : torch.nn.Module
        Its twin, as `samesong.training.twins.find_twin` returns it.
    device : torch.device
        Where to run the twin.
    """

    mark = ("nnAudio",)

    def __init__(self, front_end: FrontEnd, twin: torch.nn.Module, device: torch.device) -> None:
        self._spec = front_end.spec
        self._twin = twin.to(device).eval()
        self._device = device

    @torch.inference_mode()
    def __call__(self, samples: Samples) -> Spectrogram:
        """Transform one recording; see `FeatureTransform`."""
        check_samples(samples, self._spec.sample_rate, self._spec)
        batch = torch.from_numpy(np.ascontiguousarray(samples, np.float32))[None].to(self._device)
        cqt: Spectrogram = self._twin(batch)[0].cpu().numpy()
        if not np.isfinite(cqt).all():  # the same everywhere, it cannot be standardised
            raise SilentAudioError(
                "the spectrogram is the same everywhere: the recording holds no music in the "
                "range of the front end; choose another part of it"
            )
        return cqt


def feature_transform(front_end: FrontEnd, device: str) -> FeatureTransform:
    """Return what makes features on a device.

    Parameters
    ----------
    front_end : FrontEnd
        The front end.
    device : str
        ``cpu``, or a CUDA device.

    Returns
    -------
    FeatureTransform
        On a CUDA device the front end's twin, where it has one; else the front end itself.
    """
    twin = find_twin(front_end) if torch.device(device).type == "cuda" else None
    if twin is None:
        return OwnTransform(front_end)
    return TwinTransform(front_end, twin, torch.device(device))
