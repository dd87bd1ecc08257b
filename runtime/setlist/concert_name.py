"""The name of a concert: what its files are tagged with, or are called, in common."""

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile
from pathlib import PurePath

_SEPARATORS = " \t_-.,;:~+([{#"
# What numbers files: "d1t", "CD 2", "part", or digits alone. Years are names.
_MARKER = re.compile(
    r"(?:(?:cds?|dis[ck]s?|d|sets?|s|tracks?|tr|t|parts?|pt|sides?|files?|no|n)\d*)+|\d{1,2}",
    re.IGNORECASE,
)
_LETTERS = 2  # at least, in a name


def concert_name(names: Iterable[str], albums: Iterable[str | None]) -> str:
    """Return the name that the files of a concert share.

    Parameters
    ----------
    names : iterable of str
        Names or paths of the files, in order.
    albums : iterable of str or None
        The album that each is tagged with.

    Returns
    -------
    str
        The album, if all have the same; or what the names begin with, without numbers; empty if
        they have nothing in common that would be a name.

    Examples
    --------
    >>> concert_name(["Town Hall 1994 d1t01.flac", "Town Hall 1994 d1t02.flac"], [None, None])
    'Town Hall 1994'
    >>> concert_name(["d1t01.flac", "d1t02.flac"], ["Live at Town Hall"] * 2)
    'Live at Town Hall'
    >>> concert_name(["d1t01.flac", "d1t02.flac"], [None, None])
    ''
    """
    tagged = {" ".join((album or "").split()) for album in albums}
    if len(tagged) == 1 and (album := tagged.pop()):
        return album
    return _beginning([PurePath(name).stem for name in names])


def _beginning(stems: Sequence[str]) -> str:
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*stems, strict=False))
    shared = "".join(letters[0] for letters in alike)
    rests = [stem[len(shared) :] for stem in stems]
    # Cut in the middle of a number or a word, it would end in a part of one.
    in_number = shared[-1:].isdigit() and any(rest[:1].isdigit() for rest in rests)
    in_word = shared[-1:].isalpha() and any(rest[:1].isalpha() for rest in rests)
    if in_number:
        shared = shared.rstrip("0123456789")
    elif in_word:
        shared = re.sub(rf"[^{re.escape(_SEPARATORS)}]*$", "", shared)
    while (kept := _without_marker(shared)) != shared:
        shared = kept
    shared = shared.strip()
    return shared if sum(map(str.isalpha, shared)) >= _LETTERS else ""


def _without_marker(text: str) -> str:
    text = text.rstrip(_SEPARATORS)
    start = max(text.rfind(separator) for separator in _SEPARATORS) + 1
    return text[:start].rstrip(_SEPARATORS) if _MARKER.fullmatch(text[start:]) else text
