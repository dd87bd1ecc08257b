"""Requests that are still under way when the server stops: they are told so."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from samesong.runtime.server.problems import stopping


class TellCutOff:
    """Answers requests that are cancelled because the server stops, where no answer has begun.

    uvicorn gives requests some seconds to end, then cancels them, and would print a traceback for
    each.

    Parameters
    ----------
    app : ASGIApp
        The application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to the application.

        Parameters
        ----------
        scope : Scope
            The ASGI connection.
        receive : Receive
            Receives its messages.
        send : Send
            Sends messages.
        """
        has_begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except asyncio.CancelledError:
            if scope["type"] == "http" and not has_begun:
                await stopping().response()(scope, receive, send)
