"""Parsing a multipart body of files, straight to disk and within a limit, and of short fields."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from samesong.runtime.server.problems import ProblemError
from samesong.runtime.server.upload_names import coded_name, safe_name, shown_name
from samesong.runtime.server.upload_refusals import (
    MOST_FILES,
    malformed,
    refused_parts,
    too_large,
)

FIELD_BYTES = 1024**2
"""Most bytes of all short fields together: a list of ten thousand songs."""


@dataclass(frozen=True)
class Upload:
    """An uploaded file.

    Attributes
    ----------
    name : str
        Its name at the client.
    path : Path
        The file, under that name as far as that is safe.
    """

    name: str
    path: Path


@dataclass(frozen=True)
class TextField:
    """A short field of a form, or a small file in its place.

    Attributes
    ----------
    name : str
        Its name.
    filename : str
        Name of the file; empty if it is none.
    content : bytes
        What it holds.
    """

    name: str
    filename: str
    content: bytes

    @property
    def text(self) -> str:
        """The content as text."""
        return self.content.decode("utf-8", "replace")


class UploadForm:
    """Parses a multipart body piece by piece.

    Parameters
    ----------
    boundary : bytes
        Boundary in the content type of the request.
    folder : Path
        Folder for the files.
    parts : sequence of str
        Names of the parts.
    limit : int
        Largest size of a file in bytes.
    files : ExitStack
        Closes the files if `finish` does not.
    fields : sequence of str, optional
        Names of short fields, which may be there any number of times.
    many : bool, optional
        Whether parts may be there several times; `limit` is then that of all files together.

    Attributes
    ----------
    waiting : int
        Bytes that are parsed and not yet written.
    fields : list of TextField
        The short fields so far.
    """

    def __init__(
        self,
        boundary: bytes,
        folder: Path,
        parts: Sequence[str],
        limit: int,
        *,
        files: ExitStack,
        fields: Sequence[str] = (),
        many: bool = False,
    ) -> None:
        self._many = many
        self.fields: list[TextField] = []
        self._field_names = fields
        self._field: tuple[str, str, bytearray] | None = None
        self._folder, self._parts, self._limit, self._files = folder, parts, limit, files
        self._uploads: dict[str, list[Upload]] = {}
        self._header = (bytearray(), bytearray())
        self._disposition = b""
        self._file: IO[bytes] | None = None
        self._size = 0
        self._pending: list[tuple[IO[bytes], bytes]] = []
        self.waiting = 0
        self._complete = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin_part,
                    "on_header_field": self._add_name,
                    "on_header_value": self._add_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._open,
                    "on_part_data": self._add_data,
                    "on_part_end": self._end_part,
                    "on_end": self._end,
                },
            )
        except FormParserError as error:
            raise malformed(error) from error

    def feed(self, piece: bytes) -> None:
        """Parse a piece of the body.

        Parameters
        ----------
        piece : bytes
            The next piece.

        Raises
        ------
        ProblemError
            If the body is malformed, has unexpected parts or is too large.
        """
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise malformed(error) from error

    def write(self) -> None:
        """Write to disk what has been parsed."""
        for file, data in self._pending:
            file.write(data)
        self._pending.clear()
        self.waiting = 0

    def finish(self) -> list[Upload]:
        """Close the files.

        Returns
        -------
        list of Upload
            The files, in the order of the parts; of one part in the order of the form.

        Raises
        ------
        ProblemError
            If the body is incomplete.
        """
        if not self._complete:
            raise ProblemError(
                400, "upload", "the upload was cut off before its end: send it again"
            )
        if missing := [part for part in self._parts if part not in self._uploads]:
            told = f"{' and '.join(map(repr, missing))} is missing"
            raise refused_parts(told, self._parts, many=self._many)
        self._files.close()
        return [upload for part in self._parts for upload in self._uploads[part]]

    def _begin_part(self) -> None:
        self._disposition = b""
        if not self._many:
            self._size = 0

    def _add_name(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def _end_header(self) -> None:
        name, value = map(bytes, self._header)
        if name.lower() == b"content-disposition":
            self._disposition = value
        self._header = (bytearray(), bytearray())

    def _open(self) -> None:
        disposition = self._disposition.decode("latin-1")
        _, options = parse_options_header(disposition)
        part = options.get(b"name", b"").decode("utf-8", "replace")
        given = options.get(b"filename")
        name = coded_name(disposition) if given is None else given.decode("utf-8", "replace")
        if part in self._field_names:
            self._field = part, shown_name(name) if name else "", bytearray()
            return
        before = len(self._uploads.get(part, ()))
        most = MOST_FILES if self._many else 1
        if part not in self._parts or before >= most or name is None:
            raise refused_parts(f"unexpected part {part!r}", self._parts, many=self._many)
        place = self._folder / f"{part}{before or ''}"
        place.mkdir()
        upload = Upload(shown_name(name), place / safe_name(name))
        self._uploads.setdefault(part, []).append(upload)
        self._file = self._files.enter_context(upload.path.open("wb"))

    def _add_data(self, data: bytes, start: int, end: int) -> None:
        if self._field is not None:
            name, _, content = self._field
            content += data[start:end]
            if sum(len(one.content) for one in self.fields) + len(content) > FIELD_BYTES:
                raise ProblemError(
                    413,
                    "too-large",
                    f"the fields up to {name!r} have more than {FIELD_BYTES} bytes",
                )
            return
        self._size += end - start
        if self._size > self._limit:
            raise too_large(self._limit)
        assert self._file is not None  # a part's headers come before its data
        self._pending.append((self._file, data[start:end]))
        self.waiting += end - start

    def _end_part(self) -> None:
        if self._field is not None:
            name, filename, content = self._field
            self.fields.append(TextField(name, filename, bytes(content)))
            self._field = None

    def _end(self) -> None:
        self._complete = True
