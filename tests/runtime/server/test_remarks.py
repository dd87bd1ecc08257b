"""What is wrong with a recording that was sent: its sender is told, not the server's log alone."""

from pathlib import Path
from typing import Any

import pytest
import soundfile

RATE = 22_050
TOLD = "'cut off.flac': its header tells of 0:40, and 0:"


@pytest.fixture
def cut_off(tmp_path: Path, song: Any) -> Path:
    """Return a recording of which half the bytes are missing, as after a broken transfer."""
    path = tmp_path / "cut off.flac"
    soundfile.write(path, song(7, 40.0), RATE)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


@pytest.fixture
def wrapped(tmp_path: Path, song: Any) -> Path:
    """Return a recording whose header tells of less than there is."""
    path = tmp_path / "wrapped.wav"
    soundfile.write(path, song(8, 40.0), RATE)
    content = bytearray(path.read_bytes())
    size = content.index(b"data") + 4
    content[size : size + 4] = (20_000).to_bytes(4, "little")
    path.write_bytes(content)
    return path


@pytest.fixture
def own(catalog: Path, serve: Any) -> Any:
    """Return a server of a catalog that may be changed."""
    return serve(catalog)


def test_whoever_identifies_it_is_told(server: Any, cut_off: Path, wrapped: Path) -> None:
    (remark,) = server.send("/v1/identify", cut_off).json()["warnings"]
    assert remark.startswith(TOLD)
    assert remark.endswith("; if it is cut off, copy or download it again")
    (remark,) = server.send("/v1/identify", wrapped).json()["warnings"]
    said = "its header tells of 20,000 bytes of sound; there are 1,764,000"
    assert remark == f"'wrapped.wav': {said}"


def test_of_a_sound_recording_there_is_nothing_to_tell(server: Any, music: Path) -> None:
    assert server.send("/v1/identify", sorted(music.iterdir())[0]).json()["warnings"] == []


def test_the_answer_that_is_kept_tells_it(server: Any, cut_off: Path) -> None:
    path = server.send("/v1/answers", cut_off).headers["location"]
    while (kept := server.client.get(path).json())["state"] == "running":
        pass
    assert kept["result"]["warnings"][0].startswith(TOLD)


def test_whoever_adds_it_is_told(own: Any, cut_off: Path) -> None:
    added = own.send("/v1/tracks", cut_off)
    assert added.status_code == 201
    assert added.json()["warnings"][0].startswith(TOLD)


def test_a_set_list_keeps_the_remarks_on_each_file(
    own: Any, music: Path, cut_off: Path, wrapped: Path
) -> None:
    paths = [sorted(music.iterdir())[0], wrapped, cut_off]
    parts = [("audio", (path.name, path.read_bytes())) for path in paths]
    begun = own.client.post("/v1/setlist", files=parts)
    assert begun.status_code == 202, begun.text
    id_ = begun.json()["id"]
    while (job := own.client.get(f"/v1/jobs/{id_}").json())["state"] in {"queued", "running"}:
        pass
    assert job["state"] == "done", job
    kept = own.client.get(f"/v1/setlists/{id_}").json()["warnings"]
    assert [remark.split(":")[0] for remark in kept] == ["'wrapped.wav'", "'cut off.flac'"]
    assert job["warnings"] == kept
