"""What the network is trained to do: rank by late interaction and by embedding, and judge pairs."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from samesong.training.network import Scorer, cross_similarity

#: Weight of the contrast on the pooled embedding beside the one on late interaction.
EMBEDDING_WEIGHT = 0.5

#: Softmax temperature of the contrast on embeddings.
EMBEDDING_TEMPERATURE = 0.1


@dataclass(frozen=True)
class Losses:
    """The parts of a step's loss; ``total`` is what is minimised."""

    pair: Tensor
    late: Tensor
    embedding: Tensor

    @property
    def total(self) -> Tensor:
        """The weighted sum that is minimised."""
        return self.pair + self.late + EMBEDDING_WEIGHT * self.embedding


def max_similarity(queries: Tensor, references: Tensor) -> Tensor:
    """Score all pairs of two batches of sequences by late interaction.

    Each step is matched with the best step of the other sequence; the mean of that, taken in both
    directions (ColBERT's MaxSim made symmetric). Steps are first averaged in twos.

    Parameters
    ----------
    queries : (n_queries, query_steps, dim)
    references : (n_references, reference_steps, dim)

    Returns
    -------
    Tensor, shape (n_queries, n_references), in [-1, 1]
    """
    shorter = [
        functional.normalize(
            functional.avg_pool1d(levels.transpose(1, 2), 2, ceil_mode=True).transpose(1, 2), dim=2
        )
        for levels in (queries, references)
    ]
    similarity = torch.einsum("aqd,brd->abqr", *shorter)
    return (similarity.amax(dim=3).mean(dim=2) + similarity.amax(dim=2).mean(dim=2)) / 2


def contrast(similarity: Tensor, scale: Tensor | float) -> Tensor:
    """Cross-entropy (InfoNCE) of finding row i in column i and the other way round."""
    target = torch.arange(len(similarity), device=similarity.device)
    logits = similarity * scale
    return (
        functional.cross_entropy(logits, target) + functional.cross_entropy(logits.T, target)
    ) / 2


class PairObjective(nn.Module):
    """The training loss of a batch of works, each given as a studio and a live version."""

    def __init__(self) -> None:
        super().__init__()
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
        scorer
            The scorer being trained.
        live, studio
            A branch's outputs; row i of both is the same work.
        generator
            Draws the random negatives.

        Returns
        -------
        Losses
            The scorer's cross-entropy over each work's true pair, the hardest wrong studio track
            for each live one and the other way round (by late interaction), and a random wrong
            pair; and the two contrasts.
        """
        late = max_similarity(live[3].float(), studio[3].float())
        count = len(late)
        mine = torch.arange(count, device=late.device)
        without_true = late.detach() - 4 * torch.eye(count, device=late.device)
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
            late=contrast(late, self.log_scale.exp()),
            embedding=contrast(live[4].float() @ studio[4].float().T, 1 / EMBEDDING_TEMPERATURE),
        )
