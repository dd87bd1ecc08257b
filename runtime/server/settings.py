"""How a service is set up: where it listens, who may use it, and how much it takes on."""

from dataclasses import dataclass
from ipaddress import ip_address


@dataclass(frozen=True)
class Settings:
    """The setup of a service; ``samesong serve`` has options for some of it, with these defaults.

    Attributes
    ----------
    host
        The address to listen on.
    token
        What requests must bear; None lets everyone in who can reach `host`.
    upload_bytes
        The largest file taken.
    seconds
        The longest recording taken to be identified, compared or added.
    concert_seconds
        The longest recording taken for a set list.
    workers
        Recordings identified, compared or added at the same time.
    waiting
        How many more may wait for that before others are turned away.
    concerts
        Set lists made at the same time.
    waiting_concerts
        How many more may wait for that.
    listeners
        Live recordings followed at the same time.
    listen_interval
        The least seconds from one answer to a live recording to the next.
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
    listeners: int = 4
    listen_interval: float = 3.0


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach an address or name.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
