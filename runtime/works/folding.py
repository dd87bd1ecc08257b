"""Text without what people write now in one way and now in another: case, accents, punctuation."""

# ruff: noqa: RUF001, RUF002  (what looks alike is told apart here)

import re
import unicodedata

# Letters that Unicode does not decompose, as people write them who lack the key.
_LETTERS = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "þ": "th",
        "ı": "i",
        "ħ": "h",
        "♯": "#",
        "♭": "b",
    }
)
# Accents of Latin and Greek letters. In other scripts a mark may make another letter: Cyrillic й is
# no и, Japanese が no か, and Hindi writes its vowels as marks; of these only ё loses its dots.
_ACCENTED = re.compile(r"([a-z\u0370-\u03ff])[\u0300-\u036f]+|(?<=е)\u0308")
_QUOTE = "['’ʼ`´′]"
_APOSTROPHES = re.compile(rf"(?<=\w){_QUOTE}(?=\w|\s|$)|{_QUOTE}(?=\w)")
_PUNCTUATION = re.compile(r"[^\w#]+|_+")
_PLAIN = re.compile(r"[a-z0-9 ]*[a-z0-9][a-z0-9 ]*")


def folded(text: str) -> str:
    """Return a text without case, accents, punctuation and surplus spaces.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Words between single spaces; the text itself, in lower case, where nothing else is left.

    Examples
    --------
    >>> folded("  Voilà: Sigur  Rós’ “Hoppípolla”! ")
    'voila sigur ros hoppipolla'
    >>> folded("Don't Stop")
    'dont stop'
    >>> folded("!!!")
    '!!!'
    """
    if text.isascii():
        lower = text.lower()
        if _PLAIN.fullmatch(lower):
            return " ".join(lower.split())
    else:
        lower = unicodedata.normalize("NFKC", text).casefold()
        # Case folding turns some letters into one and a mark.
        marked = unicodedata.normalize("NFD", lower.translate(_LETTERS))
        lower = unicodedata.normalize("NFC", _ACCENTED.sub(r"\1", marked))
    words = " ".join(_PUNCTUATION.sub(" ", _APOSTROPHES.sub("", lower)).split())
    return words or " ".join(lower.split())
