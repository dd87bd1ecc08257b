"""A real S3 server on loopback, and a proxy before it that counts, delays and fails requests."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.request import Request, urlopen

# It ends with its parent, who holds the other end of its standard input.
_SERVER = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"""

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "any",
    "AWS_SECRET_ACCESS_KEY": "any",
    "AWS_REGION": "us-east-1",
    "AWS_ALLOW_HTTP": "true",
}
"""Environment variables that a client of the server needs, besides AWS_ENDPOINT_URL."""

CUT = 0
"""In place of a status: the connection is cut before the answer."""

_CODES = {403: "AccessDenied", 404: "NoSuchKey", 503: "SlowDown", 507: "InsufficientStorage"}

_FOR_EVER = re.compile(r"\.lance/data/|/outlines/[0-9a-f]{64}$")
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")

Fail = Callable[[str, str], int | None]
"""Takes a method and a path; returns the status to answer with, `CUT`, or None to let it pass."""


@contextmanager
def running_s3() -> Iterator[int]:
    """Run moto's S3 server, which has conditional writes, in a process of its own.

    Yields
    ------
    int
        Its port on 127.0.0.1.
    """
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None
        try:
            # Its first line is a remark of moto's.
            yield next(int(line) for line in server.stdout if line.strip().isdigit())
        finally:
            server.kill()


def make_bucket(port: int, name: str) -> None:
    """Make a bucket.

    Parameters
    ----------
    port : int
        Of the server.
    name : str
        The bucket's.
    """
    with urlopen(Request(f"http://127.0.0.1:{port}/{name}", method="PUT")):
        pass


class Proxy(ThreadingHTTPServer):
    """A proxy before an S3 server; a context manager that runs it.

    Parameters
    ----------
    port : int
        Of the server on 127.0.0.1.
    latency : float, optional
        Seconds by which each request is held up.
    keeps : bool, optional
        Whether it keeps files that never change, those of tables and indexes, and answers for them
        itself: moto takes 5 ms of a core for a request, which no store does.

    Attributes
    ----------
    seen : list of tuple of str
        Method and path of each request, in the order of their arrival.
    fail : callable
        A `Fail`; may be set at any time.
    """

    daemon_threads = True
    request_queue_size = 128  # clients open dozens of connections at once

    def __init__(self, port: int, latency: float = 0.0, *, keeps: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.keeps, self.kept = keeps, dict[str, tuple[list[tuple[str, str]], bytes]]()
        self.behind, self.latency = port, latency
        self.seen: list[tuple[str, str]] = []
        self.fail: Fail = lambda *_: None
        self._thread = Thread(target=self.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        """Address that clients are to use as AWS_ENDPOINT_URL."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> "Proxy":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Pass over clients that went away.

        Parameters
        ----------
        request, client_address : object
            Unused.
        """


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 2**16  # an answer leaves in one piece
    server: Proxy

    def setup(self) -> None:
        super().setup()
        self._behind = HTTPConnection("127.0.0.1", self.server.behind)

    def finish(self) -> None:
        self._behind.close()
        super().finish()

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append((self.command, self.path))
        time.sleep(self.server.latency)
        status = self.server.fail(self.command, self.path)
        if status == CUT and status is not None:
            self.close_connection = True
        elif status is not None:
            self._refuse(status)
        elif self.server.keeps and self.command == "GET" and _FOR_EVER.search(self.path):
            self._answer_from_kept()
        else:
            self._behind.request(self.command, self.path, body, dict(self.headers))
            answer = self._behind.getresponse()
            self._answer(answer.status, answer.getheaders(), answer.read())

    def _answer_from_kept(self) -> None:
        if self.path not in self.server.kept:
            asked = {name: value for name, value in self.headers.items() if name.lower() != "range"}
            self._behind.request("GET", self.path, None, asked)
            answer = self._behind.getresponse()
            self.server.kept[self.path] = answer.getheaders(), answer.read()
        headers, body = self.server.kept[self.path]
        span = _RANGE.fullmatch(self.headers.get("range", "bytes=0-"))
        first, last = span.groups() if span else ("0", "")
        begin = int(first) if first else len(body) - int(last)
        end = min(int(last) + 1, len(body)) if first and last else len(body)
        others = [(name, value) for name, value in headers if name.lower() != "content-length"]
        part = ("Content-Range", f"bytes {begin}-{end - 1}/{len(body)}")
        self._answer(
            206 if "range" in self.headers else 200,
            [*others, part, ("Content-Length", str(end - begin))],
            body[begin:end],
        )

    def _refuse(self, status: int) -> None:
        body = f"<Error><Code>{_CODES[status]}</Code></Error>".encode()
        self._answer(status, [("Content-Length", str(len(body)))], body)

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in {"connection", "transfer-encoding"}:
                self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = _pass_on  # noqa: N815  (http.server's names)
