"""The names of uploaded files: shown to people, and safe for the file system."""

from email.message import Message
from pathlib import Path

_NAME_BYTES = 200  # every file system allows longer names


def coded_name(disposition: str) -> str | None:
    """Return the name of a file from ``filename*`` in the header of its part.

    Forms should not code names so (RFC 7578), but clients do that follow RFC 6266.

    Parameters
    ----------
    disposition : str
        The header Content-Disposition.

    Returns
    -------
    str or None
        None if there is no such name.

    Examples
    --------
    >>> coded_name("form-data; name=audio; filename*=UTF-8''na%C3%AFve.wav")
    'naïve.wav'
    """
    header = Message()
    header["Content-Disposition"] = disposition
    return header.get_filename()


def shown_name(name: str) -> str:
    r"""Return the last part of a file's name, without characters that cannot be shown.

    Parameters
    ----------
    name : str
        Name that a client gave, perhaps with folders.

    Returns
    -------
    str
        Never empty.

    Examples
    --------
    >>> shown_name("C:\\music\\a\tb.wav")
    'ab.wav'
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(filter(str.isprintable, last)).strip() or "recording"


def safe_name(name: str) -> str:
    """Return a name that every file system accepts and that means no other folder.

    Parameters
    ----------
    name : str
        Name that a client gave.

    Returns
    -------
    str
        Short enough, with the same suffix if that is short.
    """
    shown = shown_name(name)
    path = Path(shown if shown.strip(".") else "recording")
    suffix = path.suffix if len(path.suffix.encode()) <= _NAME_BYTES // 2 else ""
    stem = path.name.removesuffix(suffix).encode()[: _NAME_BYTES - len(suffix.encode())]
    return stem.decode("utf-8", "ignore") + suffix
