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
    """What a run is trained on and how.

    Attributes
    ----------
    front_end
        Whose CQ-spectrograms the network learns to read.
    other_front_ends
        Share of the training pairs that are heard through one of the other front ends instead.
    recorded
        Share of the pairs that come from recordings, where works in notes are there too.
    preset
        Name of the network's sizes, see `samesong.training.presets.PRESETS`.
    steps, works_per_batch
        Batches, and pairs of versions in each.
    lengths
        Frames of 0.3 s of the studio and the live side; each batch draws one of these, so that
        short queries are learned too, at less than the price of whole windows.
    learning_rate, weight_decay, warmup_steps
        Of AdamW under a cosine schedule.
    average
        Share of the running average of the weights that one step keeps.
    held_out
        Share of the works that is never trained on.
    validate_every, validation_works, patience
        Every so many steps, mAP over so many held-out works; stop after so many
        validations without a better one.
    seed
        Everything random follows from it.
    workers
        Processes that render ahead of the network.
    precision
        Of the network's products; ``auto`` takes bfloat16 where the hardware multiplies it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    front_end: str = "pooled"
    other_front_ends: Share = 0.0
    recorded: Share = 0.3
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

    Raises
    ------
    TrainingError
        If the file is missing, is no TOML, or names an unknown or impossible setting.
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
