"""Decoding JSON that people kept or edited, with a reason in plain words where it is none."""

import json
from typing import Any

from samesong.runtime.files.text_encoding import decode_text


def decode_json(content: bytes) -> Any:
    r"""Decode JSON in UTF-8, or in another encoding of `decode_text`, such as Windows' UTF-16.

    Parameters
    ----------
    content : bytes
        What may be JSON.

    Returns
    -------
    object
        What it says: dict, list, str, int, float, bool or None.

    Raises
    ------
    ValueError
        If it is none; the message says why, without naming a file.

    Examples
    --------
    >>> decode_json(b'{"duration": 12.5}')
    {'duration': 12.5}
    >>> decode_json(b'{"duration": 12.5')
    Traceback (most recent call last):
    ValueError: it is not JSON: line 1 is wrong, or what precedes it, from column 18 on
    """
    if not content.strip():
        raise ValueError("it is empty")
    try:
        text, _ = decode_text(content)
    except ValueError as error:
        raise ValueError("it is not JSON, nor any text") from error
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"it is not JSON: line {error.lineno} is wrong, or what precedes it, from column "
            f"{error.colno} on"
        ) from error
    except RecursionError as error:
        raise ValueError(
            "it is not JSON that can be read: its lists are nested too deep"
        ) from error
    except ValueError as error:  # thousands of digits
        raise ValueError("it is not JSON that can be read: a number is too long") from error
