"""samesong features: from an audio file to a standardised CQ-spectrogram."""

from samesong.features.audio import blocks, load, probe
from samesong.features.audio_file import AudioFile, AudioInfo
from samesong.features.audio_samples import AudioSamples
from samesong.features.frontend import (
    ENTRY_POINT_GROUP,
    FrontEnd,
    front_end_names,
    get_front_end,
)
from samesong.features.progress import OnProgress, Progress
from samesong.features.recording import Recording
from samesong.features.renderable import ImitableFrontEnd, RenderableFrontEnd, TranscribingFrontEnd
from samesong.features.resampling import SAMPLE_RATE, resample
from samesong.features.samples import check_samples
from samesong.features.spec import FeatureSpec
from samesong.features.standardise import standardise
from samesong.features.wav_file import write_wav

__all__ = [
    "ENTRY_POINT_GROUP",
    "SAMPLE_RATE",
    "AudioFile",
    "AudioInfo",
    "AudioSamples",
    "FeatureSpec",
    "FrontEnd",
    "ImitableFrontEnd",
    "OnProgress",
    "Progress",
    "Recording",
    "RenderableFrontEnd",
    "TranscribingFrontEnd",
    "blocks",
    "check_samples",
    "front_end_names",
    "get_front_end",
    "load",
    "probe",
    "resample",
    "standardise",
    "write_wav",
]
