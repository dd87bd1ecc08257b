"""Problem details (RFC 9457), for requests that are refused and jobs that failed."""

import errno
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse

from samesong.features.decoding.formats import suffixes
from samesong.features.errors import (
    AudioError,
    CatalogError,
    ClusterError,
    DiskFullError,
    GroupingError,
    InvalidSamplesError,
    MismatchError,
    MissingExtraError,
    SamesongError,
    SetlistError,
    ShortAudioError,
    SilentAudioError,
    SongListError,
    UnknownFormatError,
)

MEDIA_TYPE = "application/problem+json"

# The first that matches; other exceptions are no fault of the request.
_ERRORS: tuple[tuple[type[SamesongError], int, str], ...] = (
    (SilentAudioError, 422, "silent"),
    (ShortAudioError, 422, "too-short"),
    (InvalidSamplesError, 422, "invalid-samples"),
    (UnknownFormatError, 422, "unknown-format"),
    (AudioError, 422, "not-audio"),
    (MissingExtraError, 415, "missing-extra"),
    (SetlistError, 422, "parameters"),
    (SongListError, 422, "unknown-songs"),
    (GroupingError, 409, "works"),
    (DiskFullError, 507, "disk-full"),
    (CatalogError, 503, "catalog"),
    (MismatchError, 503, "catalog"),
    (ClusterError, 503, "cluster"),
)
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Numbers of the errors of a system that has no room for a file, or for more of it."""

_CATALOG_RETRY = 5  # seconds; a group of tracks is written in less
_MEMORY_RETRY = 60  # seconds; most recordings are analysed in less


class ProblemError(Exception):
    """The reason for which a request is refused or a job failed.

    Parameters
    ----------
    status : int
        HTTP status.
    code : str
        The reason for programs, more specific than the status.
    detail : str
        The reason for people, and what to do.
    retry_after : int, optional
        Seconds after which another attempt makes sense; None when it does not.
    formats : sequence of str, optional
        Suffixes of the files that can be read, where the file is of none of them.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        retry_after: int | None = None,
        formats: Sequence[str] = (),
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.retry_after = retry_after
        self.formats = tuple(formats)

    def to_dict(self) -> dict[str, Any]:
        """Return the problem details as JSON."""
        return {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            **({"formats": list(self.formats)} if self.formats else {}),
        }

    def response(self) -> JSONResponse:
        """Return the problem details as an HTTP response."""
        headers: Mapping[str, str] = {}
        if self.status == HTTPStatus.UNAUTHORIZED:
            headers = {"WWW-Authenticate": "Bearer"}
        elif self.retry_after is not None:
            headers = {"Retry-After": str(self.retry_after)}
        return JSONResponse(self.to_dict(), self.status, headers, media_type=MEDIA_TYPE)


def stopping() -> ProblemError:
    """Return the refusal of new work while the server stops."""
    return ProblemError(
        503, "stopping", "the server is being stopped: start it again", retry_after=10
    )


def problem_of(error: Exception) -> ProblemError:
    """Return the problem that an exception means to the client.

    Parameters
    ----------
    error : Exception
        Any exception.

    Returns
    -------
    ProblemError
        Status 500 for exceptions that are defects.
    """
    if isinstance(error, ProblemError):
        return error
    for kind, status, code in _ERRORS:
        if isinstance(error, kind):
            if isinstance(error, UnknownFormatError):
                return ProblemError(status, code, error.problem, formats=suffixes())
            retry_after = _CATALOG_RETRY if code == "catalog" else None
            return ProblemError(status, code, str(error), retry_after=retry_after)
    if isinstance(error, OSError) and error.errno in FULL:
        return ProblemError(
            507,
            "disk-full",
            f"the server has no room for this ({error.strerror}): make room on its disk, or start "
            "it with TMPDIR set to a folder on another",
        )
    if isinstance(error, MemoryError):
        return ProblemError(
            507,
            "memory",
            "the server has not enough memory for this: send a shorter recording, or try again "
            "when it has less to do",
            retry_after=_MEMORY_RETRY,
        )
    return ProblemError(
        500,
        "defect",
        f"unexpected {type(error).__name__}; this is a defect: please report it, with the "
        "output of the server",
    )
