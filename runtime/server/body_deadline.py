"""A deadline for the bodies of requests: a client that sends one too slowly is refused."""

import asyncio
from time import monotonic

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from samesong.runtime.server.problems import ProblemError
from samesong.runtime.server.settings import Limits


class BodyDeadline:
    """Middleware that waits for the bodies of requests only so long.

    As with Apache's ``RequestReadTimeout``, a body may take some seconds, and longer the more of it
    has come. Only the time counts in which the application waits for it.

    Parameters
    ----------
    app : ASGIApp
        The application. To it, a client that is too slow has gone.
    limits : Limits
        The deadline.
    """

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app, self._limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to the application, and refuse it if its body does not come in time.

        Parameters
        ----------
        scope : Scope
            The ASGI connection.
        receive : Receive
            Receives its messages.
        send : Send
            Sends messages.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        left = self._limits.body_seconds
        is_complete = is_late = has_begun = False

        async def receive_in_time() -> Message:
            nonlocal left, is_complete, is_late
            if is_complete:
                return await receive()
            began = monotonic()
            try:
                async with asyncio.timeout(left):
                    message = await receive()
            except TimeoutError:
                is_complete = is_late = True
                return {"type": "http.disconnect"}
            left += len(message.get("body", b"")) / self._limits.body_rate - (monotonic() - began)
            is_complete = not message.get("more_body", False)
            return message

        async def send_unless_late(message: Message) -> None:
            nonlocal has_begun
            if has_begun or not is_late:
                has_begun = True
                await send(message)

        await self._app(scope, receive_in_time, send_unless_late)
        if is_late and not has_begun:
            late = ProblemError(
                408,
                "timeout",
                "the body of the request came too slowly: send it again, over a faster connection",
            )
            response = late.response()
            response.headers["Connection"] = "close"
            await response(scope, receive, send)
