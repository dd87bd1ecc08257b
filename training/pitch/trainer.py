"""Trains the student on packed lessons; killed at any time, it goes on from its last checkpoint."""

import math
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from samesong.features.errors import TrainingError
from samesong.training.pitch.checkpoint import read_checkpoint, student_of, write_checkpoint
from samesong.training.pitch.config import PitchConfig
from samesong.training.pitch.crops import Lessons, draw_batch
from samesong.training.pitch.inherit import inherit
from samesong.training.pitch.loss import loss_of

LAST = "last.pt"


class PitchTrainer:
    """One run.

    Parameters
    ----------
    config : PitchConfig
        Settings. Of a run that is found in `folder`, all but the sizes may have changed.
    lessons : Path
        Folder of lessons.
    folder : Path
        Folder for checkpoints, created if missing.
    teacher : Path, optional
        Basic Pitch's ``nmp.onnx``, for a new student to begin with what it knows; None begins
        with nothing.

    Raises
    ------
    TrainingError
        If there are no lessons, or the checkpoint found is damaged or of another size.
    """

    def __init__(
        self, config: PitchConfig, lessons: Path, folder: Path, teacher: Path | None = None
    ) -> None:
        self.config = config
        self.lessons = Lessons(lessons, config.held_out)
        self.lessons.refresh()
        self.path = folder / LAST
        folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(config.seed)
        self.student = student_of(config)
        if teacher is not None:
            inherit(self.student, teacher)
        self.student.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = student_of(config).eval()
        self.average.load_state_dict(self.student.state_dict())
        self.optimiser = torch.optim.AdamW(
            self.student.parameters(), config.learning_rate, weight_decay=config.weight_decay
        )
        self.step = 0
        if self.path.exists():
            self._resume()

    def run(self, report: Callable[[str], None]) -> Path:
        """Train to the end.

        Parameters
        ----------
        report : callable
            Called with a line on the losses whenever a checkpoint is written.

        Returns
        -------
        Path
            The last checkpoint.
        """
        began, losses = time.monotonic(), []
        while self.step < self.config.steps:
            losses.append(self._learn())
            self.step += 1
            if self.step % self.config.keep_every == 0 or self.step == self.config.steps:
                self.save()
                self.lessons.refresh()
                report(
                    f"step {self.step}: loss {np.mean(losses):.4f}, held-out "
                    f"{self.validate():.4f}, {len(self.lessons.training)} lessons, "
                    f"{(time.monotonic() - began) / len(losses):.2f} s a step"
                )
                began, losses = time.monotonic(), []
        return self.path

    def _learn(self) -> float:
        config = self.config
        rng = np.random.default_rng([config.seed, self.step])
        magnitude, notes = self._batch(rng)
        for group in self.optimiser.param_groups:
            group["lr"] = config.learning_rate * self._rate()
        self.student.train()
        loss = loss_of(self.student(magnitude), notes, config.chroma)
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.student.parameters(), 1.0)
        self.optimiser.step()
        kept = min(config.average, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            mine = self.student.state_dict()
            for name, value in self.average.state_dict().items():
                if value.is_floating_point():
                    value.lerp_(mine[name], 1 - kept)
                else:
                    value.copy_(mine[name])
        return float(loss.detach())

    def _batch(self, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        magnitude, notes = draw_batch(
            self.lessons.training,
            size=self.config.crops,
            n_frames=self.config.frames,
            recordings=self.config.recordings,
            clean=self.config.clean,
            rng=rng,
        )
        return torch.from_numpy(magnitude), torch.from_numpy(notes)

    def _rate(self) -> float:
        """Return the share of the learning rate at this step: up, level, then down by a cosine."""
        rising = (self.step + 1) / (self.config.warmup_steps + 1)
        cooled = max(1.0, self.config.cooled * self.config.steps)
        left = min(1.0, (self.config.steps - self.step) / cooled)
        return min(1.0, rising) * (0.5 - 0.5 * math.cos(math.pi * left))

    @torch.no_grad()
    def validate(self) -> float:
        """Return the averaged network's loss on held-out lessons, the same crops each time."""
        held_out = self.lessons.held_out or self.lessons.training
        total = 0.0
        for number in range(4):
            magnitude, notes = draw_batch(
                held_out[:40],
                size=self.config.crops,
                n_frames=self.config.frames,
                recordings=self.config.recordings,
                clean=self.config.clean,
                rng=np.random.default_rng(number),
            )
            answer = self.average(torch.from_numpy(magnitude))
            total += float(loss_of(answer, torch.from_numpy(notes), self.config.chroma)) / 4
        return total

    def save(self) -> None:
        """Write the checkpoint; the old one stays until the new one is whole on disk."""
        content = {
            "config": self.config.model_dump(mode="json"),
            "step": self.step,
            "student": self.student.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "lessons": len(self.lessons.training),
        }
        write_checkpoint(self.path, content, self.average.state_dict())

    def _resume(self) -> None:
        content = read_checkpoint(self.path)
        try:
            self.student.load_state_dict(content["student"])
            self.average.load_state_dict(content["average"])
            self.optimiser.load_state_dict(content["optimiser"])
        except (RuntimeError, ValueError, KeyError) as error:
            raise TrainingError(
                f"{self.path} holds a student of other sizes ({error}); train into another folder"
            ) from error
        self.step = content["step"]
