"""Cells of CSV that spreadsheets would run as formulas: guarded when written, and read back."""

import re

# The characters that begin a formula, full-width forms of East Asia included.
_FORMULA = "[\"']*[=+\\-@\uff1d\uff0b\uff0d\uff20]"
# Where semicolons or tabs separate cells, as in many countries, a cell also begins after one within
# a text, and a row after a line break. Programs that trim cells take off what cannot be seen.
_BEGIN = "(^|[;\t\r\n])([\\s\x00\u200b-\u200d\u2060\ufeff]*)"
_UNGUARDED = re.compile(f"{_BEGIN}(?={_FORMULA})")
_GUARDED = re.compile(f"{_BEGIN}'(?={_FORMULA})")


def guard(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (OWASP, "CSV Injection").

    Parameters
    ----------
    cell : str
        Any text.

    Returns
    -------
    str
        The text, with an apostrophe where a formula would begin.

    Examples
    --------
    >>> guard("=cmd|' /C calc'!A0"), guard("'Round Midnight")
    ("'=cmd|' /C calc'!A0", "'Round Midnight")
    >>> guard("x;=1+1; @y")
    "x;'=1+1; '@y"
    """
    return _UNGUARDED.sub(r"\1\2'", cell)


def unguard(cell: str) -> str:
    """Return what `guard` was given.

    Parameters
    ----------
    cell : str
        A cell.

    Returns
    -------
    str
        The text without the apostrophes of `guard`.

    Examples
    --------
    >>> unguard(guard("-1 (Minus One)")), unguard("'Round Midnight")
    ('-1 (Minus One)', "'Round Midnight")
    """
    return _GUARDED.sub(r"\1\2", cell)
