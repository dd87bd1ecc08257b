"""Decoding text that other programs wrote, in the encodings that they write without saying so."""

import codecs
import re

UTF_8 = "utf-8"

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_WESTERN = "cp1252"
# A few accents in names do not tell one of them from another.
_LATIN = ("cp1250", _WESTERN, "cp1254", "cp1257")
# Windows' code pages, in which spreadsheets save CSV.
_CODE_PAGES = [*_LATIN, "cp1251", "cp1253", "cp932", "cp949", "gb18030", "big5"]
_SPACE = re.compile(rb"[\s,;\"]+")


def decode_text(content: bytes) -> tuple[str, str]:
    """Decode text: by its byte order mark, as UTF-8, or else in a code page of Windows.

    That is the western one, 1252, unless the letters are of another script. Central European,
    Baltic and Turkish text is taken for western, so tell the user which encoding it was.

    Parameters
    ----------
    content : bytes
        The text.

    Returns
    -------
    text : str
        The text, without a byte order mark.
    encoding : str
        The encoding as Python names it; `UTF_8` also with a byte order mark.

    Raises
    ------
    ValueError
        If it is no text.

    Examples
    --------
    >>> decode_text("Кино".encode("cp1251"))
    ('Кино', 'cp1251')
    """
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return content.decode(encoding), encoding.removesuffix("-sig")
    if b"\0" in content:
        raise ValueError("it holds zero bytes, as no text does")
    try:
        return content.decode(UTF_8), UTF_8
    except UnicodeDecodeError:
        encoding = _code_page(content)
    return content.decode(encoding), encoding


def _code_page(content: bytes) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415  (slow to import, and seldom needed)

    # In much plain text, letters of another script would count for little.
    words = b" ".join(word for word in _SPACE.split(content) if not word.isascii())
    fitting = list(from_bytes(words, cp_isolation=_CODE_PAGES))
    if not fitting:
        raise ValueError("it is neither UTF-8 nor in a code page of Windows")
    if any(page.encoding in _LATIN for page in fitting):
        return _WESTERN
    return fitting[0].encoding
