"""The address at which others reach a service, as text and as a QR code for phones."""

import socket
from io import StringIO
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

import segno

# Of documentation (RFC 5737 and 3849): no packet is sent to them, but the way there is looked up.
_ELSEWHERE = {socket.AF_INET: ("192.0.2.1", 9), socket.AF_INET6: ("2001:db8::1", 9)}


def invitation(url: str, token: str | None = None) -> str:
    """Return the address that another device opens to use a service.

    Parameters
    ----------
    url : str
        The address that the service listens on; 0.0.0.0 and :: become the machine's own address.
    token : str, optional
        The token, which the page takes from the fragment. Browsers send no fragments.

    Returns
    -------
    str
        The address.

    Examples
    --------
    >>> invitation("http://192.168.0.7:8000/", "a secret of length")
    'http://192.168.0.7:8000/#token=a%20secret%20of%20length'
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if ip_address(host).is_unspecified:
        host = _own_address(socket.AF_INET6 if ":" in host else socket.AF_INET)
    shown = f"[{host}]" if ":" in host else host
    fragment = "" if token is None else f"#token={quote(token, safe='')}"
    return f"{parts.scheme}://{shown}:{parts.port}/{fragment}"


def qr_code(text: str) -> list[str]:
    """Return a QR code of block characters, in the colours of a dark terminal.

    Parameters
    ----------
    text : str
        What it says.

    Returns
    -------
    list of str
        Its lines, two rows of the code in each.
    """
    out = StringIO()
    segno.make(text, micro=False).terminal(out, compact=True)
    return out.getvalue().splitlines()


def _own_address(family: socket.AddressFamily) -> str:
    """Return this machine's address in its network, or its name where it has none."""
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE[family])
        except OSError:
            return socket.gethostname()
        return str(probe.getsockname()[0])
