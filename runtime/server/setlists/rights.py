"""Who may do what with a set list: all who have its id may correct it, its maker may delete it."""

from hashlib import sha256

from samesong.runtime.server.problems import ProblemError
from samesong.runtime.server.setlists.kept import KeptSetlist


def digest(owner: str) -> str:
    """Return what is stored of a client's name, which is a secret of the client.

    Parameters
    ----------
    owner : str
        The name.

    Returns
    -------
    str
        Empty for no name.
    """
    return sha256(owner.encode()).hexdigest() if owner else ""


def is_owner(kept: KeptSetlist, owner: str) -> bool:
    """Return whether a client made a set list.

    Parameters
    ----------
    kept : KeptSetlist
        The list.
    owner : str
        Name of the client; empty if it has none.

    Returns
    -------
    bool
        True for nobody where a program without a name made it.
    """
    return bool(owner) and kept.owner == digest(owner)


def require_owner(kept: KeptSetlist, owner: str) -> None:
    """Refuse a client that did not make a set list.

    Parameters
    ----------
    kept : KeptSetlist
        The list.
    owner : str
        Name of the client.

    Raises
    ------
    ProblemError
        If it is another one's.
    """
    if not is_owner(kept, owner):
        raise ProblemError(
            403,
            "not-yours",
            "only the one who made this set list may delete it, in the browser it was made in",
        )


def require_match(kept: KeptSetlist, if_match: str) -> None:
    """Refuse to replace a set list that is another one by now.

    Parameters
    ----------
    kept : KeptSetlist
        The list.
    if_match : str
        Entity tags of lists that may be replaced, as in the header If-Match.

    Raises
    ------
    ProblemError
        If it has none of these.
    """
    tags = [tag.strip() for tag in if_match.split(",")]
    if kept.etag not in tags and "*" not in tags:
        raise ProblemError(
            412,
            "edited-elsewhere",
            "this set list was corrected elsewhere meanwhile: get it again, or keep yours as a "
            "list of its own with POST /v1/setlists",
        )
