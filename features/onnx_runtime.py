"""ONNX Runtime, imported on first use; the only module that imports it."""

import os
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from threading import Timer
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samesong.features.errors import MissingExtraError, install_hint
from samesong.features.onnx_graph import LARGEST, check_graph
from samesong.features.regular_file import read_regular_file

_FATAL = 4  # what is not fatal is raised, and need not be printed as well
_MEMORY = 4 * 2**30
"""Bytes that all graphs may use on the CPU: several times what a batch of windows takes."""
_SECONDS = 300.0
"""Time for one run: a thousand times what a batch of windows takes."""
_OUT_OF_MEMORY = ("Available memory of", "Failed to allocate memory", "bad_alloc")
_PREFIX = re.compile(r"^\[ONNXRuntimeError\] : \d+ : \w+ : ")
_REASON = 160  # characters of a reason that are shown


def onnxruntime() -> ModuleType:
    """Import onnxruntime on first use: it takes a while, and much works without it.

    Returns
    -------
    module
        The package ``onnxruntime``.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    # Or Microsoft's builds from 1.29 on keep an id in the user's home, and send what is run where.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    try:
        import onnxruntime as module  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(
            f"onnxruntime is not installed: {install_hint('cpu')}, or for an NVIDIA GPU "
            f"{install_hint('gpu')} (never both)"
        ) from error
    found: ModuleType = module
    return found


def session_options(threads: int | None = None) -> Any:
    """Return options of a session that prints nothing, and whose memory is bounded.

    Parameters
    ----------
    threads : int, optional
        Threads on the CPU; onnxruntime's choice by default (one a core).

    Returns
    -------
    onnxruntime.SessionOptions
        The options.
    """
    options = onnxruntime().SessionOptions()
    options.log_severity_level = _FATAL
    _bound_memory()
    options.add_session_config_entry("session.use_env_allocators", "1")
    # The other format may hold what is not checked.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    # Threads that wait actively slow all other work down, a second session's included.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if threads is not None:
        options.intra_op_num_threads = threads
    return options


class GraphError(ValueError):
    """A graph cannot be loaded or run; the message is a clause that says why."""


def open_graph(path: Path, options: Any, provider: str) -> Any:
    """Open an ONNX file that strangers may have made.

    Parameters
    ----------
    path : Path
        The file.
    options : onnxruntime.SessionOptions
        As of `session_options`.
    provider : str
        ONNX Runtime's name of the device.

    Returns
    -------
    onnxruntime.InferenceSession
        The session.

    Raises
    ------
    GraphError
        If it cannot be read, is not allowed (see `samesong.features.onnx_graph`), or is refused by
        ONNX Runtime.
    """
    module = onnxruntime()
    try:
        content = read_regular_file(path, LARGEST)
        check_graph(content)
    except ValueError as error:
        raise GraphError(str(error)) from error
    try:
        return module.InferenceSession(content, sess_options=options, providers=[provider])
    except Exception as error:  # onnxruntime's exceptions share no other base
        raise GraphError(f"ONNX Runtime refuses it: {_reason(error)}") from error


def run_graph(
    session: Any,
    outputs: Sequence[str],
    inputs: Mapping[str, NDArray[np.float32]],
    *,
    seconds: float = _SECONDS,
) -> list[NDArray[Any]]:
    """Run a graph, for so long and no longer.

    Parameters
    ----------
    session : onnxruntime.InferenceSession
        The session.
    outputs : sequence of str
        Names of the outputs that are wanted.
    inputs : mapping of ndarray, float32
        Inputs by their names.
    seconds : float, optional
        Time after which it is stopped.

    Returns
    -------
    list of ndarray
        The outputs.

    Raises
    ------
    GraphError
        If it fails, takes too long, or needs too much memory.
    """
    run = onnxruntime().RunOptions()
    run.log_severity_level = _FATAL
    timer = Timer(seconds, setattr, (run, "terminate", True))
    timer.daemon = True
    timer.start()
    try:
        found: list[NDArray[Any]] = session.run(list(outputs), dict(inputs), run)
    except Exception as error:  # as above
        if run.terminate:
            raise GraphError(f"it was stopped after {seconds:g} s") from error
        raise GraphError(f"it fails: {_reason(error)}") from error
    finally:
        timer.cancel()
    return found


@cache
def _bound_memory() -> None:
    # An arena that all sessions share: a graph of a few bytes may ask for terabytes.
    module = onnxruntime()
    memory = module.OrtMemoryInfo(
        "Cpu", module.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, module.OrtMemType.DEFAULT
    )
    arena = module.OrtArenaCfg({"max_mem": _MEMORY})
    module.create_and_register_allocator(memory, arena)


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split())
    if any(sign in text for sign in _OUT_OF_MEMORY):
        return f"it asks for more memory than the {_MEMORY / 2**30:g} GiB that are allowed"
    text = _PREFIX.sub("", text)
    text = "".join(c for c in text if c.isprintable())
    return text if len(text) <= _REASON else f"{text[: _REASON - 3]}..."
