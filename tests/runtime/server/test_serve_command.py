"""The server as a process: started, stopped in the middle of its work, and killed."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

import httpx
import numpy as np
import pytest
import soundfile

from samesong.runtime import cli
from samesong.runtime.server.invitation import invitation

SAMESONG = Path(sys.executable).with_name("samesong")
TINY_BUNDLE = Path(__file__).parents[2] / "data" / "tiny_bundle"
RATE = 22_050


@contextmanager
def running(catalog: Path, temporary: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a server on a free port, with a folder for temporary files; give its address."""
    temporary.mkdir(exist_ok=True)
    command = [SAMESONG, "serve", catalog, "--port", "0", "--model", TINY_BUNDLE]
    environment = {**os.environ, "TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            said = line(process.stdout)
            assert said.startswith("samesong is at http://127.0.0.1:"), process.communicate()[1]
            yield process, said.split()[3]
        finally:
            if process.poll() is None:
                process.kill()


def line(stream: IO[str] | None) -> str:
    assert stream is not None
    return stream.readline()


def left_in(temporary: Path) -> list[Path]:
    return list(temporary.iterdir())


def begin_set_list(url: str, tmp_path: Path, song: Any) -> None:
    """Have the server work on a recording that takes a while."""
    path = tmp_path / "long.wav"
    soundfile.write(path, np.tile(song(0, 30.0), 30), RATE, "PCM_U8")
    with path.open("rb") as file, httpx.Client(base_url=url, timeout=None) as client:
        location = client.post("/v1/setlist", files={"audio": file}).headers["location"]
        while client.get(location).json()["state"] == "queued":
            pass


def test_stopped_in_the_middle_of_a_job(indexed: Path, tmp_path: Path, song: Any) -> None:
    temporary = tmp_path / "temporary"
    with running(indexed, temporary) as (process, url):
        begin_set_list(url, tmp_path, song)
        assert any(temporary.rglob("long.wav"))
        process.terminate()
        said, complained = process.communicate()
    assert (process.returncode, said, complained) == (0, "stopped\n", "")
    assert left_in(temporary) == []


def test_what_a_killed_one_left_the_next_removes(indexed: Path, tmp_path: Path, song: Any) -> None:
    temporary = tmp_path / "temporary"
    with running(indexed, temporary) as (killed, url):
        begin_set_list(url, tmp_path, song)
        killed.kill()
    assert any(temporary.rglob("long.wav"))
    with running(indexed, temporary) as (process, _):
        (own,) = left_in(temporary)
        assert not any(own.rglob("long.wav"))
        process.send_signal(signal.SIGINT)
        said, complained = process.communicate()
    assert (process.returncode, said, complained) == (0, "stopped\n", "")
    assert left_in(temporary) == []


def test_stopped_in_the_middle_of_an_upload(indexed: Path, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    with running(indexed, temporary) as (process, url):
        where = httpx.URL(url)
        with socket.create_connection((where.host, where.port or 80)) as client:
            head = "POST /v1/identify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n"
            form = 'Content-Disposition: form-data; name="audio"; filename="a.wav"\r\n\r\n'
            kind = "Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n"
            client.sendall((head + kind + form + "RIFF" * 1000).encode())
            while not any(temporary.rglob("a.wav")):
                pass
            process.terminate()
            answer = b"".join(iter(partial(client.recv, 65_536), b"")).decode()
        said, complained = process.communicate()
    assert answer.startswith("HTTP/1.1 503 ")
    assert '"code":"stopping"' in answer
    assert (process.returncode, said) == (0, "stopped\n")
    assert "Traceback" not in complained
    assert left_in(temporary) == []


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert cli.main(["serve", *map(str, arguments), "--model", str(TINY_BUNDLE)]) == 2
    return capsys.readouterr().err


@pytest.mark.parametrize("token", ["short", "fifteen letters"])
def test_a_token_that_can_be_guessed(
    indexed: Path, capsys: pytest.CaptureFixture[str], token: str
) -> None:
    said = refused(capsys, indexed, "--host", "0.0.0.0", "--token", token)
    assert f"has {len(token)} characters, but needs 16" in said
    assert "leave it out" in said


def test_address_in_use(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(capsys, indexed, "--port", port)
    assert f"cannot listen on 127.0.0.1 port {port}" in said
    assert "--port" in said


def test_what_is_no_place_for_a_catalog(
    music: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(capsys, music, "--port", 0)
    assert f"{music} holds other things" in said
    assert "name a new or empty folder" in said
    (tmp_path / "file").touch()
    assert "is a file" in refused(capsys, tmp_path / "file", "--port", 0)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://192.168.0.7:80/", "http://192.168.0.7:80/#token=a%2Fb%20c"),
        ("http://[fe80::7]:8000/", "http://[fe80::7]:8000/#token=a%2Fb%20c"),
    ],
)
def test_the_address_for_phones_has_the_token(url: str, shown: str) -> None:
    assert invitation(url, "a/b c") == shown


def test_values_that_cannot_be(
    indexed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "nan" in refused(capsys, indexed, "--max-minutes", "nan")
    assert "ASCII" in refused(capsys, indexed, "--token", "\N{CHECK MARK}" * 16)
    blocked = tmp_path / "file"
    blocked.touch()
    said = refused(capsys, indexed, "--port", 0, "--audio-folder", blocked / "audio")
    assert f"cannot be kept in {blocked / 'audio'} (Not a directory)" in said
