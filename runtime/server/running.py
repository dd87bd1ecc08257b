"""Running a service at an address until it is told to stop."""

import logging
import socket

import uvicorn
from starlette.types import ASGIApp

from samesong.runtime.server.connections import Connections

_GRACE = 5  # seconds for requests to end when the server stops
_MESSAGE_BYTES = 1024**2  # largest message of a WebSocket
_ACCEPTED_AT_ONCE = 16
"""Connections accepted before those that are open are read again. Were there more than seats, a
client would lose its own before its request was read. Should files run out, so many attempts to
accept one are logged each second."""
_BACKLOG = 1024  # clients that wait to be accepted; others have to try again after seconds


def bind(host: str, port: int) -> socket.socket:
    """Bind a listening socket.

    Parameters
    ----------
    host : str
        Address or name.
    port : int
        Port; 0 chooses a free one.

    Returns
    -------
    socket.socket
        The socket.

    Raises
    ------
    OSError
        If the address is not available; the message names it and the remedy.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
        taken.listen()  # from here on clients wait instead of being refused
    except (OSError, OverflowError) as error:
        taken.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise OSError(
            f"cannot listen on {host} port {port}: {reason}; choose another with --host and --port"
        ) from error
    return taken


def make_server(app: ASGIApp, connections: Connections) -> uvicorn.Server:
    """Return a server of an application; `run` it on a socket that `bind` returned.

    Parameters
    ----------
    app : ASGIApp
        The application.
    connections : Connections
        Its connections.

    Returns
    -------
    uvicorn.Server
        The server.
    """
    http, websocket = connections.protocols()
    config = uvicorn.Config(
        app,
        access_log=False,
        backlog=_ACCEPTED_AT_ONCE,  # which is what asyncio takes it for, besides the real one
        http=http,
        lifespan="off",
        loop="asyncio",  # Ray Serve brings uvloop, which takes a backlog for something else
        log_config=None,
        log_level=logging.ERROR,  # clients could fill the log with warnings; they are counted
        proxy_headers=False,  # clients could claim any address
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
        ws=websocket,
        ws_max_size=_MESSAGE_BYTES,
    )
    return _Server(config)


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for taken in sockets or []:
            taken.listen(_BACKLOG)


def address(taken: socket.socket) -> str:
    """Return the URL of a socket.

    Parameters
    ----------
    taken : socket.socket
        A bound socket.

    Returns
    -------
    str
        For example ``http://127.0.0.1:8000/``.
    """
    host, port = taken.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
