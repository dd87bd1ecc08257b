"""The guard of a service: it refuses clients that may not use it, and adds security headers."""

import secrets
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from samesong.runtime.server.problems import ProblemError
from samesong.runtime.server.settings import Settings, is_loopback

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_OPEN = frozenset({"/v1/health"})
"""Exceptions among the guarded paths."""
_GUARDED = ("/v1/", "/metrics")

_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def has_token(headers: Headers, token: str | None) -> bool:
    """Return True if a request has the service's token.

    Parameters
    ----------
    headers : Headers
        Headers of the request.
    token : str or None
        The token; if the service has none, no request has it.

    Returns
    -------
    bool
        True if the Authorization header holds the token.
    """
    kind, _, given = headers.get("authorization", "").partition(" ")
    return kind.lower() == "bearer" and token_matches(given.strip(), token)


def token_matches(given: str, token: str | None) -> bool:
    """Compare two tokens in constant time.

    Parameters
    ----------
    given : str
        The client's token.
    token : str or None
        The service's token, if it has one.

    Returns
    -------
    bool
        True if they are equal.
    """
    # Half a character (a lone surrogate) cannot be encoded, and is no token.
    return token is not None and secrets.compare_digest(
        given.encode(errors="replace"), token.encode()
    )


class Guard:
    """Middleware that refuses requests and adds security headers to all responses.

    A page of another site can make a browser send requests to this machine, and can even read the
    responses through a host name that it controls. Without a token, the service therefore answers
    only to names of this machine. Requests that change something must come from its own page, from
    a program (which sends no origin), or have the token, which no other site knows.

    Parameters
    ----------
    app : ASGIApp
        The application behind it.
    settings : Settings
        Host and token.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._token = settings.token
        self._names = {"localhost", "127.0.0.1", "::1"}
        if is_loopback(settings.host):
            self._names.add(settings.host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request or pass it on.

        Parameters
        ----------
        scope : Scope
            The ASGI connection.
        receive : Receive
            Receives its messages.
        send : Send
            Sends messages.
        """
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        problem = self._objection(scope)
        if problem is None:
            await self._app(scope, receive, send_with_headers)
        else:
            await problem.response()(scope, receive, send_with_headers)

    def _objection(self, scope: Scope) -> ProblemError | None:
        headers = Headers(scope=scope)
        if has_token(headers, self._token):
            return None
        host = headers.get("host", "")
        if self._token is None and _name(host) not in self._names:
            return ProblemError(
                421,
                "host",
                f"this server does not answer to {host!r}: use http://localhost, or start it with "
                "a token to use it under another name",
            )
        socket = scope["type"] == "websocket"
        if socket or scope["method"] not in _READING:
            origin = headers.get("origin")
            # An origin that is no URL ("null") has no host, and so not ours.
            if origin is not None and origin.partition("://")[2].lower() != host.lower():
                return ProblemError(
                    403,
                    "origin",
                    f"a page of {origin} may not do this: use the server's own page, or send the "
                    "token",
                )
        path = scope["path"]
        # A page cannot send headers when it opens a WebSocket: its token comes in a message.
        needs = path.startswith(_GUARDED) and path not in _OPEN and not socket
        if self._token is not None and needs:
            return ProblemError(
                401,
                "token",
                "this server needs its token: send the header 'Authorization: Bearer TOKEN'",
            )
        return None


def _name(host: str) -> str:
    """Return the name in a Host header, without port and brackets."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
