"""samesong features: from an audio file to a standardised CQ-spectrogram."""

from samesong.features.audio import SAMPLE_RATE, AudioInfo, blocks, load, probe, resample
from samesong.features.frontend import (
    ENTRY_POINT_GROUP,
    FrontEnd,
    check_samples,
    front_end_names,
    get_front_end,
)
from samesong.features.renderable import RenderableFrontEnd
from samesong.features.spec import FeatureSpec
from samesong.features.standardise import standardise

__all__ = [
    "ENTRY_POINT_GROUP",
    "SAMPLE_RATE",
    "AudioInfo",
    "FeatureSpec",
    "FrontEnd",
    "RenderableFrontEnd",
    "blocks",
    "check_samples",
    "front_end_names",
    "get_front_end",
    "load",
    "probe",
    "resample",
    "standardise",
]
