"""A worker: reads one file after the other for another process, within limits.

``python -m samesong.runtime.isolation.worker CONNECTION MEMORY``, which `WorkerProcess` starts.
"""

import logging
import math
import os
import resource
import socket
import sys
from typing import Any

from samesong.features.audio_file import AudioFile
from samesong.features.errors import AudioError, DecodeError, MissingExtraError
from samesong.features.limits import decoder_errors
from samesong.runtime.isolation.messages import (
    DONE,
    FAILED,
    LOG,
    READY,
    SAMPLES,
    pack_error,
    receive,
    send,
)
from samesong.runtime.isolation.operations import OPERATIONS

_FILES = 1000
"""Requests after which a worker is replaced: what decoders leak does not add up."""


class _Forwarding(logging.Handler):
    """Sends what is logged to the process that the worker works for."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(logging.WARNING)
        self._connection = connection

    def emit(self, record: logging.LogRecord) -> None:
        content = {"name": record.name, "level": record.levelno, "text": record.getMessage()}
        send(self._connection, LOG, content)


def main() -> None:
    """Serve requests until the other side closes the connection."""
    connection, memory = socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2])
    logging.getLogger().addHandler(_Forwarding(connection))
    program = _memory()
    # Not the address space, most of which is only reserved: by each thread, 64 MB and more.
    _limit(resource.RLIMIT_DATA, program + memory)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)  # it has nothing to write
    send(connection, READY)
    for number in range(1, _FILES + 1):
        try:
            _, request = receive(connection)
        except EOFError:
            return
        kind, content = _serve(connection, request, memory)
        # What was not given back, or lies scattered, would be missing for the next file.
        retires = number == _FILES or _memory() > program + memory / 4
        send(connection, kind, {"content": content, "retires": retires})
        if retires:
            return


def _serve(connection: socket.socket, request: dict[str, Any], memory: int) -> tuple[bytes, Any]:
    """Do what is requested; samples are sent, and the result returned with its kind."""
    path = request["path"]
    result = None
    try:
        _allow(request["seconds"])
        with decoder_errors(path), AudioFile(path, **request["options"]) as file:
            _require_same(file, request["identity"])
            for piece in OPERATIONS[request["operation"]](file, **request["arguments"]):
                if isinstance(piece, dict):
                    result = piece
                elif len(piece):
                    send(connection, SAMPLES, piece)
                    _allow(request["seconds"])
    except (AudioError, MissingExtraError) as error:
        if isinstance(error.__cause__, MemoryError):
            error = DecodeError(
                f"{path!r} needs more than {memory / 2**20:.0f} MB to be read, the limit of one "
                "file; copy it again, or convert it to FLAC"
            )
        return FAILED, pack_error(error)
    return DONE, result


def _require_same(file: AudioFile, identity: list[int]) -> None:
    status = os.fstat(file.stream.fileno())
    if [status.st_dev, status.st_ino] != identity:
        raise DecodeError(
            f"{str(file.path)!r} was replaced by another file while it was read: run it again"
        )


def _allow(seconds: float) -> None:
    """Let the kernel end this process should it compute for so long from now on.

    The other side watches the clock; but it may be dead, and this process in an endless loop.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = math.ceil(used.ru_utime + used.ru_stime + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


def _limit(what: int, most: int) -> None:
    resource.setrlimit(what, (most, most))


def _memory() -> int:
    """Return the bytes that `resource.RLIMIT_DATA` limits."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as file:
        return int(file.read().split("VmData:")[1].split()[0]) * 1024


if __name__ == "__main__":
    main()
