"""A network that a front end brings along, run by ONNX Runtime on one thread."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samesong.features.errors import FrontEndError
from samesong.features.onnx_runtime import GraphError, open_graph, run_graph, session_options


class Graph:
    """One ONNX graph of one input and one output.

    Parameters
    ----------
    path : Path
        The ``.onnx`` file.
    source, target : str
        Names of the input and the output.

    Raises
    ------
    MissingExtraError
        If onnxruntime is not installed.
    FrontEndError
        If the file is missing, damaged, or another graph.
    """

    def __init__(self, path: Path, source: str, target: str) -> None:
        # A window takes a fraction of a second, and recordings are analysed side by side.
        options = session_options(threads=1)
        try:
            self._session: Any = open_graph(path, options, "CPUExecutionProvider")
        except GraphError as error:
            raise FrontEndError(
                f"{path} is missing or damaged ({error}): install samesong again"
            ) from error
        found = [node.name for node in (*self._session.get_inputs(), *self._session.get_outputs())]
        if found != [source, target]:
            raise FrontEndError(
                f"{path} turns {found[0]} into {', '.join(found[1:])}, not {source} into {target}: "
                "install samesong again"
            )
        self._path, self._source, self._target = path, source, target

    def __call__(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Run the graph.

        Parameters
        ----------
        values : ndarray, float32
            The input, of a shape that the graph accepts.

        Returns
        -------
        ndarray
            The output.

        Raises
        ------
        FrontEndError
            If it fails.
        """
        try:
            (answer,) = run_graph(self._session, [self._target], {self._source: values})
        except GraphError as error:
            raise FrontEndError(
                f"{self._path} cannot be run ({error}): install samesong again"
            ) from error
        return np.asarray(answer)
