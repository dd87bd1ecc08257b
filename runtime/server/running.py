"""Running a service on an address until it is told to stop."""

import logging
import socket

import uvicorn
from starlette.types import ASGIApp

_GRACE = 5  # seconds that requests have to end when the server is stopped
_MESSAGE_BYTES = 1024**2  # of a WebSocket


def bind(host: str, port: int) -> socket.socket:
    """Take an address; port 0 takes one that is free.

    Raises
    ------
    OSError
        If it cannot be had; the message says which and what to do.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
        taken.listen()  # from here on clients are kept waiting, not turned away
    except (OSError, OverflowError) as error:
        taken.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise OSError(
            f"cannot listen on {host} port {port}: {reason}; choose another with --host and --port"
        ) from error
    return taken


def make_server(app: ASGIApp) -> uvicorn.Server:
    """Return a server of an application; `run` it on a socket that `bind` returned."""
    config = uvicorn.Config(
        app,
        access_log=False,
        lifespan="off",
        log_config=None,
        log_level=logging.WARNING,
        proxy_headers=False,  # nobody's word is taken for who they are
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
        ws_max_size=_MESSAGE_BYTES,
    )
    return uvicorn.Server(config)


def address(taken: socket.socket) -> str:
    """Return the URL of a socket."""
    host, port = taken.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
