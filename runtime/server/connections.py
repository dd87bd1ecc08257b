"""The connections of a server: how many there may be, and how long they may keep it waiting.

uvicorn limits the size of a request's header and the time between two requests, and nothing else:
a client that sends half a header, or a byte now and then, stays for ever. Its protocols are
therefore extended here, since an application hears of a request only when its header is complete.
"""

import asyncio
from http import HTTPStatus

import h11
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.utils import get_remote_addr
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from samesong.runtime.server.monitoring import Monitor
from samesong.runtime.server.problems import ProblemError
from samesong.runtime.server.seats import Full, Seats
from samesong.runtime.server.settings import Limits

_RETRY = 10  # seconds


class Connections:
    """The open connections of a server.

    Parameters
    ----------
    limits : Limits
        How many there may be, and how long they may keep the server waiting.
    monitor : Monitor
        Counts those that are refused or cut off.

    Attributes
    ----------
    limits : Limits
        The limits.
    monitor : Monitor
        The counts.
    seats : Seats
        Held by transports.
    """

    def __init__(self, limits: Limits, monitor: Monitor) -> None:
        self.limits, self.monitor = limits, monitor
        self.seats: Seats[asyncio.Transport] = Seats(
            limits.connections, limits.connections_for_each, self._evict
        )
        self._closing: set[asyncio.Transport] = set()
        self._sweeping: asyncio.TimerHandle | None = None

    def take_seat(
        self, transport: asyncio.Transport, client: tuple[str, int] | None
    ) -> Full | None:
        """Take a seat for a new connection.

        Parameters
        ----------
        transport : asyncio.Transport
            Its transport.
        client : tuple of str and int, optional
            Address and port of the other end.

        Returns
        -------
        Full or None
            None if it has a seat; otherwise the reason why not.
        """
        if self._sweeping is None:
            self._sweep_later()
        return self.seats.take(transport, client[0] if client else "")

    def protocols(self) -> tuple[type[asyncio.Protocol], type[asyncio.Protocol]]:
        """Return the protocols of these connections.

        Returns
        -------
        http : type
            Of requests.
        websocket : type
            Of WebSockets, which take over connections of the other.
        """

        class Http(_LimitedHttp):
            owner = self

        class WebSocket(_LimitedWebSocket):
            owner = self

        return Http, WebSocket

    def cut_off(self, transport: asyncio.Transport, reason: str) -> None:
        """Close a connection at once.

        Parameters
        ----------
        transport : asyncio.Transport
            Its transport.
        reason : str
            The reason, for the counts.
        """
        self.monitor.count_cut_off(reason)
        transport.abort()

    def _evict(self, transport: asyncio.Transport) -> None:
        self.cut_off(transport, "evicted")

    def _sweep_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._sweeping = loop.call_later(self.limits.reading_seconds, self._sweep)

    def _sweep(self) -> None:
        """Cut off whoever never takes the last of an answer: such a connection closes for ever."""
        closing = {transport for transport in self.seats if transport.is_closing()}
        for transport in closing & self._closing:
            self.cut_off(transport, "slow-reader")
        self._closing = closing - self._closing
        self._sweeping = None
        if len(self.seats):
            self._sweep_later()


class _ReadingDeadline(asyncio.Protocol):
    """A connection whose other end must go on reading what it is sent."""

    owner: Connections
    transport: asyncio.Transport
    _reading_due: asyncio.TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_read()
        self.owner.seats.give_up(self.transport)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._reading_due is None:
            self._reading_due = asyncio.get_running_loop().call_later(
                self.owner.limits.reading_seconds,
                self.owner.cut_off,
                self.transport,
                "slow-reader",
            )

    def resume_writing(self) -> None:
        self._is_read()
        super().resume_writing()

    def _is_read(self) -> None:
        if self._reading_due is not None:
            self._reading_due.cancel()
            self._reading_due = None


class _LimitedHttp(_ReadingDeadline, H11Protocol):
    """A connection that must bring requests in time."""

    _request_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        full = self.owner.take_seat(transport, get_remote_addr(transport))
        if full is None:
            self._await_request()
            return
        self.owner.monitor.count_cut_off(f"full-{full}")
        self._close_with(_refusal(full))

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_answering():
            self._stop_waiting()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        # Whatever follows is due in time as well: the rest of a body that nobody reads, or a
        # request. That it trickles in would be enough for uvicorn.
        if not self._is_answering():
            self._await_request()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        self._stop_waiting()
        super().handle_websocket_upgrade(event)

    def send_400_response(self, msg: str) -> None:
        self.owner.monitor.count_cut_off("malformed")
        has_begun = self._is_answering() and self.cycle.response_started
        problem = ProblemError(400, "malformed", f"{msg} Send HTTP/1.1.")
        self._close_with(None if has_begun else problem)

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _await_request(self) -> None:
        self.owner.seats.rest(self.transport, is_known=self.cycle is not None)
        if self._request_due is None:
            seconds = self.owner.limits.header_seconds
            self._request_due = self.loop.call_later(seconds, self._give_up_request)

    def _stop_waiting(self) -> None:
        self.owner.seats.work(self.transport)
        if self._request_due is not None:
            self._request_due.cancel()
            self._request_due = None

    def _give_up_request(self) -> None:
        self.owner.monitor.count_cut_off("slow-header")
        problem = ProblemError(
            408,
            "timeout",
            "no complete request arrived within "
            f"{self.owner.limits.header_seconds:g} s: send it again",
        )
        has_begun = self.conn.our_state is h11.IDLE and bool(self.conn.trailing_data[0])
        self._close_with(problem if has_begun else None)

    def _close_with(self, problem: ProblemError | None) -> None:
        if problem is not None:
            self.transport.write(_message(problem))
        self.transport.close()


class _LimitedWebSocket(_ReadingDeadline, WebSocketsSansIOProtocol):
    """A WebSocket, which gives up the seat of its connection at its end."""

    async def send(self, message: ASGISendEvent) -> None:
        await super().send(message)
        if self.initial_response is not None and self.close_sent:
            # Refused with a response of its own. uvicorn takes that for an error, and logs it.
            self.handshake_complete = True


def _refusal(full: Full) -> ProblemError:
    if full is Full.ADDRESS:
        return ProblemError(
            429,
            "connections",
            "too many connections from this address: close some, or try again later",
            retry_after=_RETRY,
        )
    return ProblemError(
        503, "connections", "too many connections: try again later", retry_after=_RETRY
    )


def _message(problem: ProblemError) -> bytes:
    """Return a whole HTTP response; the application has no part in it."""
    response = problem.response()
    lines = [f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}".encode()]
    lines += [name + b": " + value for name, value in response.raw_headers]
    return b"\r\n".join([*lines, b"Connection: close", b"", bytes(response.body)])
