"""The settings of a service: its address, its token and its limits."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path


@dataclass(frozen=True)
class Limits:
    """The limits on clients, known or not, that hold before tokens are read.

    Attributes
    ----------
    connections : int
        Connections in all.
    connections_for_each : int
        Connections for each address; a proxy counts as one.
    sockets : int
        WebSockets in all.
    sockets_for_each : int
        WebSockets for each address.
    header_seconds : float
        Time in which a request's header must be complete, and between two requests of a connection.
    body_seconds : float
        Time in which a request's body must be complete, besides what its size allows.
    body_rate : float
        Bytes that allow a body another second.
    reading_seconds : float
        Time for which a client need not read on while it is being sent something.
    silent_seconds : float
        Time in which a client that listens must say what it wants, and then send a second of sound.
    """

    connections: int = 1024
    connections_for_each: int = 256
    sockets: int = 64
    sockets_for_each: int = 16
    header_seconds: float = 10.0
    body_seconds: float = 30.0
    body_rate: float = 1000.0
    reading_seconds: float = 60.0
    silent_seconds: float = 30.0


@dataclass(frozen=True)
class Settings:
    """The settings of a service; ``samesong serve`` has options for some of them.

    Attributes
    ----------
    host : str
        Address to listen on.
    token : str or None
        Bearer token that clients must send; without one, whoever reaches `host` may use the
        service.
    upload_bytes : int
        Largest file.
    seconds : float
        Longest recording to identify, compare or add.
    concert_seconds : float
        Longest recording for a set list.
    workers : int
        Recordings identified, compared or added at a time.
    waiting : int
        Further ones that may wait before clients are refused.
    concerts : int
        Set lists found at a time.
    waiting_concerts : int
        Further ones that may wait.
    answers : int
        Answers that are kept with their recordings; the oldest make room for new ones.
    answer_bytes : int
        Bytes of their recordings in all.
    listeners : int
        Live recordings followed at a time.
    listen_interval : float
        Shortest time between two answers to a live recording, in seconds.
    setlists : int
        Set lists that are kept at most.
    setlist_folder : Path or None
        Folder for set lists and the audio of concerts. By default the folder ``setlists`` in a
        catalog on disk; for an object store, lists are kept until the server stops.
    keep_audio : float
        Days for which the audio of a concert is kept.
    limits : Limits
        Limits on clients.
    """

    host: str = "127.0.0.1"
    token: str | None = None
    upload_bytes: int = 2048 * 10**6
    seconds: float = 30 * 60.0
    concert_seconds: float = 6 * 3600.0
    workers: int = 2
    waiting: int = 8
    concerts: int = 1
    waiting_concerts: int = 8
    answers: int = 100
    answer_bytes: int = 4 * 10**9
    listeners: int = 4
    listen_interval: float = 3.0
    setlists: int = 10_000
    setlist_folder: Path | None = None
    keep_audio: float = 30.0
    limits: Limits = field(default_factory=Limits)


def is_loopback(host: str) -> bool:
    """Return True if only this machine can reach an address or name.

    Parameters
    ----------
    host : str
        Address or name.

    Returns
    -------
    bool
        False for names other than ``localhost``.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
