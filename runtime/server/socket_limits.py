"""A limit of WebSockets, in all and for each address, that holds before tokens are read."""

from starlette.types import ASGIApp, Receive, Scope, Send

from samesong.runtime.server.problems import ProblemError
from samesong.runtime.server.seats import Full, Seats
from samesong.runtime.server.settings import Limits

_RETRY = 10  # seconds


class SocketLimits:
    """Middleware that refuses WebSockets beyond a number.

    Parameters
    ----------
    app : ASGIApp
        The application behind it.
    limits : Limits
        The number.
    """

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        # None is ever idle: the application ends those that are silent.
        self._seats: Seats[object] = Seats(limits.sockets, limits.sockets_for_each, lambda _: None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a WebSocket or pass it on.

        Parameters
        ----------
        scope : Scope
            The ASGI connection.
        receive : Receive
            Receives its messages.
        send : Send
            Sends messages.
        """
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        holder = object()
        client = scope.get("client")
        full = self._seats.take(holder, client[0] if client else "")
        if full is not None:
            where = "from this address" if full is Full.ADDRESS else "in all"
            problem = ProblemError(
                429,
                "busy",
                f"too many WebSockets {where}: close some, or try again later",
                retry_after=_RETRY,
            )
            await problem.response()(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            self._seats.give_up(holder)
