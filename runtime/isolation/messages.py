"""The messages between a worker and the process that it works for.

A worker that a hostile file has taken over may send anything: it sends bytes of samples and JSON,
never a pickle, and no error but one about its file.
"""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samesong.features import errors
from samesong.features.errors import AudioError, DecodeError, MissingExtraError

Message = tuple[bytes, Any]
"""One of the kinds below and its content."""

READY, SAMPLES, LOG, DONE, FAILED = b"redy", b"samp", b"log ", b"done", b"fail"
_KIND = 4
"""Bytes of a kind, as many as those of a sample, so that samples are aligned."""

LARGEST = 2**24
"""Bytes of a message at most."""


def pack(kind: bytes, content: Any = None) -> bytes:
    """Return a message as bytes.

    Parameters
    ----------
    kind : bytes
        One of the kinds.
    content : object, optional
        What JSON can hold; for `SAMPLES` an ndarray, shape (n_samples,), float32.

    Returns
    -------
    bytes
        The message.
    """
    if kind == SAMPLES:
        return kind + np.ascontiguousarray(content, np.float32).tobytes()
    return kind + json.dumps(content).encode()


def unpack(message: bytes) -> Message:
    """Return the kind and the content of a message.

    Parameters
    ----------
    message : bytes
        What `pack` returned, or what a worker sent that is none any more.

    Returns
    -------
    kind : bytes
        One of the kinds.
    content : object
        As it was given to `pack`.

    Raises
    ------
    ValueError
        If it is no message.

    Examples
    --------
    >>> unpack(pack(DONE, {"seconds": 1.5}))
    (b'done', {'seconds': 1.5})
    """
    kind = message[:_KIND]
    if kind == SAMPLES:
        samples: NDArray[np.float32] = np.frombuffer(message, np.float32, offset=_KIND).copy()
        return kind, samples
    if kind not in (READY, LOG, DONE, FAILED):
        raise ValueError(f"{kind!r} is no kind of message")
    return kind, json.loads(message[_KIND:])


def pack_error(error: Exception) -> dict[str, str]:
    """Return an error of one file as JSON.

    Parameters
    ----------
    error : Exception
        The error.

    Returns
    -------
    dict
        Its type and message.
    """
    return {"type": type(error).__name__, "message": str(error)}


def unpack_error(content: Any) -> AudioError | MissingExtraError:
    """Return the error that a worker told of.

    Parameters
    ----------
    content : dict
        What `pack_error` returned.

    Returns
    -------
    AudioError or MissingExtraError
        A `DecodeError` where the type is another.
    """
    kind, message = getattr(errors, str(content["type"]), None), str(content["message"])
    if isinstance(kind, type) and issubclass(kind, (AudioError, MissingExtraError)):
        return kind(message)
    return DecodeError(message)
