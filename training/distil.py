"""Distillation: a smaller scorer learns to answer as that of a trained network does.

Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network", 2015. The branch stays as
it is, so that windows in catalogs stay valid, and one pool of deep sequences serves all steps.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from samesong.features.errors import TrainingError
from samesong.training.batches import VersionSource
from samesong.training.checkpoint import Checkpoint
from samesong.training.config import TrainingConfig
from samesong.training.loss import DistillationLosses
from samesong.training.network import STRIDES, cross_similarity
from samesong.training.trainer import BEST, Trainer, figures
from samesong.training.window_pool import FRAMES, WindowPool, draw_pool

#: Folder below a run's where deep sequences are kept.
WINDOWS = "windows"

#: Weight of the true labels beside the teacher's logits, which know more.
LABEL_WEIGHT = 0.1


@dataclass(frozen=True)
class Lesson:
    """The pairs of windows of one step.

    Attributes
    ----------
    csms : list of 4 Tensors, shape (n, query_steps, reference_steps), float32
        One a level.
    labels : Tensor, shape (n,), float32
        1 where both windows are of one work, otherwise 0.
    """

    csms: list[Tensor]
    labels: Tensor


class Distiller(Trainer):
    """Trains the scorer of a new network to answer as that of another, whose branch it shares.

    Parameters
    ----------
    config : TrainingConfig
        The run's configuration; its preset is the new network's, its lengths are at most
        `samesong.training.window_pool.FRAMES`.
    teacher : Checkpoint
        A finished run of the network to imitate.
    training : VersionSource
        Works to learn from.
    held_out : VersionSource
        Works to measure on.
    folder : Path
        Where checkpoints, deep sequences and TensorBoard logs go; a run found there is continued.
    device : {'cpu', 'cuda'}
        Device of the networks.
    corpus : dict of str to int
        Number of training works of each kind, for the checkpoint.
    say : callable
        Called with each line that a person should read.
    pairs : int
        Pairs of versions in the pool, at least 2; a few tens of steps should meet each.

    Raises
    ------
    TrainingError
        As `Trainer` does; and if lengths exceed a window, if the teacher's run is not finished, or
        if its branch or its front end is not that of the configuration.
    """

    def __init__(
        self,
        config: TrainingConfig,
        teacher: Checkpoint,
        training: VersionSource,
        held_out: VersionSource,
        folder: Path,
        *,
        device: str,
        corpus: dict[str, int],
        say: Callable[[str], None],
        pairs: int,
    ) -> None:
        super().__init__(config, training, held_out, folder, device=device, corpus=corpus)
        teacher.require_calibrated("the teacher", "give best.pt of a finished one.")
        longest = max(max(pair) for pair in config.lengths)
        if longest > FRAMES:
            raise TrainingError(
                f"lengths asks for {longest} frames, but the windows that are drawn have {FRAMES}: "
                "give shorter ones."
            )
        self.state.learn_from(teacher)
        self._calibration = teacher.calibration
        self._teacher = teacher.network().to(self.device)
        self._teacher.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._say = say
        self._draw = partial(
            draw_pool,
            training,
            self._teacher.branch,
            folder / WINDOWS,
            count=pairs,
            seed=config.seed,
            report=say,
        )

    def measure_teacher(self) -> dict[str, float]:
        """Measure the teacher as the run measures the new network.

        Returns
        -------
        dict of str to float
            mAP and top-1 on held-out works, by kind of score.
        """
        validation = self._draw_held_out(self.config.validation_works, self.config.seed)
        return figures(validation.measure(self._teacher, self.device))

    def _remaining_batches(self) -> Iterator[Lesson]:
        pool = self._draw()
        for step in range(self.state.step, self.config.steps):
            yield draw_lesson(pool, self.config, step)

    def _losses(self, batch: Lesson) -> DistillationLosses:
        csms = [csm.to(self.device) for csm in batch.csms]
        with torch.no_grad():
            wanted = self._teacher.scorer(*csms).float()
        found = self.state.network.scorer(*csms).float()
        labels = batch.labels.to(self.device)
        return DistillationLosses(
            teacher=functional.smooth_l1_loss(found, wanted),
            label=LABEL_WEIGHT * functional.binary_cross_entropy_with_logits(found, labels),
        )

    def _calibrate(self) -> None:
        """Keep the teacher's probabilities, whose logits the new network gives."""
        best = Checkpoint.load(self.folder / BEST)
        replace(best, calibration=self._calibration).save(self.folder / BEST)


def draw_lesson(pool: WindowPool, config: TrainingConfig, step: int) -> Lesson:
    """Draw the pairs of a step: the same ones whenever the run comes to it.

    Parameters
    ----------
    pool : WindowPool
        The windows.
    config : TrainingConfig
        Gives the number of works and the lengths of windows.
    step : int
        Number of the step.

    Returns
    -------
    Lesson
        Of each work the true pair, a wrong studio version that late interaction confuses with the
        live one, and a random one; in either direction, so that neither axis means "live".
    """
    rng = np.random.default_rng([config.seed, step])
    rows = rng.choice(len(pool), min(config.works_per_batch, len(pool)), replace=False)
    hard = pool.hardest[rows, rng.integers(pool.hardest.shape[1], size=len(rows))].numpy()
    other = rng.permutation(rows)
    same = pool.works[other] == pool.works[rows]
    other = np.where(same, hard, other)
    queries = torch.from_numpy(np.concatenate([rows, rows, rows]))
    references = torch.from_numpy(np.concatenate([rows, hard, other]))
    studio_frames, live_frames = config.lengths[int(rng.integers(len(config.lengths)))]
    place = rng.random()
    csms = cross_similarity(
        excerpt(pool.live, queries, live_frames, place),
        excerpt(pool.studio, references, studio_frames, place),
    )
    if rng.random() < 0.5:
        csms = [csm.transpose(1, 2).contiguous() for csm in csms]
    labels = torch.zeros(len(queries))
    labels[: len(rows)] = 1
    return Lesson(csms, labels)


def excerpt(
    levels: tuple[Tensor, ...], rows: Tensor, frames: int, place: float
) -> tuple[Tensor, ...]:
    """Cut some windows of a pool shorter.

    Parameters
    ----------
    levels : tuple of 4 Tensors, shape (n, steps, dim), float16
        One side of the pool.
    rows : Tensor, shape (m,), int64
        Windows to take.
    frames : int
        Length to cut them to, at most `samesong.training.window_pool.FRAMES`.
    place : float
        From 0, the beginning, to 1 (excluded), the end.

    Returns
    -------
    tuple of 4 Tensors, shape (m, ceil(frames / stride), dim), float32
        The same span of every level.
    """
    # A step of the coarsest level is the least by which all levels can move.
    first = int(place * ((FRAMES - frames) // STRIDES[-1] + 1)) * STRIDES[-1]
    return tuple(
        level[rows, first // stride : first // stride - (-frames // stride)].float()
        for level, stride in zip(levels, STRIDES, strict=True)
    )
