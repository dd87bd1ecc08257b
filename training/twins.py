"""Torch versions (nnAudio) of the three bundled front ends.

`samesong train --device cuda` makes the features of recordings with them, on the GPU; everything
else, the trained model's users above all, runs the front ends themselves on the CPU.
"""

import warnings

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from samesong.features.cqt import filters, quality
from samesong.features.direct import DirectFrontEnd
from samesong.features.framing import frame_starts
from samesong.features.frontend import FrontEnd
from samesong.features.harmonic import (
    BIN_WIDTH,
    ENVELOPE_FLOOR,
    NOISE_FLOOR,
    TIME_WIDTH,
    HarmonicFrontEnd,
)
from samesong.features.pooled import PooledFrontEnd
from samesong.features.spec import FeatureSpec
from samesong.features.standardise import LEVEL_FLOOR

with warnings.catch_warnings():
    # nnAudio's docstrings hold backslashes that newer Pythons warn of when they compile them.
    warnings.simplefilter("ignore", SyntaxWarning)
    warnings.simplefilter("ignore", DeprecationWarning)
    from nnAudio.features.cqt import CQT1992v2

_TINY = torch.finfo(torch.float32).tiny


class Twin(nn.Module):
    """A front end's transform for batches; subclasses say how the fine grid becomes frames.

    Parameters
    ----------
    spec : FeatureSpec
        The front end's; its number of bins, their spacing and the frame period are free.
    """

    def __init__(self, spec: FeatureSpec) -> None:
        super().__init__()
        self.spec = spec
        self._cqt = CQT1992v2(
            sr=spec.sample_rate,
            hop_length=spec.hop,
            fmin=spec.fmin,
            n_bins=spec.n_bins,
            bins_per_octave=spec.bins_per_octave,
            # nnAudio's Q is that of the step up to the next bin; ours, as librosa's, the mean of
            # the steps up and down.
            filter_scale=quality(spec) * (2 ** (1 / spec.bins_per_octave) - 1),
            pad_mode="constant",
            verbose=False,
        )
        # nnAudio centres filters of odd length half a sample early; put exact ones in their place.
        exact = filters(spec, self._cqt.kernel_width)
        self._cqt.cqt_kernels_real.copy_(torch.from_numpy(exact.real)[:, None])
        self._cqt.cqt_kernels_imag.copy_(torch.from_numpy(exact.imag)[:, None])

    def forward(self, samples: Tensor) -> Tensor:
        """Transform a batch of recordings.

        Parameters
        ----------
        samples : Tensor, shape (batch, n_samples), float32
            Mono audio at `spec.sample_rate`, none of it silent.

        Returns
        -------
        Tensor, shape (batch, n_bins, n_frames), float32
            What the front end makes of each, within 1 % of its maximum.
        """
        return _standardised(self.frames(self._cqt(samples), samples.shape[-1]))

    def frames(self, fine: Tensor, n_samples: int) -> Tensor:
        """Turn the fine grid into frames.

        Parameters
        ----------
        fine : Tensor, shape (batch, n_bins, n_points), float32
            Magnitudes at the hop.
        n_samples : int
            Samples of each recording.

        Returns
        -------
        Tensor, shape (batch, n_bins, n_frames), float32
            Magnitudes, 0 or above.
        """
        raise NotImplementedError


class DirectTwin(Twin):
    """Twin of `direct`: the fine grid is the frames."""

    def frames(self, fine: Tensor, n_samples: int) -> Tensor:  # noqa: ARG002
        """Return the magnitudes as they are; see `Twin.frames`."""
        return fine


class PooledTwin(Twin):
    """Twin of `pooled`: the mean over each frame."""

    def frames(self, fine: Tensor, n_samples: int) -> Tensor:
        """Average the points of each frame; see `Twin.frames`."""
        starts = frame_starts(self.spec, n_samples)
        counts = torch.from_numpy(np.diff(starts)).to(fine.device)
        frame_of_point = torch.arange(len(counts), device=fine.device).repeat_interleave(counts)
        sums = fine.new_zeros((*fine.shape[:2], len(counts)))
        sums.index_add_(2, frame_of_point, fine[..., : len(frame_of_point)])
        return sums / counts


class HarmonicTwin(PooledTwin):
    """Twin of `harmonic`: harmonic part, whitened, then the mean over each frame."""

    def frames(self, fine: Tensor, n_samples: int) -> Tensor:
        """Separate, whiten and average; see `Twin.frames`."""
        lasting = _median(fine, TIME_WIDTH, dim=2) ** 2
        broad = _median(fine, BIN_WIDTH, dim=1) ** 2
        noise = (NOISE_FLOOR * fine.mean(dim=1, keepdim=True)) ** 2
        harmonic = fine * (lasting / (lasting + broad + noise + _TINY))
        level = harmonic.mean(dim=1, keepdim=True)
        envelope = functional.avg_pool1d(
            harmonic.transpose(1, 2),
            BIN_WIDTH,
            stride=1,
            padding=BIN_WIDTH // 2,
            count_include_pad=False,
        ).transpose(1, 2)
        whitened = level * harmonic / (envelope + ENVELOPE_FLOOR * level + _TINY)
        return super().frames(whitened, n_samples)


_TWINS: dict[type, type[Twin]] = {
    DirectFrontEnd: DirectTwin,
    PooledFrontEnd: PooledTwin,
    HarmonicFrontEnd: HarmonicTwin,
}


def find_twin(front_end: FrontEnd) -> Twin | None:
    """Return the torch version of a front end.

    Parameters
    ----------
    front_end : FrontEnd
        Any front end.

    Returns
    -------
    Twin or None
        Maps (batch, n_samples) to (batch, n_bins, n_frames) on whichever device it is moved to;
        None for a front end that is not one of the three bundled ones.
    """
    twin = _TWINS.get(type(front_end))
    return None if twin is None else twin(front_end.spec)


def _median(values: Tensor, width: int, dim: int) -> Tensor:
    """Return the running median over `width` (odd) values along a dimension, its ends mirrored."""
    moved = values.transpose(dim, 2)
    padded = functional.pad(moved, (width // 2, width // 2), mode="reflect")
    return padded.unfold(2, width, 1).median(dim=-1).values.transpose(dim, 2)


def _standardised(magnitude: Tensor) -> Tensor:
    """As `samesong.features.standardise`, for a batch."""
    root = magnitude.sqrt()
    level = root.mean(dim=1, keepdim=True)
    root = root / (level + (LEVEL_FLOOR * level.mean(dim=2, keepdim=True)).clamp(min=_TINY))
    root = root - root.mean(dim=(1, 2), keepdim=True)
    return root / root.std(dim=(1, 2), keepdim=True, correction=0)
