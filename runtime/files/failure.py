"""The sentence about a file that could not be used, whatever it made a program raise."""

import os

from samesong.features.errors import AudioError, MissingExtraError, SamesongError
from samesong.features.limits import described


def file_failure(path: str | os.PathLike[str], error: Exception) -> str:
    """Return why a file could not be used; errors that are not about one file are raised again.

    Parameters
    ----------
    path : str or path
        The file.
    error : Exception
        What was raised while it was being read, decoded or analysed.

    Returns
    -------
    str
        One sentence that names the file.

    Raises
    ------
    SamesongError
        `error` itself, if it is one that another file would raise as well: of a catalog, a model
        or a device.

    Examples
    --------
    >>> file_failure("a.flac", KeyError("tempo"))
    "'a.flac' cannot be used: an unexpected error (KeyError: 'tempo'); convert it to FLAC, or \
leave it out"
    """
    if isinstance(error, (AudioError, MissingExtraError)):
        return str(error)
    if isinstance(error, SamesongError):
        raise error
    name = os.fspath(path)
    if isinstance(error, MemoryError):
        return (
            f"{name!r} needs more memory to be analysed than there is: divide it into several "
            "files, or close other programs"
        )
    return (
        f"{name!r} cannot be used: an unexpected error ({described(error)}); convert it to FLAC, "
        "or leave it out"
    )
