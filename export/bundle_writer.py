"""From a checkpoint to a model bundle on disk."""

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samesong.export.graphs import (
    BRANCH_OUTPUTS,
    LEVELS,
    SCORE,
    csm_names,
    write_branch,
    write_scorer,
)
from samesong.export.model_card import model_card
from samesong.export.parity import difference, random_pairs
from samesong.features.errors import BundleError
from samesong.features.spec import FeatureSpec
from samesong.runtime.inference.bundle import ModelBundle, starting_values
from samesong.runtime.inference.fitted import Calibration, Fitted
from samesong.runtime.inference.manifest import MANIFEST, Graph, Manifest, Parity
from samesong.training.checkpoint import Checkpoint
from samesong.training.network import STRIDES
from samesong.training.presets import PRESETS

CARD = "MODEL_CARD.md"

#: The window that catalogs are cut into, as the paper has it.
WINDOW_SECONDS = 120.0

#: Works that are scored in about the same time by a scorer of all four CSMs, and of two.
_FINALISTS_OF_FOUR, _FINALISTS_OF_TWO = 32, 128

_CALIBRATED_ON = (
    "Scale and offset: works held out of training, live versions against studio ones. "
    "Weights of the alignments: those that training began with."
)


def write_bundle(
    checkpoint: Checkpoint,
    folder: Path,
    name: str,
    real: list[tuple[NDArray[np.float32], NDArray[np.float32]]],
    accuracy: dict[str, Any],
    *,
    chroma: FeatureSpec | None = None,
    like: ModelBundle | None = None,
) -> ModelBundle:
    """Export a checkpoint's network and all that is known about it.

    Parameters
    ----------
    checkpoint : Checkpoint
        The checkpoint to export; its averaged weights are taken.
    folder : Path
        Where the bundle goes. An older bundle there is replaced as a whole, and only once the new
        one is complete and checked.
    name : str
        The model's name.
    real : list of (ndarray, ndarray), shape (1, n_bins, n_frames), float32
        Pairs of CQ-spectrograms of music, for the parity check.
    accuracy : dict
        Further measurements for the manifest and the model card, by name of the data.
    chroma : FeatureSpec, optional
        Of the front end that chroma is folded from, if it is not the network's.
    like : ModelBundle, optional
        A bundle of the same branch and scores, such as that of a distilled scorer's teacher. Its
        branch is taken as it is, so that its catalogs stay valid, with all that was fitted for it.

    Returns
    -------
    ModelBundle
        The bundle, as loaded from `folder`.

    Raises
    ------
    BundleError
        If `folder` exists and is not a bundle.
    MismatchError
        If ONNX Runtime's answers differ from PyTorch's, those of the branch of `like` included.
    """
    if folder.exists() and not (folder / MANIFEST).is_file():
        raise BundleError(
            f"{folder} exists and is no model bundle: give the bundle a folder of its own"
        )
    network = checkpoint.network()
    n_bins = checkpoint.spec.n_bins
    preset = PRESETS[checkpoint.config.preset]
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        draft = Path(temporary) / "bundle"
        draft.mkdir()
        branch, scorer = draft / "branch.onnx", draft / "scorer.onnx"
        if like is None:
            write_branch(network.branch, n_bins, branch)
        else:
            shutil.copyfile(like.path / like.manifest.branch.file, branch)
        write_scorer(network.scorer, scorer)
        steps = {level: f"steps_{level[-1]}" for level in LEVELS}
        manifest = Manifest(
            name=name,
            preset=checkpoint.config.preset,
            created=datetime.now(UTC).date().isoformat(),
            samesong=version("samesong"),
            front_end=checkpoint.spec.to_dict(),
            chroma_front_end=None if chroma is None else chroma.to_dict(),
            window_seconds=WINDOW_SECONDS,
            strides=list(STRIDES),
            level_dims=[preset.level_dim] * len(LEVELS),
            embedding_dim=preset.embedding_dim,
            branch=Graph(
                file=branch.name,
                sha256=_sha256(branch),
                inputs={"cqt": ["batch", n_bins, "frames"]},
                outputs={
                    **{level: ["batch", steps[level], preset.level_dim] for level in LEVELS},
                    BRANCH_OUTPUTS[-1]: ["batch", preset.embedding_dim],
                },
            ),
            scorer=Graph(
                file=scorer.name,
                sha256=_sha256(scorer),
                inputs={
                    csm: ["batch", f"query_{csm[-1]}", f"reference_{csm[-1]}"]
                    for csm in csm_names(network.scorer)
                },
                outputs={SCORE: ["batch"]},
            ),
            fitted=_affordable(
                _fitted(checkpoint.calibration) if like is None else like.fitted,
                _FINALISTS_OF_FOUR if preset.finer else _FINALISTS_OF_TWO,
            ),
            parity=Parity(
                random=difference(network, branch, scorer, random_pairs(n_bins)),
                real=difference(network, branch, scorer, real),
            ),
            training={
                "steps": checkpoint.step,
                "steps_before": checkpoint.steps_before,
                "corpus": checkpoint.corpus,
                "config": checkpoint.config.model_dump(mode="json"),
                **({} if like is None else {"branch": like.manifest.training}),
            },
            accuracy={"held-out works": checkpoint.measured, **accuracy},
        )
        text = manifest.model_dump_json(indent=2)
        (draft / MANIFEST).write_text(text + "\n", "utf-8")
        (draft / CARD).write_text(model_card(manifest), "utf-8")
        ModelBundle.load(draft)
        if folder.exists():
            folder.replace(Path(temporary) / "old")
        draft.replace(folder)
    return ModelBundle.load(folder)


def _fitted(calibration: Mapping[str, float]) -> Fitted:
    """Return what the run fitted, and for all else what a new model starts from."""
    # Checkpoints of earlier versions hold a threshold as well, which nothing was accepted by.
    kept = {name: calibration[name] for name in Calibration.model_fields if name in calibration}
    fitted = Calibration(fitted_on=_CALIBRATED_ON, **kept)
    return starting_values().model_copy(update={"calibration": fitted})


def _affordable(fitted: Fitted, finalists: int) -> Fitted:
    shortlist = fitted.shortlist.model_copy(update={"finalists": finalists})
    return fitted.model_copy(update={"shortlist": shortlist})


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
