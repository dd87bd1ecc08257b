"""Who writes to a catalog in an object store: one at a time, by a lease that runs out.

The lease is an object, and each change of it depends on the version that was read before, so that
of two writers one wins. Its age is that of the object by the store's own clock: whose clock is
wrong, a writer's or another's, does not matter.
"""

import json
import logging
import os
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from secrets import token_hex
from threading import Event, Thread
from time import monotonic
from types import TracebackType
from typing import Any, Self

from samesong.features.errors import CatalogError
from samesong.runtime.storage.objects import ObjectInfo, Objects

LEASE = ".writer.lease"
"""Its name in a catalog."""

SECONDS = 60.0
"""Time that a writer may be out of touch with the store before another takes its place."""

CLOCK = ".writer.clock"
"""Object that is written to read the store's clock."""

_ROUNDING = 1.0  # stores tell when an object was written in whole seconds
_ATTEMPTS = 4
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Terms:
    """What is written in a lease."""

    token: str
    holder: str
    since: str
    seconds: float
    renewals: int = 0
    is_held: bool = True

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Return the terms of a lease; whoever holds one that cannot be read has time to renew."""
        try:
            return cls(**json.loads(content))
        except (ValueError, TypeError):
            return cls("", "an unknown process", "an unknown time", SECONDS)

    def __bytes__(self) -> bytes:
        return json.dumps(asdict(self)).encode()


class WriterLease:
    """The lease of the one writer of a catalog; a context manager.

    Parameters
    ----------
    objects : Objects
        The catalog's.
    seconds : float, optional
        Time for which it holds unless it is renewed, as it is three times within that.

    Raises
    ------
    CatalogError
        When it is entered, if another holds it.
    OSError
        When it is entered, if the store cannot be read or written.
    """

    def __init__(self, objects: Objects, seconds: float = SECONDS) -> None:
        self._objects = objects
        self._seconds = seconds
        holder = f"process {os.getpid()} on {socket.gethostname()}"
        since = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
        self._terms = _Terms(token_hex(8), holder, since, seconds)
        self._version: Mapping[str, Any] = {}
        self._renewed = 0.0
        self._is_lost = False
        self._is_over = Event()
        self._renewer = Thread(target=self._keep, name="lease", daemon=True)

    def __enter__(self) -> Self:
        self._renewed = monotonic()
        self._version = self._acquire()
        self._renewer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._is_over.set()
        self._renewer.join()
        try:
            over = replace(self._terms, is_held=False)
            self._objects.replace(LEASE, bytes(over), self._version)
        except OSError as failure:
            _LOG.warning(
                "%s: others can write to it only in %.0f s, since the lease could not be given "
                "back: %s",
                self._objects.location,
                self._seconds,
                failure.strerror,
            )

    def require(self) -> None:
        """Refuse to write once another may do so.

        Raises
        ------
        CatalogError
            If another took the lease, or it was not renewed in time.
        """
        if self._is_lost or monotonic() - self._renewed > self._seconds:
            raise CatalogError(
                f"the lease on catalog {self._objects.location} ran out, since the store could not "
                "be reached in time, and another process may write to it now: run it again; what "
                "is in it stays valid"
            )

    def _acquire(self) -> Mapping[str, Any]:
        held = self._terms
        for _ in range(_ATTEMPTS):
            try:
                found, content = self._objects.read(LEASE)
            except FileNotFoundError:
                version = self._objects.create(LEASE, bytes(self._terms))
            else:
                held = _Terms.read(content)
                if held.token == self._terms.token:  # an answer was lost, not what it was about
                    return found.version
                if held.is_held and not self._has_run_out(held, found):
                    raise self._refusal(held)
                version = self._objects.replace(LEASE, bytes(self._terms), found.version)
            if version is not None:
                return version
        raise self._refusal(held)

    def _has_run_out(self, held: _Terms, found: ObjectInfo) -> bool:
        self._objects.write(CLOCK, self._terms.token.encode())
        now = self._objects.find(CLOCK).modified
        return (now - found.modified).total_seconds() > held.seconds + _ROUNDING

    def _refusal(self, held: _Terms) -> CatalogError:
        return CatalogError(
            f"another process is writing to catalog {self._objects.location} ({held.holder}, since "
            f"{held.since}): wait until it is done; if it was killed, run this again in "
            f"{held.seconds:.0f} s"
        )

    def _keep(self) -> None:
        """Renew it until it is given back or lost."""
        while not self._is_over.wait(self._seconds / 3):
            asked = monotonic()
            terms = replace(self._terms, renewals=self._terms.renewals + 1)
            try:
                version = self._objects.replace(LEASE, bytes(terms), self._version)
            except OSError:  # perhaps the next time
                continue
            if version is None and (version := self._own_version()) is None:
                self._is_lost = True
                return
            self._terms, self._version, self._renewed = terms, version, asked

    def _own_version(self) -> Mapping[str, Any] | None:
        """Return the version of the lease if it is still this writer's."""
        try:
            found, content = self._objects.read(LEASE)
        except OSError:
            return None
        return found.version if _Terms.read(content).token == self._terms.token else None
