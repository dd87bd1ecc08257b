"""The search for a song by words: what matches, and what matches best."""

import re
from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import lru_cache

from samesong.runtime.works.folding import folded

_folded = lru_cache(maxsize=2**20)(folded)
"""Of the fields of some hundred thousand tracks, which only the first search folds."""


class Rank(IntEnum):
    """How well a song matches a search; less is better."""

    TITLE = 0
    """The title is what was asked for."""
    TITLE_WORDS = 1
    """Every word begins a word of the title."""
    WORDS = 2
    """Every word begins a word of the title or of another field."""
    PARTS = 3
    """Every word is in one of the fields, if only within a word."""


def words_of(search: str) -> list[str]:
    """Return the words of a search, regardless of case, accents and punctuation.

    Parameters
    ----------
    search : str
        What a person typed.

    Returns
    -------
    list of str
        The words in order. One with punctuation inside, such as the name of a file, holds a space
        there, so that its parts are found next to each other alone; one of punctuation counts only
        where there is no other.

    Examples
    --------
    >>> words_of("Rock & Roll 01.flac")
    ['rock', 'roll', '01 flac']
    """
    words = [folded(word) for word in search.split()]
    return [word for word in words if any(map(str.isalnum, word))] or words


def rank(
    words: Sequence[str], titles: Iterable[str | None], others: Iterable[str | None]
) -> Rank | None:
    """Return how well a song matches a search.

    Parameters
    ----------
    words : sequence of str
        As of `words_of`.
    titles : iterable of str or None
        Its titles; any may match.
    others : iterable of str or None
        Its other fields: artist, album, codes, path.

    Returns
    -------
    Rank or None
        None if it lacks one of the words.

    Examples
    --------
    >>> [rank(["oh"], [title], []).name for title in ("Oh", "Oh! Susanna", "Coherence")]
    ['TITLE', 'TITLE_WORDS', 'PARTS']
    >>> rank(["oh"], ["Greensleeves"], ["The Oh Sees"]).name
    'WORDS'
    >>> rank(words_of("deja vu"), ["Déjà Vu"], []).name
    'TITLE'
    """
    given = [_folded(title) for title in titles if title]
    title = "\n".join(given)
    everything = "\n".join([title, *(_folded(other) for other in others if other)])
    if " ".join(words) in given:
        return Rank.TITLE
    if all(_begins_a_word(word, title) for word in words):
        return Rank.TITLE_WORDS
    if all(_begins_a_word(word, everything) for word in words):
        return Rank.WORDS
    return Rank.PARTS if all(word in everything for word in words) else None


def _begins_a_word(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}", text) is not None
