"""Receiving uploaded files: straight to disk, in small pieces, within a limit."""

from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from python_multipart.multipart import parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from samesong.runtime.files.reader import FileReader
from samesong.runtime.server.length_limit import too_long
from samesong.runtime.server.problems import ProblemError
from samesong.runtime.server.raw_body import is_raw, receive_raw
from samesong.runtime.server.upload_form import FIELD_BYTES, TextField, Upload, UploadForm
from samesong.runtime.server.upload_refusals import refused_parts, too_large

_OVERHEAD = 64 * 1024  # bytes of boundaries and headers
_WRITE_BYTES = 1024**2  # written to disk at a time


async def receive(request: Request, folder: Path, parts: Sequence[str], limit: int) -> list[Upload]:
    """Receive the files of a multipart request that has nothing else.

    Parameters
    ----------
    request : Request
        The request; its body has not been read yet.
    folder : Path
        Folder for the files.
    parts : sequence of str
        Names of the parts with the files. Each must occur once, and no others.
    limit : int
        Largest size of a file in bytes.

    Returns
    -------
    list of Upload
        The files, in the order of `parts`.

    Raises
    ------
    ProblemError
        As `receive_form` does.
    """
    uploads, _ = await receive_form(request, folder, parts, limit)
    return uploads


async def receive_form(
    request: Request,
    folder: Path,
    parts: Sequence[str],
    limit: int,
    fields: Sequence[str] = (),
    *,
    many: bool = False,
) -> tuple[list[Upload], list[TextField]]:
    """Receive the files and the short fields of a form, or a single file that is the whole body.

    Parameters
    ----------
    request : Request
        The request; its body has not been read yet.
    folder : Path
        Folder for the files.
    parts : sequence of str
        Names of the parts with the files. Each must occur, and no others.
    limit : int
        Largest size of a file in bytes.
    fields : sequence of str, optional
        Names of short fields, which may be there any number of times.
    many : bool, optional
        Whether parts may occur several times; `limit` is then that of all files together.

    Returns
    -------
    uploads : list of Upload
        The files, in the order of `parts`.
    fields : list of TextField
        The short fields, in the order of the request.

    Raises
    ------
    ProblemError
        If the body is something else, is cut off or too large.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    if len(parts) == 1 and is_raw(named := kind.decode("latin-1").lower()):
        pieces = pieces_of(request)
        return [await receive_raw(request.headers, named, pieces, folder, limit)], []
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise refused_parts("the body is no form", parts, many=many)
    length = request.headers.get("content-length", "")
    if (
        length.isdecimal()
        and int(length) > len(parts) * limit + (FIELD_BYTES if fields else 0) + _OVERHEAD
    ):
        raise too_large(limit)
    with ExitStack() as files:
        form = UploadForm(boundary, folder, parts, limit, files=files, fields=fields, many=many)
        async for piece in pieces_of(request):
            form.feed(piece)
            if form.waiting >= _WRITE_BYTES:
                await run_in_threadpool(form.write)
        await run_in_threadpool(form.write)
        return form.finish(), form.fields


def check_duration(upload: Upload, seconds: float, reader: FileReader) -> None:
    """Refuse a recording that says that it is too long, before it is decoded.

    Parameters
    ----------
    upload : Upload
        The recording.
    seconds : float
        The limit.
    reader : FileReader
        Reads the recording.

    Raises
    ------
    ProblemError
        If it is longer.
    AudioError
        If it is not audio.
    """
    with reader.open(upload.path) as file:
        duration = file.info.duration
    if duration > seconds:
        raise too_long(upload.name, duration, seconds)


async def pieces_of(request: Request) -> AsyncIterator[bytes]:
    """Yield the body of a request in pieces.

    Parameters
    ----------
    request : Request
        The request; its body has not been read yet.

    Yields
    ------
    bytes
        The next piece.

    Raises
    ------
    ProblemError
        If the client cuts the body off.
    """
    try:
        async for piece in request.stream():
            yield piece
    except ClientDisconnect as error:
        raise ProblemError(400, "upload", "the upload was cut off: send it again") from error
