"""Inputs and outputs of a bundle's graphs: what its manifest declares, and what its files have."""

from samesong.features.errors import shown
from samesong.features.onnx_graph import GraphSignature, Shape
from samesong.features.spec import FeatureSpec
from samesong.runtime.inference.manifest import Graph, Manifest

EMBEDDING = "embedding"
"""Output of the branch that is no level."""


def check_declared(manifest: Manifest, spec: FeatureSpec) -> None:
    """Check that a manifest declares graphs that fit its features, levels and each other.

    Parameters
    ----------
    manifest : Manifest
        The manifest.
    spec : FeatureSpec
        Its front end.

    Raises
    ------
    ValueError
        If they do not fit; the message says which.
    """
    branch, scorer = manifest.branch, manifest.scorer
    _check_count("branch", "inputs", branch.inputs, 1)
    for name, shape in branch.inputs.items():
        _check_shape(f"branch input {shown(name)}", shape, ["batch", spec.n_bins, "frames"])
    levels = {name: shape for name, shape in branch.outputs.items() if name != EMBEDDING}
    if EMBEDDING not in branch.outputs:
        raise ValueError(f"its branch has no output {EMBEDDING!r}")
    _check_shape("embedding", branch.outputs[EMBEDDING], ["batch", manifest.embedding_dim])
    _check_count("branch", "levels", levels, len(manifest.level_dims))
    for (name, shape), dim in zip(levels.items(), manifest.level_dims, strict=True):
        _check_shape(f"branch output {shown(name)}", shape, ["batch", "steps", dim])
    names = csm_names(len(manifest.level_dims))
    for name, shape in scorer.inputs.items():
        if name not in names:
            raise ValueError(f"its scorer has the input {shown(name)}, which is none of {names}")
        _check_shape(f"scorer input {shown(name)}", shape, ["batch", "query", "reference"])
    _check_count("scorer", "outputs", scorer.outputs, 1)
    for name, shape in scorer.outputs.items():
        _check_shape(f"scorer output {shown(name)}", shape, ["batch"])


def csm_names(n_levels: int) -> list[str]:
    """Return the names of a scorer's inputs; it may lack those of levels that it does not read.

    Parameters
    ----------
    n_levels : int
        Levels of the model's deep sequences.

    Returns
    -------
    list of str
        ``csm_1``, the CSM of the finest level, and so on.
    """
    return [f"csm_{level}" for level in range(1, n_levels + 1)]


def check_chroma(spec: FeatureSpec, chroma: FeatureSpec | None) -> None:
    """Check that chroma comes from frames of the same times as deep sequences.

    Parameters
    ----------
    spec : FeatureSpec
        Of the branch.
    chroma : FeatureSpec or None
        Of other features that chroma is folded from.

    Raises
    ------
    ValueError
        If they differ in sample rate or frame period.
    """
    if chroma is None:
        return
    for name in ("sample_rate", "frame_period"):
        one, other = getattr(spec, name), getattr(chroma, name)
        if one != other:
            raise ValueError(
                f"its chroma is of a front end with {name} {other}, its branch of one with {one}"
            )


def check_signature(declared: Graph, found: GraphSignature) -> None:
    """Check that a graph has the inputs and outputs that its manifest declares.

    Parameters
    ----------
    declared : Graph
        The manifest's.
    found : GraphSignature
        The file's.

    Raises
    ------
    ValueError
        If it has others, or of other shapes; the message says which.
    """
    for kind, wanted, there in (
        ("inputs", declared.inputs, found.inputs),
        ("outputs", declared.outputs, found.outputs),
    ):
        if wanted.keys() != there.keys():
            raise ValueError(
                f"it has the {kind} {shown(list(there))}, its manifest declares "
                f"{shown(list(wanted))}"
            )
        for name, shape in wanted.items():
            if not _alike(shape, there[name]):
                raise ValueError(
                    f"its {shown(name)} is of shape {shown(there[name])}, its manifest declares "
                    f"{shown(shape)}"
                )


def _check_count(graph: str, kind: str, found: dict[str, Shape], wanted: int) -> None:
    if len(found) != wanted:
        raise ValueError(f"its {graph} has {len(found)} {kind}, not {wanted}")


def _check_shape(name: str, found: Shape, wanted: Shape) -> None:
    if not _alike(found, wanted):
        raise ValueError(f"its {name} is of shape {shown(found)}, not {wanted}")


def _alike(one: Shape, other: Shape) -> bool:
    """Return whether two shapes have the same numbers in the same places, whatever the names."""

    def numbers(shape: Shape) -> list[int | None]:
        return [size if isinstance(size, int) else None for size in shape]

    return numbers(one) == numbers(other)
