"""The configuration of a training run, read from TOML."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from samesong.features.errors import TrainingError

Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(gt=0)]
Frames = Annotated[int, Field(ge=2)]
Share = Annotated[float, Field(ge=0, lt=1)]


class TrainingConfig(BaseModel):
    """Settings of a training run.

    Attributes
    ----------
    front_end : str
        Name of the front end whose CQ-spectrograms the network learns to read; any that is
        installed.
    other_front_ends : float, in [0, 1)
        Share of the training pairs that go through another front end instead: any installed one of
        the same bins and frames.
    recorded : float, in [0, 1)
        Share of the pairs that come from recordings, where works in notes are there too.
    alignment : float, 0 or above
        Weight of the contrast on alignment scores beside the other parts of the loss; 0 for none.
    preset : str
        Sizes of the network, one of `samesong.training.presets.PRESETS`.
    steps : int
        Number of batches.
    works_per_batch : int
        Pairs of versions in a batch.
    lengths : tuple of (int, int)
        Frames of the studio and the live side; each batch draws one of these, so that short
        queries are learned too, at less than the price of whole windows. The defaults are 120,
        60 and 30 s at 0.3 s a frame.
    learning_rate, weight_decay : float
        Settings of AdamW.
    warmup_steps : int
        Steps in which the learning rate rises, before it falls as a cosine.
    average : float, in [0, 1)
        Share of the running average of the weights that one step keeps.
    held_out : float, in [0, 1)
        Share of the works that is never trained on.
    validate_every : int
        Steps between validations.
    validation_works : int
        Held-out works that mAP is measured on.
    patience : int
        Validations without a better one after which the run stops.
    seed : int
        Seed of everything random.
    workers : int
        Processes that prepare batches ahead of the network.
    precision : {'auto', 'bfloat16', 'float32'}
        Precision of the network's products; ``auto`` takes bfloat16 where the hardware multiplies
        it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    front_end: str = "pooled"
    other_front_ends: Share = 0.0
    recorded: Share = 0.3
    alignment: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    preset: str = "paper"
    steps: Positive = 2000
    works_per_batch: Annotated[int, Field(ge=2)] = 24
    lengths: Annotated[tuple[tuple[Frames, Frames], ...], Field(min_length=1)] = (
        (401, 401),
        (401, 101),
        (201, 201),
        (201, 201),
    )
    learning_rate: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 2e-3
    weight_decay: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1e-3
    warmup_steps: Count = 50
    average: Share = 0.995
    held_out: Share = 0.05
    validate_every: Positive = 200
    validation_works: Annotated[int, Field(ge=2)] = 64
    patience: Positive = 10
    seed: Count = 1
    workers: Count = 1
    precision: Literal["auto", "bfloat16", "float32"] = "auto"


def read_config(path: Path) -> TrainingConfig:
    """Read a configuration file.

    Parameters
    ----------
    path : Path
        A TOML file.

    Returns
    -------
    TrainingConfig
        Its settings, and defaults for all others.

    Raises
    ------
    TrainingError
        If the file is missing, is not TOML, or names an unknown or impossible setting.
    """
    try:
        return TrainingConfig.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise TrainingError(f"{path}: cannot read the configuration ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path}: not valid TOML ({error}).") from error
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, item['loc']))}: {item['msg']}, got {item['input']!r}"
            for item in error.errors()
        )
        raise TrainingError(f"{path}: {problems}.") from error
