"""Names that are nearest to one that is not there, for whoever mistyped it."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches

from samesong.runtime.works.folding import folded

_OFFERED = 3
"""Names that are offered, at most."""


def nearest(name: str, names: Mapping[str, str], key: Callable[[str], str]) -> list[str]:
    """Return the names that are nearest to one that is not there.

    Parameters
    ----------
    name : str
        A name.
    names : mapping of str to str
        The names that there are, by their keys.
    key : callable
        Returns the form of a name that all spellings of it share.

    Returns
    -------
    list of str
        Those that hold all of its words first, then those that are spelled alike.

    Examples
    --------
    >>> nearest("Beetles", {"beatles": "The Beatles", "beatles revival": "Beatles Revival"}, folded)
    ['The Beatles']
    """
    words = set(folded(name).split())
    longer = [one for one in names if words and words <= set(one.split())]
    alike = get_close_matches(key(name), names, _OFFERED)
    return [names[one] for one in dict.fromkeys([*sorted(longer, key=len), *alike])][:_OFFERED]
