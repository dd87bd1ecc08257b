"""The manifest of a model bundle: everything known about it, checked when it is read."""

import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from samesong.features.errors import BundleError
from samesong.runtime.inference.fitted import Fitted, Strict

MANIFEST = "manifest.json"

FORMAT = 3
"""Version of the manifest; a bundle of another one is refused."""

FileName = Annotated[str, Field(pattern=r"^[\w.-]+\.onnx$")]
Positive = Annotated[int, Field(gt=0)]
Shape = list[int | str]


class Graph(Strict):
    """One ONNX file: its hash, and the names and shapes of its inputs and outputs."""

    file: FileName
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    inputs: dict[str, Shape]
    outputs: dict[str, Shape]


class Parity(Strict):
    """Largest difference of PyTorch and ONNX Runtime on random and on real input."""

    random: Annotated[float, Field(ge=0)]
    real: Annotated[float, Field(ge=0)]


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
    name: str
    preset: str
    created: str
    samesong: str
    front_end: dict[str, Any]
    window_seconds: Annotated[float, Field(gt=0)]
    strides: Annotated[list[Positive], Field(min_length=4, max_length=4)]
    level_dims: Annotated[list[Positive], Field(min_length=4, max_length=4)]
    embedding_dim: Positive
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
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BundleError(
            f"{path.parent} is not a model bundle: it has no {MANIFEST}; give the folder that "
            "'samesong export' wrote"
        ) from error
    except (OSError, ValueError) as error:
        raise BundleError(f"{path} cannot be read ({error}): export the bundle again") from error
    _require_format(path, content.get("format") if isinstance(content, dict) else None)
    try:
        return Manifest.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        found = repr(first["input"])[:60]
        raise BundleError(
            f"{path} is damaged at {where!r} ({first['msg']}, found {found}): "
            "export the bundle again"
        ) from error


def _require_format(path: Path, found: object) -> None:
    if found == FORMAT and type(found) is int:
        return
    if type(found) is int and found < FORMAT:
        raise BundleError(
            f"{path} is of an older format ({found}; this samesong reads format {FORMAT}): export "
            "the model again with 'samesong export', or use a bundled model"
        )
    if type(found) is int:
        raise BundleError(
            f"{path} is of a newer format ({found}; this samesong reads format {FORMAT}): bring "
            "samesong up to date, or use a bundled model"
        )
    raise BundleError(
        f"{path} has format {found!r}, this samesong reads format {FORMAT}: export the model "
        "again with 'samesong export', or use a bundled model"
    )
