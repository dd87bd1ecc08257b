"""Model bundles: the folder of a trained model, and those that come with samesong."""

import hashlib
import json
import os
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from samesong.features.errors import BundleError, FrontEndError, MismatchError, shown
from samesong.features.frontend import FrontEnd, get_front_end
from samesong.features.onnx_graph import LARGEST, check_graph
from samesong.features.regular_file import read_regular_file
from samesong.features.spec import FeatureSpec
from samesong.runtime.inference.fitted import Fitted, Section, VersionParameters
from samesong.runtime.inference.manifest import MANIFEST, Graph, Manifest, read_manifest
from samesong.runtime.inference.signatures import (
    check_chroma,
    check_declared,
    check_signature,
    csm_names,
)

DEFAULT_MODEL = "harmonic"
"""The bundled model that every command uses unless told otherwise."""

_BUNDLED = Path(__file__).parents[1] / "models"
_TAKEN_OVER = f"Taken over from model {DEFAULT_MODEL!r}."


@dataclass(frozen=True)
class ModelBundle:
    """A model bundle whose files are there and are what its manifest says.

    Attributes
    ----------
    path : Path
        Its folder.
    manifest : Manifest
        The content of its ``manifest.json``.
    spec : FeatureSpec
        The features that its branch was trained on.
    chroma_spec : FeatureSpec or None
        Other features that chroma is folded from, of the same frames; None where it is those.

    Examples
    --------
    >>> bundle = ModelBundle.load("pooled")
    >>> bundle.manifest.name, bundle.spec.name, bundle.spec.n_bins
    ('pooled', 'pooled', 72)
    """

    path: Path
    manifest: Manifest
    spec: FeatureSpec
    chroma_spec: FeatureSpec | None = None

    @classmethod
    def load(cls, model: str | Path = DEFAULT_MODEL) -> "ModelBundle":
        """Load a bundled model by its name, or any bundle by its folder.

        Parameters
        ----------
        model : str or Path, optional
            One of `bundled_models`, or the path of a folder.

        Returns
        -------
        ModelBundle
            The bundle, with all of its files checked: they are as its manifest says, and no graph
            of it can run for ever or read another file.

        Raises
        ------
        BundleError
            If the model is unknown, or its folder is incomplete, damaged or of another format.

        Examples
        --------
        >>> import samesong
        >>> bundle = samesong.ModelBundle.load("direct")
        >>> bundle.spec.n_bins, bundle.fitted.pooling.temperature
        (72, 3.0)
        """
        path = _BUNDLED / model if str(model) in bundled_models() else Path(model)
        if not os.path.isdir(path):
            names = ", ".join(bundled_models()) or "none"
            near = get_close_matches(str(model), bundled_models(), 1)
            raise BundleError(
                f"no model {shown(str(model), 200)}: it is neither a bundled model ({names}) nor a "
                "folder" + (f"; did you mean {near[0]!r}?" if near else "")
            )
        manifest = read_manifest(path / MANIFEST)
        try:
            spec = FeatureSpec.from_dict(manifest.front_end)
            chroma = manifest.chroma_front_end
            chroma_spec = None if chroma is None else FeatureSpec.from_dict(chroma)
        except FrontEndError as error:
            raise BundleError(
                f"{path / MANIFEST} describes a front end that cannot be read ({error}): "
                "export the bundle again"
            ) from error
        try:
            check_declared(manifest, spec)
            check_chroma(spec, chroma_spec)
        except ValueError as error:
            raise BundleError(
                f"{path / MANIFEST} contradicts itself: {error}; export the bundle again"
            ) from error
        for graph in (manifest.branch, manifest.scorer):
            _check_file(path / graph.file, graph)
        return cls(path, manifest, spec, chroma_spec)

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
        return self._installed(self.spec)

    @property
    def chroma_front_end(self) -> FrontEnd | None:
        """The installed front end of `chroma_spec`, if there is one; errors are as above."""
        return None if self.chroma_spec is None else self._installed(self.chroma_spec)

    def _installed(self, spec: FeatureSpec) -> FrontEnd:
        front_end = get_front_end(spec.name)
        if front_end.spec != spec:
            raise MismatchError(
                f"model {self.manifest.name!r} was trained on {spec}, but the installed "
                f"front end makes {front_end.spec}: use a model trained on it, or install the "
                f"samesong {self.manifest.samesong} that the model came with"
            )
        return front_end

    @property
    def step_seconds(self) -> tuple[float, ...]:
        """Seconds a step of each level."""
        return tuple(stride * self.spec.frame_period for stride in self.manifest.strides)

    @property
    def scorer_levels(self) -> dict[str, int]:
        """The level, from 0, whose CSM each input of the scorer takes, finest first."""
        names = csm_names(len(self.manifest.level_dims))
        read = self.manifest.scorer.inputs
        return {name: level for level, name in enumerate(names) if name in read}

    @property
    def fitted(self) -> Fitted:
        """All numbers that were fitted for the model."""
        return self.manifest.fitted

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits of all that windows depend on: branch and front ends.

        Catalogs store it: their windows fit only bundles of the same fingerprint.
        """
        parts = {
            "branch": self.manifest.branch.sha256,
            "front_end": self.spec.to_dict(),
            "window_seconds": self.manifest.window_seconds,
        }
        if self.chroma_spec is not None:
            parts["chroma_front_end"] = self.chroma_spec.to_dict()
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def bundle_of(model: ModelBundle | str | Path) -> ModelBundle:
    """Return a model that may be loaded already.

    Parameters
    ----------
    model : ModelBundle, str or Path
        The model, its name or its folder.

    Returns
    -------
    ModelBundle
        It, loaded.

    Raises
    ------
    BundleError
        As `ModelBundle.load` does.
    """
    return model if isinstance(model, ModelBundle) else ModelBundle.load(model)


def bundled_models() -> list[str]:
    """Return the names of the models that come with samesong, sorted.

    Returns
    -------
    list of str
        Each can be given to `ModelBundle.load`.

    Examples
    --------
    >>> import samesong
    >>> samesong.bundled_models()
    ['direct', 'harmonic', 'harmonic_notes', 'pooled']
    """
    return sorted(path.parent.name for path in _BUNDLED.glob(f"*/{MANIFEST}"))


_NO_VERSIONS = VersionParameters(
    fitted_on="Nothing yet: bars that nothing reaches, so that no recordings are joined by ear. "
    "benchmarks/version_bars.py and benchmarks/twin_cosines.py fit them.",
    twin_cosine=1.0,
    speed_gain=0.0,
    coarse=1000.0,
    evidence=1000.0,
    per_tenfold=0.0,
)


def starting_values() -> Fitted:
    """Return the fitted numbers that a new model starts from: those of `DEFAULT_MODEL`.

    Training scores by them, and export takes over those that no run fits anew. The bars of
    versions are not taken over: below those of another model everything may be alike, and a wrong
    twin hides a recording.

    Returns
    -------
    Fitted
        Each section says that it was taken over.
    """
    fitted = read_manifest(_BUNDLED / DEFAULT_MODEL / MANIFEST).fitted
    sections: dict[str, Section | None] = dict(fitted)
    return fitted.model_copy(
        update={
            name: section.model_copy(update={"fitted_on": f"{_TAKEN_OVER} {section.fitted_on}"})
            for name, section in sections.items()
            if section is not None
        }
        | {"versions": _NO_VERSIONS}
    )


def _check_file(path: Path, graph: Graph) -> None:
    try:
        content = read_regular_file(path, LARGEST)
    except ValueError as error:
        raise BundleError(f"{path} cannot be read ({error}): export the bundle again") from error
    found = hashlib.sha256(content).hexdigest()
    if found != graph.sha256:
        raise BundleError(
            f"{path} is damaged: its sha256 is {found[:12]}..., its manifest says "
            f"{graph.sha256[:12]}...; copy or export the bundle again"
        )
    try:
        check_signature(graph, check_graph(content))
    except ValueError as error:
        raise BundleError(
            f"{path} cannot be used ({error}): use another model, or export it again"
        ) from error
