"""The training loop: batches in, checkpoints out; killed, it goes on from the last of them."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import DataLoader
from torch.utils.tensorboard import SummaryWriter

from samesong.features.errors import TrainingError
from samesong.features.frontend import get_front_end
from samesong.runtime.evaluation.metrics import RetrievalMetrics
from samesong.training.batches import Batches, Pair, VersionSource
from samesong.training.calibration import fit_calibration
from samesong.training.checkpoint import Checkpoint
from samesong.training.config import TrainingConfig
from samesong.training.loss import DistillationLosses, Losses
from samesong.training.precision import in_bfloat16
from samesong.training.presets import PRESETS
from samesong.training.training_state import TrainingState
from samesong.training.validation import Validation

LATEST, BEST = "latest.pt", "best.pt"

#: Held-out works that probabilities are fitted on, when there are as many.
CALIBRATION_WORKS = 100


@dataclass(frozen=True)
class StepReport:
    """Figures of one step.

    Attributes
    ----------
    step : int
        Number of the step, from 1.
    steps : int
        Steps of the whole run.
    losses : dict of str to float
        ``total`` and the parts of `Losses`, or of `DistillationLosses`.
    seconds : float
        Time the step took, validation included.
    measured : dict of str to float or None
        Figures on held-out works, after a validation.
    """

    step: int
    steps: int
    losses: dict[str, float]
    seconds: float
    measured: dict[str, float] | None = None


class Trainer:
    """Trains one network in one folder.

    Parameters
    ----------
    config : TrainingConfig
        The run's configuration.
    training : VersionSource
        Works to learn from.
    held_out : VersionSource
        Works to measure on.
    folder : Path
        Where checkpoints and TensorBoard logs go; a run found there is continued.
    device : {'cpu', 'cuda'}
        Device of the network.
    corpus : dict of str to int
        Number of training works of each kind, for the checkpoint.
    start_from : sequence of Checkpoint, optional
        Checkpoints of which a new run begins with the mean of the networks; none by default, which
        begins at random.

    Raises
    ------
    TrainingError
        If the preset is unknown, a corpus is too small for a batch, or a checkpoint to start from
        does not fit.
    FrontEndError
        If the front end is not installed.
    """

    def __init__(
        self,
        config: TrainingConfig,
        training: VersionSource,
        held_out: VersionSource,
        folder: Path,
        *,
        device: str,
        corpus: dict[str, int],
        start_from: Sequence[Checkpoint] = (),
    ) -> None:
        if config.preset not in PRESETS:
            raise TrainingError(f"preset {config.preset!r} is unknown; there are {list(PRESETS)}.")
        for name, source, needed in (
            ("training", training, config.works_per_batch),
            ("held-out", held_out, config.validation_works),
        ):
            if len(source) < needed:
                raise TrainingError(
                    f"{len(source)} {name} works, but {needed} are needed at once: give a larger "
                    "corpus, or lower works_per_batch or validation_works."
                )
        self.config = config
        self.folder = folder
        self.device = torch.device(device)
        self.batches = Batches(
            training, config.works_per_batch, config.lengths, config.steps, config.seed
        )
        self.held_out = held_out
        spec = get_front_end(config.front_end).spec
        self.state = TrainingState(config, spec, corpus, self.device)
        if start_from:
            self.state.start_from(start_from)

    def run(self, report: Callable[[StepReport], None]) -> Path:
        """Train until the last step or until held-out works stop improving.

        Parameters
        ----------
        report : callable
            Called after each step.

        Returns
        -------
        Path
            The best checkpoint.

        Raises
        ------
        TrainingError
            If the folder holds a run of another configuration, or a damaged one.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if (self.folder / LATEST).exists():
            self._resume(Checkpoint.load(self.folder / LATEST))
        state = self.state
        validation = self._draw_held_out(self.config.validation_works, self.config.seed)
        with SummaryWriter(str(self.folder / "tensorboard")) as log:
            for batch in self._remaining_batches():
                if state.validations_since_best >= self.config.patience:
                    break
                began = time.perf_counter()
                losses = self._train_step(batch)
                values = {
                    name: float(getattr(losses, name).detach())
                    for name in ("total", *(part.name for part in fields(losses)))
                }
                for name, value in values.items():
                    log.add_scalar(f"loss/{name}", value, state.step)
                measured = None
                if state.step % self.config.validate_every == 0 or state.step == self.config.steps:
                    measured = self._validate(validation)
                    for name, value in measured.items():
                        log.add_scalar(f"held_out/{name}", value, state.step)
                seconds = time.perf_counter() - began
                report(StepReport(state.step, self.config.steps, values, seconds, measured))
        self._calibrate()
        return self.folder / BEST

    def _resume(self, checkpoint: Checkpoint) -> None:
        if checkpoint.config != self.config:
            raise TrainingError(
                f"{self.folder}: holds a run of another configuration; give another folder, or "
                "the configuration it was started with."
            )
        checkpoint.front_end()
        self.state.resume(checkpoint)

    def _draw_held_out(self, count: int, seed: int) -> Validation:
        batches = Batches(self.held_out, count, self.config.lengths[:1], 1, seed)
        return Validation(batches, self.state.spec.bins_per_octave)

    def _remaining_batches(self) -> Iterator[Any]:
        loader: DataLoader[Pair] = DataLoader(
            self.batches,  # type: ignore[arg-type]  # indexed like a Dataset, without its base class
            batch_size=None,
            sampler=range(self.state.step, self.config.steps),
            num_workers=self.config.workers,
            prefetch_factor=4 if self.config.workers else None,
        )
        yield from loader

    def _train_step(self, batch: Any) -> Losses | DistillationLosses:
        self.state.network.train()
        # Dropout follows from the step, so that a resumed run drops what the whole one would.
        torch.manual_seed(self.config.seed + self.state.step)
        short = in_bfloat16(self.config.precision, self.device)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=short):
            losses = self._losses(batch)
        self.state.descend(losses.total)
        return losses

    def _losses(self, batch: Any) -> Losses | DistillationLosses:
        network = self.state.network
        studio, live = (network.branch(torch.as_tensor(side).to(self.device)) for side in batch)
        losses: Losses = self.state.objective(network.scorer, live, studio, self.state.generator)
        return losses

    def _validate(self, validation: Validation) -> dict[str, float]:
        measured = figures(validation.measure(self.state.average, self.device))
        better = self.state.note_validation(measured)
        checkpoint = self.state.checkpoint()
        # In this order: killed in between, the run goes on from before and finds this best again.
        if better:
            checkpoint.save(self.folder / BEST)
        checkpoint.save(self.folder / LATEST)
        return measured

    def _calibrate(self) -> None:
        """Fit the best network's probabilities on more held-out works than validation takes."""
        checkpoint = Checkpoint.load(self.folder / BEST)
        count = min(len(self.held_out), CALIBRATION_WORKS)
        pairs = self._draw_held_out(count, self.config.seed + 1)
        network = checkpoint.network().to(self.device)
        calibration = fit_calibration(pairs.evidence(network, self.device))
        replace(checkpoint, calibration=calibration).save(self.folder / BEST)


def figures(results: Mapping[str, RetrievalMetrics]) -> dict[str, float]:
    """Name the figures of a validation.

    Parameters
    ----------
    results : mapping of str to RetrievalMetrics
        As `Validation.measure` returns them.

    Returns
    -------
    dict of str to float
        mAP and top-1 by kind of score, such as ``scorer_mAP``.
    """
    return {
        f"{kind}_{name}": metrics.values[name].value
        for kind, metrics in results.items()
        for name in ("mAP", "top1")
    }
