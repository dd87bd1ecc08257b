"""The refusals of uploads, which the parser and the receiver of a form share."""

from collections.abc import Sequence

from python_multipart.exceptions import FormParserError

from samesong.runtime.server.problems import ProblemError


def listed(parts: Sequence[str]) -> str:
    """Return the names of parts as a phrase.

    Parameters
    ----------
    parts : sequence of str
        Names.

    Returns
    -------
    str
        For example ``'query' and 'reference'``.
    """
    return " and ".join(map(repr, parts))


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
