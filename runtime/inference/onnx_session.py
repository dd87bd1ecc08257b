"""ONNX sessions on a chosen device; the only module that imports onnxruntime.

CUDA takes the same path as the CPU, in larger batches. It has not been run on a GPU yet: the tests
that compare the two are skipped where there is none.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from samesong.features.errors import BundleError, DeviceError, MissingExtraError, install_hint

Device = Literal["cpu", "cuda"]

_PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}
_ERRORS_ONLY = 3


def _onnxruntime() -> ModuleType:
    """Import onnxruntime on first use: it takes a while, and much works without it."""
    # Or Microsoft's builds from 1.29 on keep an id in the user's home, and send what is run where.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    try:
        import onnxruntime  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(
            f"onnxruntime is not installed: {install_hint('cpu')}, or for an NVIDIA GPU "
            f"{install_hint('gpu')} (never both)"
        ) from error
    module: ModuleType = onnxruntime
    return module


def available_devices() -> list[Device]:
    """Return the devices that the installed onnxruntime can use.

    Raises
    ------
    MissingExtraError
        If onnxruntime is not installed.
    """
    found = _onnxruntime().get_available_providers()
    devices: list[Device] = ["cpu", "cuda"]
    return [device for device in devices if _PROVIDERS[device] in found]


class Session:
    """One ONNX graph, ready to run.

    Parameters
    ----------
    path
        The ``.onnx`` file.
    inputs, outputs
        The names that the graph must have, as its manifest declares them.
    device
        ``"cpu"`` or ``"cuda"``.
    threads
        Threads on the CPU; None leaves it to onnxruntime (one a core).

    Raises
    ------
    MissingExtraError
        If onnxruntime is not installed.
    DeviceError
        If the device is not available; another is never used instead.
    BundleError
        If the file is not a graph, or has other inputs or outputs.
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
        ort = _onnxruntime()
        if device not in _PROVIDERS:
            raise DeviceError(f"unknown device {device!r}: use 'cpu' or 'cuda'")
        if device not in available_devices():
            raise DeviceError(
                f"device {device!r} is not available: the installed onnxruntime "
                f"{ort.__version__} offers only {', '.join(available_devices())}. Uninstall it and "
                f"{install_hint('gpu')}, or use --device cpu"
            )
        if device == "cuda" and hasattr(ort, "preload_dlls"):
            # CUDA's libraries may come with Python packages, where the linker does not look.
            ort.preload_dlls()
        options = ort.SessionOptions()
        options.log_severity_level = _ERRORS_ONLY
        # Threads that wait actively take turns from all other work, a second session's included.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        if threads is not None:
            options.intra_op_num_threads = threads
        try:
            self._session: Any = ort.InferenceSession(
                str(path), sess_options=options, providers=[_PROVIDERS[device]]
            )
        except Exception as error:  # onnxruntime's exceptions share no other base
            raise BundleError(
                f"{path} cannot be loaded as an ONNX graph ({error}): export the bundle again"
            ) from error
        if self._session.get_providers()[0] != _PROVIDERS[device]:
            # onnxruntime falls back to the CPU by itself when CUDA's libraries do not load.
            raise DeviceError(
                f"device {device!r} was asked for, but onnxruntime could not start it: check the "
                "NVIDIA driver and CUDA libraries, or use --device cpu"
            )
        for kind, declared, found in (
            ("inputs", inputs, [node.name for node in self._session.get_inputs()]),
            ("outputs", outputs, [node.name for node in self._session.get_outputs()]),
        ):
            if sorted(declared) != sorted(found):
                raise BundleError(
                    f"{path} has the {kind} {', '.join(found)}, but its manifest declares "
                    f"{', '.join(declared)}: export the bundle again"
                )
        self._outputs = outputs

    def run(self, inputs: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
        """Run the graph on named arrays and return its named outputs."""
        values = self._session.run(self._outputs, dict(inputs))
        return dict(zip(self._outputs, values, strict=True))
