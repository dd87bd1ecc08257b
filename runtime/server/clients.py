"""The clients that share the work of a server: one for each network."""

from starlette.requests import HTTPConnection

from samesong.runtime.server.seats import network_of
from samesong.runtime.server.settings import is_loopback


def client_of(connection: HTTPConnection) -> str:
    """Return who sent a request.

    Parameters
    ----------
    connection : HTTPConnection
        The request, or the beginning of a WebSocket.

    Returns
    -------
    str
        Its network, as `network_of` has it; empty for this machine, whose proxy may speak for many.
    """
    host = connection.client.host if connection.client else ""
    return "" if not host or is_loopback(host) else network_of(host)
