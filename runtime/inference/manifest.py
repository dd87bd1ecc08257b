"""The manifest of a model bundle: everything known about it, checked when it is read."""

import json
import os
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from samesong.features.errors import BundleError, shown
from samesong.features.regular_file import read_regular_file
from samesong.runtime.inference.fitted import Fitted, Strict

MANIFEST = "manifest.json"

FORMAT = 3
"""Version of the manifest; a bundle of another one is refused."""

_LARGEST = 4 * 2**20  # bytes: hundreds of times those of the bundled models

FileName = Annotated[str, Field(pattern=r"^[\w.-]{1,100}\.onnx$")]
Label = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f-\x9f]{1,100}$")]
Count = Annotated[int, Field(ge=1, le=100_000)]
Stride = Annotated[int, Field(ge=1, le=1000)]
Dimension = Annotated[int, Field(ge=1, le=10_000)]
Shape = Annotated[list[Count | Label], Field(max_length=8)]
Shapes = Annotated[dict[Label, Shape], Field(min_length=1, max_length=32)]


class Graph(Strict):
    """One ONNX file: its hash, and the names and shapes of its inputs and outputs."""

    file: FileName
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    inputs: Shapes
    outputs: Shapes


class Parity(Strict):
    """Largest difference of PyTorch and ONNX Runtime on random and on real input."""

    random: Annotated[float, Field(ge=0, le=1)]
    real: Annotated[float, Field(ge=0, le=1)]


class Manifest(Strict):
    """The content of a bundle's ``manifest.json``.

    Attributes
    ----------
    format : int
        `FORMAT`.
    name, preset, created, samesong : str
        The model's name, the size of its network, the day it was exported, and by which version.
    front_end : dict
        `samesong.features.spec.FeatureSpec.to_dict` of the features that it was trained on.
    chroma_front_end : dict or None
        The same of the features that chroma is folded from; None where it is those.
    window_seconds : float
        Length of the windows that recordings are cut into.
    strides, level_dims : list of int
        Frames a step and dimension of each of the four levels, finest first.
    embedding_dim : int
        Dimension of a window's embedding.
    branch, scorer : Graph
        The two networks.
    fitted : Fitted
        All numbers that were fitted for the model.
    parity : Parity
        Agreement of the exported networks with those in PyTorch.
    training, accuracy : dict
        What it was trained on and with, and what was measured.
    """

    format: int = FORMAT
    name: Label
    preset: Label
    created: Label
    samesong: Label
    front_end: dict[str, Any]
    chroma_front_end: dict[str, Any] | None = None
    window_seconds: Annotated[float, Field(ge=1, le=3600)]
    strides: Annotated[list[Stride], Field(min_length=4, max_length=4)]
    level_dims: Annotated[list[Dimension], Field(min_length=4, max_length=4)]
    embedding_dim: Dimension
    branch: Graph
    scorer: Graph
    fitted: Fitted
    parity: Parity
    training: dict[str, Any]
    accuracy: dict[str, Any]


def read_manifest(path: Path) -> Manifest:
    """Read a ``manifest.json``.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Manifest
        Its content.

    Raises
    ------
    BundleError
        If it is missing, damaged or of another format.
    """
    if not os.path.exists(path):
        raise BundleError(
            f"{path.parent} is not a model bundle: it has no {MANIFEST}; give the folder that "
            "'samesong export' wrote"
        )
    try:
        content = json.loads(read_regular_file(path, _LARGEST).decode())
    except (ValueError, RecursionError) as error:
        raise BundleError(f"{path} cannot be read ({error}): export the bundle again") from error
    _require_format(path, content.get("format") if isinstance(content, dict) else None)
    try:
        return Manifest.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BundleError(
            f"{path} is damaged at {shown(where, 100)} ({first['msg']}, found "
            f"{shown(first['input'])}): export the bundle again"
        ) from error


def _require_format(path: Path, found: object) -> None:
    told = shown(found)
    if found == FORMAT and type(found) is int:
        return
    if type(found) is int and found < FORMAT:
        raise BundleError(
            f"{path} is of an older format ({told}; this samesong reads format {FORMAT}): export "
            "the model again with 'samesong export', or use a bundled model"
        )
    if type(found) is int:
        raise BundleError(
            f"{path} is of a newer format ({told}; this samesong reads format {FORMAT}): bring "
            "samesong up to date, or use a bundled model"
        )
    raise BundleError(
        f"{path} has format {told}, this samesong reads format {FORMAT}: export the model "
        "again with 'samesong export', or use a bundled model"
    )
