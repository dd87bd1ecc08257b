"""What a service answers when it cannot do what it was asked: problem details (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse

from samesong.features.errors import (
    AudioError,
    CatalogError,
    InvalidSamplesError,
    MismatchError,
    MissingExtraError,
    SamesongError,
    SetlistError,
    ShortAudioError,
    SilentAudioError,
)

MEDIA_TYPE = "application/problem+json"

# The first that fits; what is not here is no fault of the request.
_ERRORS: tuple[tuple[type[SamesongError], int, str], ...] = (
    (SilentAudioError, 422, "silent"),
    (ShortAudioError, 422, "too-short"),
    (InvalidSamplesError, 422, "invalid-samples"),
    (AudioError, 422, "not-audio"),
    (MissingExtraError, 415, "missing-extra"),
    (SetlistError, 422, "parameters"),
    (CatalogError, 503, "catalog"),
    (MismatchError, 503, "catalog"),
)
_CATALOG_RETRY = 5  # seconds; a group of tracks is written in less


class ProblemError(Exception):
    """Why a request is refused, or a job failed.

    Parameters
    ----------
    status
        The HTTP status.
    code
        The same for programs, and finer.
    detail
        What was wrong and what to do, for people.
    retry_after
        Seconds after which trying again makes sense; None when it does not.
    """

    def __init__(
        self, status: int, code: str, detail: str, *, retry_after: int | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.retry_after = retry_after

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }

    def response(self) -> JSONResponse:
        """Return it as a response."""
        headers: Mapping[str, str] = {}
        if self.status == HTTPStatus.UNAUTHORIZED:
            headers = {"WWW-Authenticate": "Bearer"}
        elif self.retry_after is not None:
            headers = {"Retry-After": str(self.retry_after)}
        return JSONResponse(self.to_dict(), self.status, headers, media_type=MEDIA_TYPE)


def stopping() -> ProblemError:
    """Return why nothing new is begun any more."""
    return ProblemError(
        503, "stopping", "the server is being stopped: start it again", retry_after=10
    )


def problem_of(error: Exception) -> ProblemError:
    """Return what an error means to the one who asked."""
    if isinstance(error, ProblemError):
        return error
    for kind, status, code in _ERRORS:
        if isinstance(error, kind):
            retry_after = _CATALOG_RETRY if code == "catalog" else None
            return ProblemError(status, code, str(error), retry_after=retry_after)
    return ProblemError(
        500,
        "defect",
        f"unexpected {type(error).__name__}; this is a defect: please report it, with what the "
        "server printed",
    )
