"""Who had a set list found: the holder of a cookie, which nobody can guess."""

import secrets

from starlette.requests import Request
from starlette.responses import Response

_COOKIE = "samesong-jobs"
_SECONDS = 400 * 86_400  # as long as browsers keep one at most


def owner_of(request: Request) -> str:
    """Return the name of the client that sent a request.

    Parameters
    ----------
    request : Request
        The request.

    Returns
    -------
    str
        Empty if it has none yet.
    """
    return request.cookies.get(_COOKIE, "")


def name_owner(request: Request, response: Response) -> str:
    """Return the name of the client that sent a request, after giving it one if it has none.

    Parameters
    ----------
    request : Request
        The request.
    response : Response
        Its response.

    Returns
    -------
    str
        Its name.
    """
    owner = owner_of(request)
    if not owner:
        owner = secrets.token_urlsafe(16)
    # Also one that is known: its time begins again.
    response.set_cookie(
        _COOKIE, owner, max_age=_SECONDS, path="/v1", httponly=True, samesite="strict"
    )
    return owner
