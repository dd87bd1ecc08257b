"""Taking in files that a request uploads: straight to disk, in small pieces, within a limit."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from python_multipart.multipart import parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from samesong.features import audio
from samesong.runtime.server.problems import ProblemError, stopping
from samesong.runtime.server.upload_form import Upload, UploadForm, listed, too_large

_OVERHEAD = 64 * 1024  # bytes around the files: boundaries and headers
_WRITE_BYTES = 1024**2  # written to disk at a time, beside other requests


async def receive(request: Request, folder: Path, parts: Sequence[str], limit: int) -> list[Upload]:
    """Take in the files of a multipart request.

    Parameters
    ----------
    request
        Its body is read here, and was not before.
    folder
        Where they go.
    parts
        The names of the files' parts: each must be there once, and nothing else.
    limit
        Bytes that a file may have.

    Raises
    ------
    ProblemError
        If the body is not that, is cut off, or too large.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise ProblemError(
            400, "upload", f"send multipart/form-data with the file in the part {listed(parts)}"
        )
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > len(parts) * limit + _OVERHEAD:
        raise too_large(limit)
    with ExitStack() as files:
        form = UploadForm(boundary, folder, parts, limit, files)
        async for piece in _body(request):
            form.feed(piece)
            if form.waiting >= _WRITE_BYTES:
                await run_in_threadpool(form.write)
        await run_in_threadpool(form.write)
        return form.finish()


def check_duration(upload: Upload, seconds: float) -> None:
    """Refuse a recording that is longer than so many seconds.

    Raises
    ------
    ProblemError
        If it is.
    AudioError
        If it is no audio.
    """
    duration = audio.probe(upload.path).duration
    if duration > seconds:
        raise ProblemError(
            422,
            "too-long",
            f"{upload.name} lasts {duration / 60:.1f} minutes, and {seconds / 60:g} are the most "
            "that are taken for this: upload a part of it, or start the server with a higher limit",
        )


async def _body(request: Request) -> AsyncIterator[bytes]:
    try:
        async for piece in request.stream():
            yield piece
    except ClientDisconnect as error:
        raise ProblemError(400, "upload", "the upload was cut off: send it again") from error
    except asyncio.CancelledError as error:  # what the server does at last when it is stopped
        raise stopping() from error
