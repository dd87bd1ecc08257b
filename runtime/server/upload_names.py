"""The names of uploaded files: shown to people, and safe for the file system."""

from pathlib import Path

_NAME_BYTES = 200  # every file system allows longer names


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
