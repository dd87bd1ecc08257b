"""The body of a request that is a set list."""

from starlette.requests import Request

from samesong.features.errors import SetlistError
from samesong.runtime.files.json_text import decode_json
from samesong.runtime.server.problems import ProblemError
from samesong.runtime.server.uploads import pieces_of
from samesong.runtime.setlist.document import Setlist

_BODY_BYTES = 4 * 1024**2  # a set list of ten thousand songs


async def receive_json(request: Request) -> bytes:
    """Receive the body of a request.

    Parameters
    ----------
    request : Request
        The request; its body has not been read yet.

    Returns
    -------
    bytes
        The body, whatever it is.

    Raises
    ------
    ProblemError
        If it is cut off or too large.
    """
    body = bytearray()
    async for piece in pieces_of(request):
        body += piece
        if len(body) > _BODY_BYTES:
            raise ProblemError(413, "too-large", f"a set list may have {_BODY_BYTES} bytes of JSON")
    return bytes(body)


def setlist_of(body: bytes) -> Setlist:
    """Read a set list in JSON.

    Parameters
    ----------
    body : bytes
        The JSON.

    Returns
    -------
    Setlist
        The set list.

    Raises
    ------
    SetlistError
        If it is none.
    """
    try:
        content = decode_json(body)
    except ValueError as error:
        raise SetlistError(f"send a set list as JSON: {error}") from error
    return Setlist.from_dict(content)
