"""Trains the student on packed lessons; killed at any time, it goes on from its last checkpoint."""

import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn

from samesong.features.errors import TrainingError
from samesong.training.pitch.crops import Lessons, draw_batch
from samesong.training.pitch.inherit import inherit
from samesong.training.pitch.student import Student

LAST = "last.pt"
FORMAT = 1


class PitchConfig(BaseModel):
    """How a student is trained.

    Attributes
    ----------
    narrow, traces, wide, blocks
        Its sizes, see `Student`.
    steps
        Batches; a finished run goes on when it is started again with more.
    crops, frames
        Crops in a batch, and their length.
    recordings
        Share of the crops that come from recordings.
    learning_rate, weight_decay, warmup_steps
        Of AdamW.
    cooled
        Share of the steps, at the end, over which the rate falls to zero.
    average
        Share of the running average of the weights that one step keeps.
    chroma
        Weight of the loss in chroma beside that in notes.
    held_out
        Share of the sources that is never trained on.
    keep_every
        Steps between checkpoints; new lessons are taken in there as well.
    seed
        Everything random follows from it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    narrow: int = Field(16, gt=0)
    traces: int = Field(4, gt=0)
    wide: int = Field(32, gt=0)
    blocks: int = Field(2, ge=0)
    steps: int = Field(4000, gt=0)
    crops: int = Field(8, gt=0)
    frames: int = Field(128, gt=5)
    recordings: float = Field(0.7, ge=0, le=1)
    learning_rate: float = Field(1e-3, gt=0)
    weight_decay: float = Field(1e-3, ge=0)
    warmup_steps: int = Field(50, ge=0)
    cooled: float = Field(0.4, ge=0, le=1)
    average: float = Field(0.995, ge=0, lt=1)
    chroma: float = Field(0.1, ge=0)
    held_out: float = Field(0.05, ge=0, lt=1)
    keep_every: int = Field(100, gt=0)
    seed: int = Field(1, ge=0)


class PitchTrainer:
    """One run.

    Parameters
    ----------
    config
        Settings. Of a run that is found in `folder`, all but the sizes may have changed.
    lessons
        Folder of lessons.
    folder
        Where checkpoints go.
    teacher
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
        self.student.to(memory_format=torch.channels_last)
        self.average = student_of(config).eval()
        self.average.load_state_dict(self.student.state_dict())
        self.optimiser = torch.optim.AdamW(
            self.student.parameters(), config.learning_rate, weight_decay=config.weight_decay
        )
        self.step = 0
        if self.path.exists():
            self._resume()

    def run(self, report: Callable[[str], None]) -> Path:
        """Train to the end; returns the last checkpoint."""
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
                rng=np.random.default_rng(number),
            )
            answer = self.average(torch.from_numpy(magnitude))
            total += float(loss_of(answer, torch.from_numpy(notes), self.config.chroma)) / 4
        return total

    def save(self) -> None:
        """Write the checkpoint; the old one stays until the new one is whole on disk."""
        content = {
            "format": FORMAT,
            "config": self.config.model_dump(mode="json"),
            "step": self.step,
            "student": self.student.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "lessons": len(self.lessons.training),
        }
        unfinished = self.path.with_suffix(".unfinished")
        with unfinished.open("wb") as file:
            torch.save(content, file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.path)

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


def student_of(config: PitchConfig) -> Student:
    """Build a student of a configuration's sizes."""
    return Student(config.narrow, config.traces, config.wide, config.blocks)


def loss_of(logits: Tensor, notes: Tensor, chroma: float) -> Tensor:
    """Return the cross-entropy of notes, and how far their chroma is from what it should be.

    Parameters
    ----------
    logits, notes
        (batch, 72, frames): the student's, and activations in [0, 1].
    chroma
        Weight of the second part: 1 less the correlation of both chroma, in steps of 0.6 s, those
        without contrast left out.
    """
    loss = nn.functional.binary_cross_entropy_with_logits(logits, notes)
    if chroma == 0:
        return loss
    ours, theirs = _chroma(torch.sigmoid(logits)), _chroma(notes)
    weight = theirs.norm(dim=1)
    cosine = nn.functional.cosine_similarity(ours, theirs, dim=1, eps=1e-4)
    apart = ((1 - cosine) * weight).sum() / weight.sum().clamp_min(1e-6)
    return loss + chroma * apart


def _chroma(notes: Tensor) -> Tensor:
    """Fold (batch, 72, frames) to centred chroma (batch, 12, frames // 6)."""
    batch, _, frames = notes.shape
    folded = notes.reshape(batch, 6, 12, frames).mean(dim=1)
    steps = nn.functional.avg_pool1d(folded, 6)
    return steps - steps.mean(dim=1, keepdim=True)


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Read a checkpoint.

    Raises
    ------
    TrainingError
        If it is missing, damaged or of another format.
    """
    try:
        content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # archives and pickles raise anything once they are damaged
        raise TrainingError(f"{path}: not a student's checkpoint ({error})") from error
    if content.get("format") != FORMAT:
        raise TrainingError(
            f"{path}: checkpoint format {content.get('format')}, this version reads {FORMAT}"
        )
    return content


def averaged_student(path: Path) -> Student:
    """Build the averaged student of a checkpoint, ready to answer."""
    content = read_checkpoint(path)
    config = PitchConfig.model_validate(content["config"])
    student = student_of(config)
    student.load_state_dict(content["average"])
    return student.eval()
