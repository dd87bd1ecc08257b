"""Checkpoints: everything a run needs to go on, written so that a kill never damages one."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from samesong.features.errors import MismatchError, TrainingError
from samesong.features.frontend import FrontEnd, get_front_end
from samesong.features.spec import FeatureSpec
from samesong.training.config import TrainingConfig
from samesong.training.network import SiameseNetwork
from samesong.training.presets import PRESETS
from samesong.training.torch_file import write_torch_file

FORMAT = 2


@dataclass(frozen=True)
class Checkpoint:
    """One saved state of a run.

    Attributes
    ----------
    config : TrainingConfig
        The run's configuration.
    spec : FeatureSpec
        What its front end made when it was trained.
    step : int
        Steps done.
    average : dict of str to Tensor
        Weights of the running average, which is validated and exported.
    state : dict
        What only training needs: raw weights, optimiser, generator, best figures.
    measured : dict of str to float
        mAP and top-1 on held-out works, by kind of score, at the last validation.
    corpus : dict of str to int
        Number of training works of each kind.
    calibration : dict of str to float
        As `samesong.training.calibration.fit_calibration` returns it; empty until a run is done.
    steps_before : int, optional
        Steps of the runs that this one started from.
    """

    config: TrainingConfig
    spec: FeatureSpec
    step: int
    average: dict[str, torch.Tensor]
    state: dict[str, Any]
    measured: dict[str, float]
    corpus: dict[str, int]
    calibration: dict[str, float]
    steps_before: int = 0

    def save(self, path: Path) -> None:
        """Write the checkpoint; an older one stays until the new one is whole on disk.

        Parameters
        ----------
        path : Path
            The file.
        """
        content = {
            "format": FORMAT,
            "config": self.config.model_dump(mode="json"),
            "front_end": self.spec.to_dict(),
            "step": self.step,
            "average": self.average,
            "state": self.state,
            "measured": self.measured,
            "corpus": self.corpus,
            "calibration": self.calibration,
            "steps_before": self.steps_before,
        }
        write_torch_file(path, content)

    def require_calibrated(self, name: str, remedy: str) -> None:
        """Refuse a checkpoint that is not the best of a finished run.

        Parameters
        ----------
        name : str
            What it is called, for the message.
        remedy : str
            What to do, for the message.

        Raises
        ------
        TrainingError
            If it is not calibrated.
        """
        if not self.calibration:
            raise TrainingError(
                f"{name} is not calibrated: its run has not finished, or it is not the best "
                f"checkpoint; {remedy}"
            )

    @classmethod
    def load(cls, path: Path) -> "Checkpoint":
        """Read a checkpoint.

        Parameters
        ----------
        path : Path
            The file.

        Returns
        -------
        Checkpoint
            Its weights on the CPU.

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
                spec=FeatureSpec.from_dict(content["front_end"]),
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
        network = SiameseNetwork(PRESETS[self.config.preset], self.spec)
        network.load_state_dict(self.average)
        return network.eval()

    def front_end(self) -> FrontEnd:
        """Return the installed front end that the network was trained with.

        Returns
        -------
        FrontEnd
            Its spec is that of the checkpoint.

        Raises
        ------
        FrontEndError
            If it is not installed.
        MismatchError
            If the installed one makes other features.
        """
        front_end = get_front_end(self.spec.name)
        if front_end.spec != self.spec:
            raise MismatchError(
                f"the checkpoint was trained on {self.spec}, but the installed front end makes "
                f"{front_end.spec}: train again, or install the version that it was trained with"
            )
        return front_end


def _read(path: Path) -> Any:
    with zipfile.ZipFile(path) as archive:
        damaged = archive.testzip()  # torch.load does not look at the checksums
    if damaged:
        raise zipfile.BadZipFile(f"{damaged} is damaged")
    return torch.load(path, map_location="cpu", weights_only=True)
