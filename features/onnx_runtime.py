"""ONNX Runtime, imported on first use; the only module that imports it."""

import os
from types import ModuleType
from typing import Any

from samesong.features.errors import MissingExtraError, install_hint

_ERRORS_ONLY = 3


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
    """Return options of a session that reports errors alone.

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
    options.log_severity_level = _ERRORS_ONLY
    # Threads that wait actively slow all other work down, a second session's included.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if threads is not None:
        options.intra_op_num_threads = threads
    return options
