"""A worker as the process that it works for sees it."""

import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from time import monotonic
from typing import Any

from samesong.features.errors import DecodeError
from samesong.runtime.isolation.limits import WorkerLimits
from samesong.runtime.isolation.messages import (
    DONE,
    FAILED,
    LOG,
    READY,
    REQUEST,
    SAMPLES,
    receive,
    send,
    unpack_error,
)

_STARTING = 120.0
"""Seconds in which a worker must be ready, however busy the machine is."""


_ENDING = 5.0
"""Seconds in which a worker that closed its connection has ended, so that it can be told why."""


class WorkerError(Exception):
    """A worker does not do what it should."""


class WorkerProcess:
    """A process that reads one file at a time; it ends when this one closes it or ends.

    Parameters
    ----------
    limits : WorkerLimits
        Its limits.

    Attributes
    ----------
    is_usable : bool
        False from a failure on, and while it reads a file.
    """

    def __init__(self, limits: WorkerLimits) -> None:
        self._connection, theirs = socket.socketpair()
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        with theirs:
            self._process = subprocess.Popen(
                # -P: files beside the recordings of a user are no modules.
                [
                    *(sys.executable, "-P", "-m", "samesong.runtime.isolation.worker"),
                    *(str(theirs.fileno()), str(limits.memory)),
                ],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,  # Ctrl-C is for the command, which then closes it
            )
        self.is_usable = False

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """False once it has ended."""
        return self._process.poll() is None

    def start(self) -> None:
        """Wait until it is ready.

        Raises
        ------
        WorkerError, OSError, EOFError, ValueError
            If it does not start.
        """
        kind, _ = receive(self._connection, _STARTING)
        if kind != READY:
            raise WorkerError("does not start")
        self.is_usable = True

    def run(self, request: dict[str, Any], name: str, seconds: float, rate: int) -> Iterator[Any]:
        """Let it read a file.

        Parameters
        ----------
        request : dict
            As `samesong.runtime.isolation.worker` takes it.
        name : str
            Of the file, for messages.
        seconds : float
            Time that it may take, beside a second for each second of sound.
        rate : int
            Samples in a second of sound.

        Yields
        ------
        ndarray or dict
            Any number of pieces, shape (n_samples,), float32, and the result at last.

        Raises
        ------
        AudioError, MissingExtraError
            If the file cannot be used: because of what it is, or of what it does to the worker.
        """
        self.is_usable = False
        left = seconds
        try:
            send(self._connection, REQUEST, request)
            while True:
                began = monotonic()
                kind, content = receive(self._connection, left)
                left -= monotonic() - began
                if kind == SAMPLES:
                    left += len(content) / rate
                    yield content
                elif kind == LOG:
                    logger = logging.getLogger(str(content["name"]))
                    logger.log(int(content["level"]), "%s", content["text"])
                else:
                    break
            if kind not in (DONE, FAILED):
                raise WorkerError("sends what it should not")
            result = content["content"]
            failure = unpack_error(result) if kind == FAILED else None
            self.is_usable = not content["retires"]
        except (WorkerError, OSError, EOFError, ValueError, KeyError, TypeError) as error:
            raise DecodeError(self._sentence(name, error)) from error
        if failure is not None:
            raise failure
        yield result

    def close(self) -> None:
        """End it."""
        self.is_usable = False
        self._process.kill()
        self._process.wait()
        self._connection.close()

    def _sentence(self, name: str, error: Exception) -> str:
        """Say what became of a file that its worker did not get over."""
        if not isinstance(error, TimeoutError):
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_ENDING)
        code = self._process.poll()
        if isinstance(error, TimeoutError) or code == -signal.SIGXCPU:
            what = "takes too long to be read"
        elif code is not None and code < 0:
            what = f"made its decoder crash ({signal.Signals(-code).name})"
        else:
            what = "made its decoder fail"
        return f"{name!r} {what}; copy it again, or convert it to FLAC"
