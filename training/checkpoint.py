"""Checkpoints: everything a run needs to go on, written so that a kill never spoils one."""

import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from samesong.features.errors import TrainingError
from samesong.training.config import TrainingConfig
from samesong.training.network import SiameseNetwork
from samesong.training.presets import PRESETS

FORMAT = 1


@dataclass(frozen=True)
class Checkpoint:
    """One saved state of a run.

    Attributes
    ----------
    config
        The run's configuration.
    step
        Steps done.
    average
        Weights of the running average: what is validated and exported.
    state
        What only training needs: raw weights, optimiser, schedule, generator, best figures.
    measured
        mAP and top-1 on held-out works, by kind of score, at the last validation.
    corpus
        What the run was trained on, and how much of each.
    calibration
        What turns the scorer's logit into a probability, as `fit_calibration` returns it; empty
        until a run is done.
    steps_before
        Steps of the runs that this one started from.
    """

    config: TrainingConfig
    step: int
    average: dict[str, torch.Tensor]
    state: dict[str, Any]
    measured: dict[str, float]
    corpus: dict[str, int]
    calibration: dict[str, float]
    steps_before: int = 0

    def save(self, path: Path) -> None:
        """Write the checkpoint; the old one stays until the new one is whole on disk."""
        content = {
            "format": FORMAT,
            "config": self.config.model_dump(mode="json"),
            "step": self.step,
            "average": self.average,
            "state": self.state,
            "measured": self.measured,
            "corpus": self.corpus,
            "calibration": self.calibration,
            "steps_before": self.steps_before,
        }
        unfinished = path.with_suffix(".unfinished")
        with unfinished.open("wb") as file:
            torch.save(content, file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Checkpoint":
        """Read a checkpoint.

        Raises
        ------
        TrainingError
            If the file is missing, damaged, or of another format.
        """
        try:
            content = _read(path)
            if content["format"] != FORMAT:
                raise TrainingError(
                    f"{path}: checkpoint format {content['format']}, this version reads {FORMAT}; "
                    "train again, or use the samesong version that wrote it."
                )
            return cls(
                config=TrainingConfig.model_validate(content["config"]),
                step=content["step"],
                average=content["average"],
                state=content["state"],
                measured=content["measured"],
                corpus=content["corpus"],
                calibration=content["calibration"],
                steps_before=content["steps_before"],
            )
        except OSError as error:
            raise TrainingError(
                f"{path}: cannot read the checkpoint ({error.strerror})."
            ) from error
        except TrainingError:
            raise
        except Exception as error:  # archives and pickles raise anything once they are damaged
            raise TrainingError(
                f"{path}: not a samesong checkpoint, or a damaged one ({error})."
            ) from error

    def network(self) -> SiameseNetwork:
        """Build the averaged network, ready to answer."""
        network = SiameseNetwork(PRESETS[self.config.preset])
        network.load_state_dict(self.average)
        return network.eval()


def _read(path: Path) -> Any:
    with zipfile.ZipFile(path) as archive:
        damaged = archive.testzip()  # torch.load does not look at the checksums
    if damaged:
        raise zipfile.BadZipFile(f"{damaged} is damaged")
    return torch.load(path, map_location="cpu", weights_only=True)
