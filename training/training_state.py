"""Everything of a run that changes from step to step, and its way into checkpoints and back."""

import math
from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from samesong.features.errors import TrainingError
from samesong.features.spec import FeatureSpec
from samesong.training.checkpoint import Checkpoint
from samesong.training.config import TrainingConfig
from samesong.training.loss import PairObjective
from samesong.training.network import SiameseNetwork
from samesong.training.presets import PRESETS
from samesong.training.scorer import Scorer

#: Gradients longer than this are shortened to it.
MAX_GRADIENT = 1.0


class TrainingState:
    """Network, objective, optimiser, running average and best figures of a run.

    Parameters
    ----------
    config : TrainingConfig
        The run's configuration.
    spec : FeatureSpec
        What its front end makes.
    corpus : dict of str to int
        Number of training works of each kind, for the checkpoints.
    device : torch.device
        Device of the network.

    Attributes
    ----------
    step : int
        Steps done.
    measured : dict of str to float
        Figures of the last validation.
    validations_since_best : int
        Validations since the best one.
    """

    def __init__(
        self,
        config: TrainingConfig,
        spec: FeatureSpec,
        corpus: dict[str, int],
        device: torch.device,
    ) -> None:
        self.config = config
        self.spec = spec
        self.corpus = corpus
        torch.manual_seed(config.seed)
        self.network = SiameseNetwork(PRESETS[config.preset], spec).to(device)
        # Convolutions are several times faster this way on CPUs, in bfloat16 above all.
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.objective = PairObjective(config.alignment).to(device)
        average = get_ema_multi_avg_fn(config.average)  # type: ignore[no-untyped-call]
        self._average = AveragedModel(self.network, multi_avg_fn=average, use_buffers=True)
        self.optimiser = torch.optim.AdamW(
            [*self.network.parameters(), *self.objective.parameters()],
            lr=config.learning_rate,
            weight_decay=config.weight_decay,
        )
        self.generator = torch.Generator().manual_seed(config.seed)
        self.steps_before = 0
        self.step = 0
        self.measured: dict[str, float] = {}
        self.validations_since_best = 0
        self._best = -math.inf

    @property
    def average(self) -> SiameseNetwork:
        """The running average of the network, which is validated and exported."""
        return cast(SiameseNetwork, self._average.module)

    def descend(self, loss: Tensor) -> None:
        """Take one step of the optimiser.

        Parameters
        ----------
        loss : Tensor, scalar
            Of the batch of this step.
        """
        for group in self.optimiser.param_groups:
            group["lr"] = self._learning_rate()
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), MAX_GRADIENT)
        self.optimiser.step()
        self._average.update_parameters(self.network)
        self.step += 1

    def _learning_rate(self) -> float:
        warmup, steps = self.config.warmup_steps, self.config.steps
        rise = min(1.0, (self.step + 1) / max(1, warmup))
        fall = 0.5 * (1 + math.cos(math.pi * min(1.0, self.step / steps)))
        return self.config.learning_rate * rise * max(fall, 0.01)

    def note_validation(self, measured: dict[str, float]) -> bool:
        """Note the figures of a validation.

        Parameters
        ----------
        measured : dict of str to float
            The figures; ``match_mAP`` decides which is the best.

        Returns
        -------
        bool
            True if they are the best so far.
        """
        self.measured = measured
        better = measured["match_mAP"] > self._best
        self._best = max(self._best, measured["match_mAP"])
        self.validations_since_best = 0 if better else self.validations_since_best + 1
        return better

    def checkpoint(self) -> Checkpoint:
        """Return the state as a checkpoint, not calibrated."""
        return Checkpoint(
            config=self.config,
            spec=self.spec,
            step=self.step,
            average=self.average.state_dict(),
            state={
                "network": self.network.state_dict(),
                "objective": self.objective.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "n_averaged": self._average.n_averaged,
                "generator": self.generator.get_state(),
                "best": self._best,
                "since_best": self.validations_since_best,
            },
            measured=self.measured,
            corpus=self.corpus,
            calibration={},
            steps_before=self.steps_before,
        )

    def resume(self, checkpoint: Checkpoint) -> None:
        """Go on from the last checkpoint of the same run.

        Parameters
        ----------
        checkpoint : Checkpoint
            As `checkpoint` returned it.
        """
        state = checkpoint.state
        self.network.load_state_dict(state["network"])
        self.objective.load_state_dict(state["objective"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.average.load_state_dict(checkpoint.average)
        self._average.n_averaged.copy_(state["n_averaged"])
        self.generator.set_state(state["generator"])
        self.step, self.steps_before = checkpoint.step, checkpoint.steps_before
        self.measured = checkpoint.measured
        self._best, self.validations_since_best = state["best"], state["since_best"]

    def start_from(self, checkpoints: Sequence[Checkpoint]) -> None:
        """Begin a new run with the mean of other runs' networks, a "model soup".

        Wortsman et al., "Model soups", ICML 2022. Without a start in common the mean is of no use.

        Parameters
        ----------
        checkpoints : sequence of Checkpoint
            At least one.

        Raises
        ------
        TrainingError
            If one is of another preset, or its network does not fit the bins of the front end.
        """
        shapes = {name: weights.shape for name, weights in self.network.state_dict().items()}
        for checkpoint in checkpoints:
            if checkpoint.config.preset != self.config.preset:
                raise TrainingError(
                    f"the checkpoint to start from has preset {checkpoint.config.preset!r}, the "
                    f"configuration {self.config.preset!r}: they must be the same."
                )
            if shapes != {name: weights.shape for name, weights in checkpoint.average.items()}:
                raise TrainingError(
                    f"the checkpoint to start from was trained on {_bins(checkpoint.spec)}, but "
                    f"the configuration asks for {_bins(self.spec)}: its network does not fit; "
                    "start from a checkpoint of such a front end, or from none."
                )
        self.steps_before = max(each.steps_before + each.step for each in checkpoints)
        mean = {
            name: torch.stack([each.average[name].double() for each in checkpoints]).mean(dim=0)
            for name in checkpoints[0].average
        }
        self.network.load_state_dict(mean)
        self.average.load_state_dict(mean)
        self.objective.load_state_dict(checkpoints[-1].state["objective"])

    def learn_from(self, checkpoint: Checkpoint) -> None:
        """Take the branch of a teacher, never to train it, and begin with its scorer's CNNs.

        Parameters
        ----------
        checkpoint : Checkpoint
            Of a run on the same front end; the scorer may have any preset.

        Raises
        ------
        TrainingError
            If its branch or its front end is another.
        """
        mine, theirs = PRESETS[self.config.preset], PRESETS[checkpoint.config.preset]
        if checkpoint.spec != self.spec or not mine.shares_branch(theirs):
            raise TrainingError(
                f"the teacher has the branch of preset {checkpoint.config.preset!r} on "
                f"{_bins(checkpoint.spec)}, the configuration asks for that of "
                f"{self.config.preset!r} on {_bins(self.spec)}: they must be the same."
            )
        teacher = checkpoint.network()
        for network in (self.network, self.average):
            network.branch.load_state_dict(teacher.branch.state_dict())
            _begin_as(network.scorer, teacher.scorer)
        self.network.branch.requires_grad_(requires_grad=False)
        self.objective.load_state_dict(checkpoint.state["objective"])
        self.steps_before = checkpoint.steps_before + checkpoint.step


def _begin_as(scorer: Scorer, teacher: Scorer) -> None:
    """Copy the teacher's CNNs that are there, as many channels as fit; the head starts anew."""
    theirs = teacher.state_dict()
    for name, weights in scorer.state_dict().items():
        if not name.startswith("head.") and name in theirs:
            weights[tuple(slice(size) for size in theirs[name].shape)] = theirs[name][
                tuple(slice(size) for size in weights.shape)
            ]


def _bins(spec: FeatureSpec) -> str:
    return f"front end {spec.name!r} ({spec.n_bins} bins, {spec.bins_per_octave} an octave)"
