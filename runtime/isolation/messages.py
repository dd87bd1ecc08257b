"""The messages between a worker and the process that it works for.

A worker that a hostile file has taken over may send anything: it sends bytes of samples and JSON,
never a pickle, and no error but one about its file.
"""

import json
import socket
import struct
from time import monotonic
from typing import Any

import numpy as np

from samesong.features import errors
from samesong.features.errors import AudioError, DecodeError, MissingExtraError

Message = tuple[bytes, Any]
"""One of the kinds below and its content."""

REQUEST, READY, SAMPLES, LOG, DONE, FAILED = b"requ", b"redy", b"samp", b"log ", b"done", b"fail"

_LARGEST = 2**24
"""Bytes of a message at most."""
_HEADER = struct.Struct("<4sI")


def send(connection: socket.socket, kind: bytes, content: Any = None) -> None:
    """Send a message.

    Parameters
    ----------
    connection : socket
        To the other side.
    kind : bytes
        One of the kinds.
    content : object, optional
        What JSON can hold; for `SAMPLES` an ndarray, shape (n_samples,), float32, not empty.

    Raises
    ------
    OSError
        If the other side is gone.
    """
    if kind == SAMPLES:  # which are not copied, here and where they are received
        body = np.ascontiguousarray(content, np.float32).view(np.uint8).data
    else:
        body = memoryview(json.dumps(content).encode())
    connection.sendall(_HEADER.pack(kind, len(body)))
    connection.sendall(body)


def receive(connection: socket.socket, seconds: float | None = None) -> Message:
    """Receive a message.

    Parameters
    ----------
    connection : socket
        To the other side.
    seconds : float, optional
        Time to wait for all of it; by default without end.

    Returns
    -------
    kind : bytes
        One of the kinds.
    content : object
        As it was given to `send`.

    Raises
    ------
    TimeoutError
        If it does not come in that time.
    EOFError
        If the other side closed the connection.
    OSError
        If the other side is gone.
    ValueError
        If what comes is no message.

    Examples
    --------
    >>> ours, theirs = socket.socketpair()
    >>> with ours, theirs:
    ...     send(ours, DONE, {"seconds": 1.5})
    ...     receive(theirs)
    (b'done', {'seconds': 1.5})
    """
    until = None if seconds is None else monotonic() + seconds
    header = bytearray(_HEADER.size)
    _fill(memoryview(header), connection, until)
    kind, size = _HEADER.unpack(header)
    if size > _LARGEST or kind not in (REQUEST, READY, SAMPLES, LOG, DONE, FAILED):
        raise ValueError(f"{size} bytes of kind {kind!r} are no message")
    if kind == SAMPLES:
        if not size or size % 4:
            raise ValueError(f"{size} bytes are no samples")
        samples = np.empty(size // 4, np.float32)
        _fill(samples.view(np.uint8).data, connection, until)
        return kind, samples
    body = bytearray(size)
    _fill(memoryview(body), connection, until)
    return kind, json.loads(body)


def _fill(buffer: memoryview, connection: socket.socket, until: float | None) -> None:
    while len(buffer):
        left = None if until is None else until - monotonic()
        if left is not None and left <= 0:
            raise TimeoutError
        connection.settimeout(left)
        received = connection.recv_into(buffer)
        if not received:
            raise EOFError("the connection was closed")
        buffer = buffer[received:]


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
