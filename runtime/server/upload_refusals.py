"""The refusals of uploads, which the parser and the receiver of a form share."""

from collections.abc import Sequence

from python_multipart.exceptions import FormParserError

from samesong.runtime.server.problems import ProblemError

MOST_FILES = 100
"""Files of one concert, at most."""


def refused_parts(problem: str, parts: Sequence[str], *, many: bool = False) -> ProblemError:
    """Return the refusal of a form that lacks a part or has another one.

    Parameters
    ----------
    problem : str
        What is wrong.
    parts : sequence of str
        Names of the parts that are wanted, each with a file.
    many : bool, optional
        Whether the part may be there several times.

    Returns
    -------
    ProblemError
        Status 400.

    Examples
    --------
    >>> refused_parts("the body is no form", ["query", "reference"]).detail
    "the body is no form: send one file as multipart/form-data in each of the parts 'query' and \
'reference'"
    """
    wanted = f"one file as multipart/form-data in the part {parts[0]!r}, or as the whole body with "
    wanted += "a content type such as audio/mpeg"
    if many:
        wanted = (
            f"the files as multipart/form-data, each in a part {parts[0]!r}, {MOST_FILES} at most"
        )
    elif len(parts) > 1:
        names = " and ".join(map(repr, parts))
        wanted = f"one file as multipart/form-data in each of the parts {names}"
    return ProblemError(400, "upload", f"{problem}: send {wanted}")


def too_large(limit: int) -> ProblemError:
    """Return the refusal of a file that is too large.

    Parameters
    ----------
    limit : int
        The limit in bytes.

    Returns
    -------
    ProblemError
        Status 413.
    """
    return ProblemError(
        413,
        "too-large",
        f"a file may have {limit / 1e6:.0f} MB: upload a compressed one (such as ogg or mp3), a "
        "part of it, or start the server with a higher limit",
    )


def malformed(error: FormParserError) -> ProblemError:
    """Return the refusal of a body that cannot be parsed.

    Parameters
    ----------
    error : FormParserError
        The error of the parser.

    Returns
    -------
    ProblemError
        Status 400.
    """
    return ProblemError(
        400, "upload", f"the body is not multipart/form-data as it should be ({error})"
    )
