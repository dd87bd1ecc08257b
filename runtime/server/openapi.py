"""What FastAPI cannot read off the routes: uploads are streamed, and texts come in many formats."""

from typing import Any

from samesong.runtime.reports.formats import FORMATS
from samesong.runtime.server.problems import MEDIA_TYPE

Responses = dict[int | str, dict[str, Any]]

_CODES = {
    400: "upload",
    401: "token",
    403: "origin",
    404: "no-track, no-job or no-audio",
    409: "empty-catalog or job-unfinished",
    413: "too-large",
    415: "missing-extra",
    421: "host",
    422: "not-audio, silent, too-short, invalid-samples, too-long or parameters",
    429: "busy; Retry-After tells when to try again",
    503: "catalog or stopping; Retry-After tells when to try again",
}
UPLOADING = (400, 413, 415, 422, 429, 503)
"""How a request with an upload may be refused."""


def refusals(*statuses: int) -> Responses:
    """Describe how a request may be refused, by the guard and otherwise."""
    return {
        status: {
            "description": f"Code: {_CODES[status]}.",
            "content": {MEDIA_TYPE: {"schema": _ref("ProblemModel")}},
        }
        for status in sorted({401, 403, 421, *statuses})
    }


def upload_body(*parts: str, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """Describe a multipart body of files."""
    properties = {part: {"type": "string", "format": "binary"} for part in (*parts, *optional)}
    schema = {"type": "object", "properties": properties, "required": list(parts)}
    return _body("multipart/form-data", schema)


def setlist_body() -> dict[str, Any]:
    """Describe a body that is a set list."""
    return _body("application/json", _ref("SetlistModel"))


def report_answer() -> Responses:
    """Describe a report in any format."""
    text = {"schema": {"type": "string"}}
    content = {form.media_type: text for form in FORMATS.values()}
    return {200: {"description": "The report, as a file.", "content": content}}


def _body(media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema}}}}


def _ref(model: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model}"}
