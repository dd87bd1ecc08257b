"""How a student is trained: the settings of a run, checked."""

from pydantic import BaseModel, ConfigDict, Field


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
    clean
        Share of the crops that are heard clean.
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
    clean: float = Field(0.3, ge=0, le=1)
    learning_rate: float = Field(1e-3, gt=0)
    weight_decay: float = Field(1e-3, ge=0)
    warmup_steps: int = Field(50, ge=0)
    cooled: float = Field(0.4, ge=0, le=1)
    average: float = Field(0.995, ge=0, lt=1)
    chroma: float = Field(0.1, ge=0)
    held_out: float = Field(0.05, ge=0, lt=1)
    keep_every: int = Field(100, gt=0)
    seed: int = Field(1, ge=0)
