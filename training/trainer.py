"""The training loop: batches in, checkpoints out; killed, it goes on from the last of them."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader
from torch.utils.tensorboard import SummaryWriter

from samesong.features.errors import TrainingError
from samesong.training.calibration import fit_calibration
from samesong.training.checkpoint import Checkpoint
from samesong.training.config import TrainingConfig
from samesong.training.loss import Losses, PairObjective
from samesong.training.network import SiameseNetwork
from samesong.training.presets import PRESETS
from samesong.training.validation import Validation
from samesong.training.versions import Batches, VersionSource

LATEST, BEST = "latest.pt", "best.pt"

#: Gradients longer than this are shortened to it.
MAX_GRADIENT = 1.0

#: Held-out works that probabilities are fitted on, when there are as many.
CALIBRATION_WORKS = 100

Batch = tuple[NDArray[np.float32], NDArray[np.float32]]


def in_bfloat16(precision: str, device: torch.device) -> bool:
    """Tell whether to multiply in bfloat16; CPUs without AVX-512 take eight times as long then."""
    if precision == "auto":
        return device.type == "cuda" or "AVX512" in torch.backends.cpu.get_cpu_capability()
    return precision == "bfloat16"


@dataclass(frozen=True)
class Progress:
    """What a run reports after each step, and after each validation."""

    step: int
    steps: int
    losses: dict[str, float]
    seconds_per_step: float
    measured: dict[str, float] | None = None


class Trainer:
    """Trains one network in one folder.

    Parameters
    ----------
    config
        The run's configuration.
    training, held_out
        Works to learn from and works to measure on.
    folder
        Where checkpoints and TensorBoard logs go; a run found there is continued.
    device
        ``cpu`` or ``cuda``.
    corpus
        What the run is trained on, and how much of each, for the checkpoint.
    start_from
        Checkpoints of which a new run begins with the mean of the networks, a "model soup"
        (Wortsman et al., 2022); without a start in common their mean is of no use. An empty
        sequence begins at random.

    Raises
    ------
    TrainingError
        If the preset is unknown, a corpus is too small for a batch, or the folder holds a run of
        another configuration.
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
        self.corpus = corpus
        self.batches = Batches(
            training,
            config.works_per_batch,
            config.lengths,
            config.steps,
            config.seed,
        )
        self.held_out = Batches(
            held_out, config.validation_works, config.lengths[:1], 1, config.seed
        )
        torch.manual_seed(config.seed)
        self.network = SiameseNetwork(PRESETS[config.preset]).to(self.device)
        # Convolutions are several times faster this way on CPUs, in bfloat16 above all.
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.objective = PairObjective().to(self.device)
        average = get_ema_multi_avg_fn(config.average)  # type: ignore[no-untyped-call]
        self.average = AveragedModel(self.network, multi_avg_fn=average, use_buffers=True)
        self.optimiser = torch.optim.AdamW(
            [*self.network.parameters(), *self.objective.parameters()],
            lr=config.learning_rate,
            weight_decay=config.weight_decay,
        )
        self.generator = torch.Generator().manual_seed(config.seed)
        self.steps_before = 0
        if start_from:
            self._start_from(start_from)
        self.step = 0
        self.best = -math.inf
        self.since_best = 0
        self.measured: dict[str, float] = {}

    def run(self, report: Callable[[Progress], None]) -> Path:
        """Train until the last step or until held-out works stop improving.

        Returns
        -------
        Path
            The best checkpoint.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if (self.folder / LATEST).exists():
            self._resume(Checkpoint.load(self.folder / LATEST))
        validation = Validation(self.held_out)
        with SummaryWriter(str(self.folder / "tensorboard")) as log:
            for studio, live in self._remaining_batches():
                if self.since_best >= self.config.patience:
                    break
                began = time.perf_counter()
                losses = self._train_step(studio, live)
                values = {
                    name: float(getattr(losses, name).detach())
                    for name in ("total", "pair", "late", "embedding")
                }
                for name, value in values.items():
                    log.add_scalar(f"loss/{name}", value, self.step)
                measured = None
                if self.step % self.config.validate_every == 0 or self.step == self.config.steps:
                    measured = self._validate(validation)
                    for name, value in measured.items():
                        log.add_scalar(f"held_out/{name}", value, self.step)
                seconds = time.perf_counter() - began
                report(Progress(self.step, self.config.steps, values, seconds, measured))
        self._calibrate()
        return self.folder / BEST

    def _calibrate(self) -> None:
        """Fit the best network's probabilities on more held-out works than validation takes."""
        checkpoint = Checkpoint.load(self.folder / BEST)
        count = min(len(self.held_out.source), CALIBRATION_WORKS)
        whole = self.config.lengths[:1]
        draw = Validation(Batches(self.held_out.source, count, whole, 1, self.config.seed + 1))
        network = checkpoint.network().to(self.device)
        calibration = fit_calibration(draw.evidence(network, self.device))
        replace(checkpoint, calibration=calibration).save(self.folder / BEST)

    def _remaining_batches(self) -> Iterator[Batch]:
        loader: DataLoader[Batch] = DataLoader(
            self.batches,  # type: ignore[arg-type]  # indexed like a Dataset, without its base class
            batch_size=None,
            sampler=range(self.step, self.config.steps),
            num_workers=self.config.workers,
            prefetch_factor=4 if self.config.workers else None,
        )
        yield from loader

    def _train_step(self, studio: Any, live: Any) -> Losses:
        self.network.train()
        # Dropout follows from the step, so that a resumed run drops what the whole one would.
        torch.manual_seed(self.config.seed + self.step)
        for group in self.optimiser.param_groups:
            group["lr"] = self._learning_rate()
        short = in_bfloat16(self.config.precision, self.device)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=short):
            studio_levels = self.network.branch(torch.as_tensor(studio).to(self.device))
            live_levels = self.network.branch(torch.as_tensor(live).to(self.device))
            losses: Losses = self.objective(
                self.network.scorer, live_levels, studio_levels, self.generator
            )
        self.optimiser.zero_grad(set_to_none=True)
        losses.total.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), MAX_GRADIENT)
        self.optimiser.step()
        self.average.update_parameters(self.network)
        self.step += 1
        return losses

    def _learning_rate(self) -> float:
        warmup, steps = self.config.warmup_steps, self.config.steps
        rise = min(1.0, (self.step + 1) / max(1, warmup))
        fall = 0.5 * (1 + math.cos(math.pi * min(1.0, self.step / steps)))
        return self.config.learning_rate * rise * max(fall, 0.01)

    def _validate(self, validation: Validation) -> dict[str, float]:
        results = validation.measure(cast(SiameseNetwork, self.average.module), self.device)
        self.measured = {
            f"{kind}_{name}": metrics.values[name].value
            for kind, metrics in results.items()
            for name in ("mAP", "top1")
        }
        better = self.measured["match_mAP"] > self.best
        self.best = max(self.best, self.measured["match_mAP"])
        self.since_best = 0 if better else self.since_best + 1
        checkpoint = self._checkpoint()
        # In this order: killed in between, the run goes on from before and finds this best again.
        if better:
            checkpoint.save(self.folder / BEST)
        checkpoint.save(self.folder / LATEST)
        return self.measured

    def _checkpoint(self) -> Checkpoint:
        return Checkpoint(
            config=self.config,
            step=self.step,
            average=self.average.module.state_dict(),
            state={
                "network": self.network.state_dict(),
                "objective": self.objective.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "n_averaged": self.average.n_averaged,
                "generator": self.generator.get_state(),
                "best": self.best,
                "since_best": self.since_best,
            },
            measured=self.measured,
            corpus=self.corpus,
            calibration={},
            steps_before=self.steps_before,
        )

    def _start_from(self, checkpoints: Sequence[Checkpoint]) -> None:
        for checkpoint in checkpoints:
            if checkpoint.config.preset != self.config.preset:
                raise TrainingError(
                    f"the checkpoint to start from has preset {checkpoint.config.preset!r}, the "
                    f"configuration {self.config.preset!r}: they must be the same."
                )
        self.steps_before = max(each.steps_before + each.step for each in checkpoints)
        mean = {
            name: torch.stack([each.average[name].double() for each in checkpoints]).mean(dim=0)
            for name in checkpoints[0].average
        }
        self.network.load_state_dict(mean)
        self.average.module.load_state_dict(mean)
        self.objective.load_state_dict(checkpoints[-1].state["objective"])

    def _resume(self, checkpoint: Checkpoint) -> None:
        if checkpoint.config != self.config:
            raise TrainingError(
                f"{self.folder}: holds a run of another configuration; give another folder, or "
                "the configuration it was started with."
            )
        state = checkpoint.state
        self.network.load_state_dict(state["network"])
        self.objective.load_state_dict(state["objective"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.average.module.load_state_dict(checkpoint.average)
        self.average.n_averaged.copy_(state["n_averaged"])
        self.generator.set_state(state["generator"])
        self.step, self.steps_before = checkpoint.step, checkpoint.steps_before
        self.measured = checkpoint.measured
        self.best, self.since_best = state["best"], state["since_best"]
