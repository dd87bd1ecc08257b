"""The two ONNX graphs of a trained network, with dynamic batch and time."""

import logging
import warnings
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn
from torch.export import Dim

from samesong.training.branch import Branch
from samesong.training.network import N_LEVELS, STRIDES
from samesong.training.scorer import Scorer

OPSET = 18

LEVELS = tuple(f"level_{level + 1}" for level in range(N_LEVELS))
CSMS = tuple(f"csm_{level + 1}" for level in range(N_LEVELS))
BRANCH_OUTPUTS = (*LEVELS, "embedding")
SCORE = "score"

#: Shapes used to trace; any others work afterwards.
_TRACED_BATCH, _TRACED_FRAMES = 3, 402


class ScoreGraph(nn.Module):
    """The scorer with its last step, the sigmoid, which training leaves to the loss.

    Parameters
    ----------
    scorer : Scorer
        The trained scorer.
    """

    def __init__(self, scorer: Scorer) -> None:
        super().__init__()
        self.scorer = scorer

    def forward(self, *csms: Tensor) -> Tensor:
        """Score pairs of recordings.

        Parameters
        ----------
        *csms : Tensor, shape (batch, query_steps, reference_steps), float32
            Cosines between the steps of two recordings, one for each level that the scorer reads.

        Returns
        -------
        Tensor, shape (batch,), float32
            Probabilities that both recordings are of the same song.
        """
        return torch.sigmoid(self.scorer(*csms))


def write_branch(branch: Branch, n_bins: int, path: Path) -> None:
    """Write the branch: ``cqt`` (batch, n_bins, frames) to ``level_1`` .. ``embedding``.

    Parameters
    ----------
    branch : Branch
        The trained branch.
    n_bins : int
        Bins of its front end.
    path : Path
        File to write.
    """
    example = torch.randn(_TRACED_BATCH, n_bins, _TRACED_FRAMES)
    write_graph(
        branch,
        (example,),
        path,
        inputs=("cqt",),
        outputs=BRANCH_OUTPUTS,
        dynamic=({0: "batch", 2: "frames"},),
    )


def write_scorer(scorer: Scorer, path: Path) -> None:
    """Write the scorer: CSMs (batch, query, reference), by name, to ``score`` (batch,).

    Parameters
    ----------
    scorer : Scorer
        The trained scorer.
    path : Path
        File to write.
    """
    strides = [STRIDES[level] for level in scorer.levels]
    example = tuple(
        torch.rand(_TRACED_BATCH, -(-_TRACED_FRAMES // stride), 300 // stride) for stride in strides
    )
    write_graph(
        ScoreGraph(scorer).eval(),
        example,
        path,
        inputs=csm_names(scorer),
        outputs=(SCORE,),
        dynamic=tuple(
            {0: "batch", 1: f"query_{stride}", 2: f"reference_{stride}"} for stride in strides
        ),
        variadic=True,
    )


def csm_names(scorer: Scorer) -> tuple[str, ...]:
    """Return the names of a scorer's inputs in its graph.

    Parameters
    ----------
    scorer : Scorer
        The scorer.

    Returns
    -------
    tuple of str
        One of `CSMS` for each level that it reads, finest first.
    """
    return tuple(CSMS[level] for level in scorer.levels)


def write_graph(
    module: nn.Module,
    example: tuple[Tensor, ...],
    path: Path,
    *,
    inputs: tuple[str, ...],
    outputs: tuple[str, ...],
    dynamic: tuple[dict[int, str], ...],
    variadic: bool = False,
) -> None:
    """Write a module as a graph, and check it.

    Parameters
    ----------
    module : nn.Module
        The module; it is left in evaluation mode.
    example : tuple of Tensor
        Inputs to trace it with.
    path : Path
        The ``.onnx`` file to write.
    inputs, outputs : tuple of str
        Names in the graph.
    dynamic : tuple of dict of int to str
        For each input, the axes that may have any length, and their names.
    variadic : bool, optional
        Whether the module takes its inputs as ``*inputs``.
    """
    shapes = tuple({axis: Dim(name, min=1) for axis, name in axes.items()} for axes in dynamic)
    with warnings.catch_warnings():
        # The exporter warns of its own internals, and of axes that share a name, as wanted.
        warnings.simplefilter("ignore")
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        torch.onnx.export(
            module.eval(),
            example,
            str(path),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_shapes=(shapes,) if variadic else shapes,
            opset_version=OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    onnx.checker.check_model(str(path), full_check=True)
