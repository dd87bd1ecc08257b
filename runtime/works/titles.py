"""One name for a song, however its artist and title are spelled and whichever version it is."""

# ruff: noqa: RUF001  (what looks alike is told apart here)

import re
from functools import lru_cache

from samesong.runtime.works.folding import folded
from samesong.runtime.works.placeholders import names_no_song, names_nobody
from samesong.runtime.works.version_suffix import without_version

_ARTICLES = "the|a|an|le|la|les|un|une|el|los|las|il|gli|lo|der|das|ein|eine|het|een"
# These begin titles as other words of another language: "Die Another Day", "I Want You".
_OTHER_ARTICLES = "die|de|os|as|i"
_ELIDED = "l['’]"
_OF_TITLES = re.compile(rf"(?:{_ARTICLES}) (?=\S)|{_ELIDED}(?=\w)")
_OF_ARTISTS = re.compile(rf"(?:{_ARTICLES}|{_OTHER_ARTICLES}) (?=\S)|{_ELIDED}(?=\w)")
_BEHIND = re.compile(
    rf"(?P<name>[^()\[\]]+),\s*(?P<article>{_ARTICLES}|{_OTHER_ARTICLES}|{_ELIDED})",
    re.IGNORECASE,
)
_FEATURED = re.compile(
    r"(?<=\S)[\s,;]*[\s(\[,;](?:feat|ft|featuring)(?:\.\s*|\s+)(?!(?:&|and|of)\s)(?=\S).*$",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*&\s*|\s+\+\s+")
_PLAIN = re.compile(r"(?!.*\b[Ff](?:ea)?t)[A-Za-z0-9 ]+")
_JOINING = re.compile(r"\band\b ?")


def title_key(title: str | None) -> str:
    """Return the form of a title that all spellings of it, and all versions of the song, share.

    Parameters
    ----------
    title : str, optional
        As a tag gives it.

    Returns
    -------
    str
        Without case, accents, punctuation, leading article, version and featured artists; empty
        only for a title without a character.

    Examples
    --------
    >>> title_key("Boxer, The (Live in Central Park) [feat. Somebody]")
    'boxer'
    """
    text = title or ""
    if not _PLAIN.fullmatch(text):
        text = _AND.sub(" and ", _article_in_front(without_version(text)))
    return folded(_without_article(text, _OF_TITLES))


def spelling_key(title: str | None) -> str:
    """Return the form of a title or album that all spellings of it share; versions keep theirs.

    Parameters
    ----------
    title : str, optional
        As a tag gives it.

    Returns
    -------
    str
        Without case, accents, punctuation and leading article; empty only for a title without a
        character.

    Examples
    --------
    >>> spelling_key("The Boxer (Live)") == spelling_key("the boxer - LIVE")
    True
    >>> spelling_key("The Boxer (Live)") == spelling_key("The Boxer")
    False
    """
    text = _AND.sub(" and ", _article_in_front(title or ""))
    return folded(_without_article(text, _OF_TITLES))


@lru_cache(maxsize=65_536)
def artist_key(artist: str | None) -> str:
    """Return the form of an artist's name that all spellings of it share.

    Parameters
    ----------
    artist : str, optional
        As a tag gives it.

    Returns
    -------
    str
        Without case, accents, punctuation, leading article, featured artists and the word "and";
        empty only for a name without a character.

    Examples
    --------
    >>> artist_key("Band, The") == artist_key("The Band ft. Somebody")
    True
    >>> artist_key("Simon & Garfunkel") == artist_key("SIMON AND GARFUNKEL")
    True
    """
    plain = _AND.sub(" and ", _article_in_front(_FEATURED.sub("", (artist or "").strip())))
    name = folded(_without_article(plain, _OF_ARTISTS))
    return _JOINING.sub("", name).strip() or name


def name_key(artist: str | None, title: str | None) -> tuple[str, str] | None:
    """Return the form of artist and title that all recordings of one song share.

    Parameters
    ----------
    artist, title : str, optional
        As tags give them.

    Returns
    -------
    tuple of str or None
        None where they tell no song from others: without an artist, for "Track 1" and the like.

    Examples
    --------
    >>> name_key("The Band", "Amazing Grace - Live in the Studio")
    ('band', 'amazing grace')
    >>> name_key("Unknown artist", "Amazing Grace") is name_key("The Band", "Track 1") is None
    True
    """
    if not artist or not title:
        return None
    by, name = artist_key(artist), title_key(title)
    if names_nobody(by) or names_no_song(name):
        return None
    return by, name


def _article_in_front(text: str) -> str:
    match = "," in text and _BEHIND.fullmatch(text)
    if not match:
        return text
    between = " " if match["article"].isalpha() else ""
    return f"{match['article']}{between}{match['name'].strip()}"


def _without_article(text: str, articles: re.Pattern[str]) -> str:
    lower = " ".join(text.casefold().split())
    match = articles.match(lower)
    return lower[match.end() :] if match else lower
