"""How far a student's answer is from what it should be."""

import torch
from torch import Tensor, nn


def loss_of(logits: Tensor, notes: Tensor, chroma: float) -> Tensor:
    """Return the cross-entropy of notes plus a weighted distance between their chroma.

    The distance is 1 minus the correlation of the student's chroma with the target's, averaged over
    steps of 0.6 s in proportion to the target's contrast.

    Parameters
    ----------
    logits : Tensor, shape (batch, 72, frames), float32
        The student's answer.
    notes : Tensor, shape (batch, 72, frames), float32
        Target activations in [0, 1].
    chroma : float
        Weight of the distance, 0 or above.

    Returns
    -------
    Tensor, shape (), float32
        The loss.
    """
    loss: Tensor = nn.functional.binary_cross_entropy_with_logits(logits, notes)
    if chroma == 0:
        return loss
    ours, theirs = _chroma(torch.sigmoid(logits)), _chroma(notes)
    weight = theirs.norm(dim=1)
    cosine = nn.functional.cosine_similarity(ours, theirs, dim=1, eps=1e-4)
    apart = ((1 - cosine) * weight).sum() / weight.sum().clamp_min(1e-6)
    total: Tensor = loss + chroma * apart
    return total


def _chroma(notes: Tensor) -> Tensor:
    """Fold (batch, 72, frames) to centred chroma (batch, 12, frames // 6)."""
    batch, _, frames = notes.shape
    folded = notes.reshape(batch, 6, 12, frames).mean(dim=1)
    steps = nn.functional.avg_pool1d(folded, 6)
    return steps - steps.mean(dim=1, keepdim=True)
