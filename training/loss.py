"""The training objective: rank by late interaction, embedding and alignment, and score pairs."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from samesong.runtime.inference.bundle import starting_values
from samesong.training.network import cross_similarity
from samesong.training.scorer import Scorer
from samesong.training.soft_alignment import soft_alignment_scores

#: Weight of the contrast on the pooled embedding beside the one on late interaction.
EMBEDDING_WEIGHT = 0.5

#: Softmax temperature of the contrast on embeddings.
EMBEDDING_TEMPERATURE = 0.1

#: Temperature of the smooth maximum in alignments, in standard deviations of a cell.
ALIGNMENT_TEMPERATURE = 0.2


@dataclass(frozen=True)
class Losses:
    """The parts of a step's loss.

    Attributes
    ----------
    pair : Tensor, scalar
        Cross-entropy of the scorer.
    late : Tensor, scalar
        Contrast on late interaction.
    embedding : Tensor, scalar
        Contrast on the embedding.
    alignment : Tensor, scalar
        Contrast on the alignment score of the coarsest CSM, weighted.
    """

    pair: Tensor
    late: Tensor
    embedding: Tensor
    alignment: Tensor

    @property
    def total(self) -> Tensor:
        """The weighted sum that is minimised."""
        return self.pair + self.late + EMBEDDING_WEIGHT * self.embedding + self.alignment


@dataclass(frozen=True)
class DistillationLosses:
    """The parts of the loss of a step of distillation.

    Attributes
    ----------
    teacher : Tensor, scalar
        Smooth absolute distance from the teacher's logits.
    label : Tensor, scalar
        Cross-entropy with the true labels, weighted.
    """

    teacher: Tensor
    label: Tensor

    @property
    def total(self) -> Tensor:
        """The sum that is minimised."""
        return self.teacher + self.label


def late_interaction(csms: Tensor) -> Tensor:
    """Score CSMs by MaxSim in both directions, so that gradients flow.

    The formula is that of `samesong.runtime.matching.cross_similarity.late_interaction`, which the
    runtime applies to NumPy arrays; a test compares the two.

    Parameters
    ----------
    csms : Tensor, shape (..., query_steps, reference_steps)
        Cosines.

    Returns
    -------
    Tensor, shape (...,), in [-2, 2]
        Mean over the query's steps of the best cosine, plus that over the reference's steps.
    """
    return csms.amax(dim=-1).mean(dim=-1) + csms.amax(dim=-2).mean(dim=-1)


def all_pairs_late_interaction(queries: Tensor, references: Tensor) -> Tensor:
    """Score all pairs of two batches of sequences by late interaction.

    Steps are first averaged in twos, which takes a quarter of the memory and time.

    Parameters
    ----------
    queries : Tensor, shape (n_queries, query_steps, dim)
        Rows of length 1.
    references : Tensor, shape (n_references, reference_steps, dim)
        Rows of length 1.

    Returns
    -------
    Tensor, shape (n_queries, n_references), in [-2, 2]
        As `late_interaction` scores each pair.
    """
    halved = [
        functional.normalize(
            functional.avg_pool1d(levels.transpose(1, 2), 2, ceil_mode=True).transpose(1, 2), dim=2
        )
        for levels in (queries, references)
    ]
    return late_interaction(torch.einsum("aqd,brd->abqr", *halved))


def all_pairs_alignment(queries: Tensor, references: Tensor) -> Tensor:
    """Score all pairs of two batches of sequences by their alignment.

    Parameters
    ----------
    queries : Tensor, shape (n_queries, query_steps, dim)
        Rows of length 1.
    references : Tensor, shape (n_references, reference_steps, dim)
        Rows of length 1.

    Returns
    -------
    Tensor, shape (n_queries, n_references)
        As `soft_alignment_scores` scores each pair.
    """
    csms = torch.einsum("aqd,brd->abqr", queries, references).flatten(0, 1)
    scores = soft_alignment_scores(csms, starting_values().alignment, ALIGNMENT_TEMPERATURE)
    return scores.reshape(len(queries), len(references))


def contrast(similarity: Tensor, scale: Tensor | float) -> Tensor:
    """Compute the cross-entropy (InfoNCE) of finding row i in column i and the other way round.

    Parameters
    ----------
    similarity : Tensor, shape (n, n)
        Similarities, the true pairs on the diagonal.
    scale : Tensor or float
        Inverse of the softmax temperature.

    Returns
    -------
    Tensor, scalar
        Mean over both directions, in nats.
    """
    target = torch.arange(len(similarity), device=similarity.device)
    logits = similarity * scale
    return (
        functional.cross_entropy(logits, target) + functional.cross_entropy(logits.T, target)
    ) / 2


class PairObjective(nn.Module):
    """The training loss of a batch of works, each given as a studio and a live version.

    Parameters
    ----------
    alignment : float, optional
        Weight of the contrast on alignments, 0 or above; where it is 0, nothing is aligned.
    """

    def __init__(self, alignment: float = 0.0) -> None:
        super().__init__()
        self.alignment = alignment
        self.log_scale = nn.Parameter(torch.tensor(2.5))

    def forward(
        self,
        scorer: Scorer,
        live: tuple[Tensor, ...],
        studio: tuple[Tensor, ...],
        generator: torch.Generator,
    ) -> Losses:
        """Compute the losses of a batch.

        Parameters
        ----------
        scorer : Scorer
            The scorer being trained.
        live, studio : tuple of Tensor
            A branch's outputs; row i of both is the same work.
        generator : torch.Generator
            Draws the random negatives.

        Returns
        -------
        Losses
            The scorer's cross-entropy over each work's true pair, the hardest wrong studio track
            for each live one and the other way round (by late interaction), and a random wrong
            pair; and the contrasts.
        """
        coarsest = live[3].float(), studio[3].float()
        late = all_pairs_late_interaction(*coarsest)
        count = len(late)
        mine = torch.arange(count, device=late.device)
        without_true = late.detach() - 8 * torch.eye(count, device=late.device)
        hard_studio = without_true.argmax(dim=1)
        hard_live = without_true.argmax(dim=0)
        offset = torch.randint(1, count, (count,), generator=generator).to(late.device)
        queries = torch.cat([mine, mine, hard_live, mine])
        references = torch.cat([mine, hard_studio, mine, (mine + offset) % count])
        matrices = cross_similarity(
            tuple(level[queries] for level in live), tuple(level[references] for level in studio)
        )
        # The scorer is asked in both directions, so that neither axis means "live".
        if torch.rand((), generator=generator) < 0.5:
            matrices = [matrix.transpose(1, 2) for matrix in matrices]
        logits = scorer(*matrices).float()
        target = torch.zeros(len(logits), device=logits.device)
        target[:count] = 1
        # True and false pairs weigh the same, although there are three times as many false ones.
        weight = torch.where(target > 0, 1.0, 1 / 3)
        pair = functional.binary_cross_entropy_with_logits(logits, target, weight) * 2
        return Losses(
            pair=pair,
            # Halved, the sum of both directions is a mean cosine, as the learned scale expects.
            late=contrast(late / 2, self.log_scale.exp()),
            embedding=contrast(live[4].float() @ studio[4].float().T, 1 / EMBEDDING_TEMPERATURE),
            alignment=self.alignment * contrast(all_pairs_alignment(*coarsest), 1.0)
            if self.alignment
            else torch.zeros((), device=late.device),
        )
