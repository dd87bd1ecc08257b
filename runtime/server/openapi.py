"""The parts of the OpenAPI description that FastAPI cannot derive: uploads, reports, refusals."""

from typing import Any

from samesong.runtime.reports.formats import FORMATS
from samesong.runtime.server.problems import MEDIA_TYPE
from samesong.runtime.server.raw_body import RAW_TYPES
from samesong.runtime.server.upload_refusals import MOST_FILES

Responses = dict[int | str, dict[str, Any]]

_CODES = {
    400: "upload or body",
    401: "token",
    403: "origin or not-yours",
    404: "no-track, no-work, no-job, no-setlist, no-audio, no-answer or no-demo",
    408: "timeout",
    409: "empty-catalog, job-unfinished or works",
    410: "deleted",
    412: "edited-elsewhere",
    413: "too-large",
    415: "missing-extra",
    421: "host",
    422: "not-audio, unknown-format, silent, too-short, invalid-samples, too-long, unknown-songs "
    "or parameters",
    428: "if-match",
    429: "busy; Retry-After tells when to try again",
    503: "catalog or stopping; Retry-After tells when to try again",
    507: "disk-full, memory or setlists-full",
}
_KNOWN = {
    "artist": {
        "type": "array",
        "items": {"type": "string"},
        "description": "Search only the songs of these artists, each of which is then more likely.",
    },
    "album": {
        "type": "array",
        "items": {"type": "string"},
        "description": "Search only the songs of these albums.",
    },
    "among": {
        "type": "string",
        "description": "Search only the songs in this list: a title, 'Artist - Title', id, ISRC or "
        "ISWC per line; or a file with these, a playlist (.m3u), or a .csv with the columns title "
        "and artist.",
    },
}
UPLOADING = (400, 408, 413, 415, 422, 429, 503, 507)
"""Statuses of refused uploads."""
CHANGING = (400, 404, 408, 409, 422, 503, 507)
"""Statuses of refused changes of the catalog."""


def refusals(*statuses: int) -> Responses:
    """Describe the refusals of a route, those of the guard included.

    Parameters
    ----------
    *statuses : int
        HTTP statuses.

    Returns
    -------
    dict
        Responses by status.
    """
    return {
        status: {
            "description": f"Code: {_CODES[status]}.",
            "content": {MEDIA_TYPE: {"schema": _ref("ProblemModel")}},
        }
        for status in sorted({401, 403, 421, *statuses})
    }


def upload_body(
    *parts: str, optional: tuple[str, ...] = (), known: bool = False, many: bool = False
) -> dict[str, Any]:
    """Describe a multipart body of files.

    Parameters
    ----------
    *parts : str
        Names of required parts.
    optional : tuple of str, optional
        Names of optional parts.
    known : bool, optional
        Add the fields that tell what is known of the recording.
    many : bool, optional
        Each part may be there several times.

    Returns
    -------
    dict
        Addition to an OpenAPI operation.
    """
    file: dict[str, Any] = {"type": "string", "format": "binary"}
    if many:
        file = {"type": "array", "items": file, "minItems": 1, "maxItems": MOST_FILES}
    files = dict.fromkeys((*parts, *optional), file)
    properties = {**files, **(_KNOWN if known else {})}
    schema = {"type": "object", "properties": properties, "required": list(parts)}
    body = _body("multipart/form-data", schema)
    if len(parts) == 1:
        whole = {"schema": {"type": "string", "format": "binary"}}
        body["requestBody"]["content"] |= dict.fromkeys(RAW_TYPES, whole)
    return body


def setlist_body() -> dict[str, Any]:
    """Describe a body that is a set list."""
    return _body("application/json", _ref("Setlist"))


def report_answer() -> Responses:
    """Describe the response that is a report in any format."""
    content = {form.media_type: {"schema": {"type": "string"}} for form in FORMATS.values()}
    content["application/json"] = {"schema": _ref("Setlist")}
    return {200: {"description": "The report, as a file.", "content": content}}


def _body(media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema}}}}


def _ref(model: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model}"}
