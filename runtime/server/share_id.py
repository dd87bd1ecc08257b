"""Ids of jobs, answers and set lists, which are all that it takes to see one."""

import secrets


def new_id() -> str:
    """Return an id that cannot be guessed.

    Returns
    -------
    str
        16 letters, digits, hyphens and underscores.

    Examples
    --------
    >>> len(new_id())
    16
    """
    return secrets.token_urlsafe(12)
