"""ONNX sessions on a chosen device.

CUDA takes the same path as the CPU, in larger batches. It has not been run on a GPU yet: the tests
that compare the two are skipped where there is none.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from samesong.features.errors import BundleError, DeviceError, install_hint, shown
from samesong.features.onnx_runtime import (
    GraphError,
    onnxruntime,
    open_graph,
    run_graph,
    session_options,
)

Device = Literal["cpu", "cuda"]

_PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}


def available_devices() -> list[Device]:
    """Return the devices that the installed onnxruntime can use.

    Returns
    -------
    list of str
        ``"cpu"``, ``"cuda"`` or both.

    Raises
    ------
    MissingExtraError
        If onnxruntime is not installed.
    """
    found = onnxruntime().get_available_providers()
    devices: list[Device] = ["cpu", "cuda"]
    return [device for device in devices if _PROVIDERS[device] in found]


class Session:
    """One ONNX graph, ready to run.

    Parameters
    ----------
    path : Path
        The ``.onnx`` file.
    inputs : list of str
        Names that its inputs must have, as its manifest declares them.
    outputs : list of str
        Names that its outputs must have.
    device : str, optional
        ``"cpu"`` or ``"cuda"``.
    threads : int, optional
        Threads on the CPU; onnxruntime's choice by default (one a core).

    Raises
    ------
    MissingExtraError
        If onnxruntime is not installed.
    DeviceError
        If the device is not available; another is never used instead.
    BundleError
        If the file is not a graph, not one that is allowed (see `samesong.features.onnx_graph`), or
        has other inputs or outputs.
    """

    def __init__(
        self,
        path: Path,
        *,
        inputs: list[str],
        outputs: list[str],
        device: Device = "cpu",
        threads: int | None = None,
    ) -> None:
        ort = onnxruntime()
        _require_available(ort, device)
        self._session = _load(ort, path, device, session_options(threads))
        _require_started(self._session, device)
        _require_names(path, "inputs", inputs, self._session.get_inputs())
        _require_names(path, "outputs", outputs, self._session.get_outputs())
        self._path, self._outputs = path, outputs

    def run(self, inputs: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
        """Run the graph.

        Parameters
        ----------
        inputs : mapping of ndarray, float32
            Its inputs by their names, of the shapes that the manifest declares.

        Returns
        -------
        dict of ndarray, float32
            Its outputs by their names.

        Raises
        ------
        BundleError
            If it fails, takes too long, or needs too much memory.
        """
        try:
            values = run_graph(self._session, self._outputs, inputs)
        except GraphError as error:
            raise BundleError(
                f"{self._path} cannot be run ({error}): use another model, or export it again"
            ) from error
        return dict(zip(self._outputs, values, strict=True))


def check_answer(path: Path, name: str, answer: NDArray[Any], shape: tuple[int, ...]) -> None:
    """Refuse an answer of a graph that is not of the shape that it should have, or not finite.

    Parameters
    ----------
    path : Path
        The graph's file.
    name : str
        Name of the output.
    answer : ndarray
        What the graph gave.
    shape : tuple of int
        The shape that it should have.

    Raises
    ------
    BundleError
        If it has another shape or type, or holds NaN or infinity.
    """
    advice = "use another model, or export it again"
    if answer.shape != shape or answer.dtype != np.float32:
        raise BundleError(
            f"{path} gives {shown(name)} of shape {list(answer.shape)} and type {answer.dtype}, "
            f"where its manifest asks for {list(shape)} and float32: {advice}"
        )
    if not np.isfinite(answer).all():
        raise BundleError(f"{path} gives {shown(name)} with NaN or infinity in it: {advice}")


def _require_available(ort: ModuleType, device: str) -> None:
    if device not in _PROVIDERS:
        raise DeviceError(f"unknown device {device!r}: use 'cpu' or 'cuda'")
    if device not in available_devices():
        raise DeviceError(
            f"device {device!r} is not available: the installed onnxruntime "
            f"{ort.__version__} offers only {', '.join(available_devices())}. Uninstall it and "
            f"{install_hint('gpu')}, or use --device cpu"
        )


def _load(ort: ModuleType, path: Path, device: Device, options: Any) -> Any:
    if device == "cuda" and hasattr(ort, "preload_dlls"):
        # CUDA's libraries may come with Python packages, where the linker does not look.
        ort.preload_dlls()
    try:
        return open_graph(path, options, _PROVIDERS[device])
    except GraphError as error:
        raise BundleError(
            f"{path} cannot be used ({error}): use another model, or export it again"
        ) from error


def _require_started(session: Any, device: Device) -> None:
    # onnxruntime falls back to the CPU by itself when CUDA's libraries do not load.
    if session.get_providers()[0] != _PROVIDERS[device]:
        raise DeviceError(
            f"device {device!r} was asked for, but onnxruntime could not start it: check the "
            "NVIDIA driver and CUDA libraries, or use --device cpu"
        )


def _require_names(path: Path, kind: str, declared: list[str], nodes: Sequence[Any]) -> None:
    found = [node.name for node in nodes]
    if sorted(declared) != sorted(found):
        raise BundleError(
            f"{path} has the {kind} {shown(found)}, but its manifest declares "
            f"{shown(declared)}: export the bundle again"
        )
