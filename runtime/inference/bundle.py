"""Model bundles: the folder of a trained model, its manifest, and the bundled ones."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from samesong.features.errors import BundleError, FrontEndError, MismatchError
from samesong.features.frontend import FrontEnd, get_front_end
from samesong.features.spec import FeatureSpec

DEFAULT_MODEL = "harmonic"
"""The bundled model that every command uses unless told otherwise."""

FORMAT = 1
MANIFEST = "manifest.json"
_BUNDLED = Path(__file__).parents[1] / "models"

FileName = Annotated[str, Field(pattern=r"^[\w.-]+\.onnx$")]
Positive = Annotated[int, Field(gt=0)]
Shape = list[int | str]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Graph(_Strict):
    """One ONNX file: its hash, and the names and shapes of its inputs and outputs."""

    file: FileName
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    inputs: dict[str, Shape]
    outputs: dict[str, Shape]


class Calibration(_Strict):
    """How a score becomes the probability that a pair is the same song.

    ``probability = sigmoid(scale * (logit(score) + alignment * a + chroma * c) + offset)``, where
    a and c are the alignment scores of the coarsest CSM and of the chroma CSM.

    By ``threshold`` nothing is accepted: model cards tell it and ``evaluate --plot`` draws it. It
    is the probability that, on the held-out works that scale and offset were fitted to, the best
    wrong pair of 95 in 100 queries did not exceed.
    """

    alignment: Annotated[float, Field(ge=0)] = 0.0
    chroma: Annotated[float, Field(ge=0)] = 0.0
    scale: Annotated[float, Field(gt=0)] = 1.0
    offset: float = 0.0
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.5


class Parity(_Strict):
    """Largest difference of PyTorch and ONNX Runtime on random and on real input."""

    random: Annotated[float, Field(ge=0)]
    real: Annotated[float, Field(ge=0)]


class Manifest(_Strict):
    """All that is known about a bundle: the content of its ``manifest.json``."""

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
    calibration: Calibration
    parity: Parity
    training: dict[str, Any]
    accuracy: dict[str, Any]


@dataclass(frozen=True)
class ModelBundle:
    """A model bundle whose files are there and are what its manifest says.

    Attributes
    ----------
    path
        Its folder.
    manifest
        The content of its ``manifest.json``.
    spec
        The features that its branch was trained on.
    """

    path: Path
    manifest: Manifest
    spec: FeatureSpec

    @classmethod
    def load(cls, model: str | Path = DEFAULT_MODEL) -> "ModelBundle":
        """Load a bundled model by its name, or any bundle by its folder.

        Parameters
        ----------
        model
            One of `bundled_models`, or the path of a folder.

        Raises
        ------
        BundleError
            If the model is unknown, or its folder is incomplete, damaged or of another format.
        """
        path = _BUNDLED / model if str(model) in bundled_models() else Path(model)
        if not path.is_dir():
            names = ", ".join(bundled_models()) or "none"
            raise BundleError(
                f"no model {str(model)!r}: it is neither a bundled model ({names}) nor a folder"
            )
        manifest = _read_manifest(path / MANIFEST)
        try:
            spec = FeatureSpec.from_dict(manifest.front_end)
        except (FrontEndError, TypeError) as error:
            raise BundleError(
                f"{path / MANIFEST} describes a front end that cannot be read ({error}): "
                "export the bundle again"
            ) from error
        for graph in (manifest.branch, manifest.scorer):
            _check_file(path / graph.file, graph.sha256)
        return cls(path, manifest, spec)

    @property
    def front_end(self) -> FrontEnd:
        """The installed front end that the branch was trained with.

        Raises
        ------
        FrontEndError
            If it is not installed.
        MismatchError
            If the installed one makes other features than those trained on.
        """
        front_end = get_front_end(self.spec.name)
        if front_end.spec != self.spec:
            raise MismatchError(
                f"model {self.manifest.name!r} was trained on {self.spec}, but the installed "
                f"front end makes {front_end.spec}: use a model trained on it, or install the "
                f"samesong {self.manifest.samesong} that the model came with"
            )
        return front_end

    @property
    def step_seconds(self) -> tuple[float, ...]:
        """Seconds a step of each level."""
        return tuple(stride * self.spec.frame_period for stride in self.manifest.strides)

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that name what deep sequences depend on: branch and front end.

        Catalogs store it: their windows fit only bundles of the same fingerprint.
        """
        parts = {
            "branch": self.manifest.branch.sha256,
            "front_end": self.spec.to_dict(),
            "window_seconds": self.manifest.window_seconds,
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def bundled_models() -> list[str]:
    """Return the names of the models that come with samesong, sorted."""
    return sorted(path.parent.name for path in _BUNDLED.glob(f"*/{MANIFEST}"))


def _read_manifest(path: Path) -> Manifest:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BundleError(
            f"{path.parent} is not a model bundle: it has no {MANIFEST}; give the folder that "
            "'samesong export' wrote"
        ) from error
    except (OSError, ValueError) as error:
        raise BundleError(f"{path} cannot be read ({error}): export the bundle again") from error
    version = content.get("format") if isinstance(content, dict) else None
    if version != FORMAT:
        raise BundleError(
            f"{path} has format {version!r}, this samesong reads format {FORMAT}: install the "
            "samesong that made it, or export the bundle again"
        )
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


def _check_file(path: Path, sha256: str) -> None:
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise BundleError(
            f"{path} cannot be read ({error.strerror}): export the bundle again"
        ) from error
    if found != sha256:
        raise BundleError(
            f"{path} is damaged: its sha256 is {found[:12]}..., its manifest says "
            f"{sha256[:12]}...; copy or export the bundle again"
        )
