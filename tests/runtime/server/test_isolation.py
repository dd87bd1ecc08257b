"""The server reads what strangers upload in workers: none of it takes the server along."""

import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
import soundfile

from samesong import CatalogWriter, ModelBundle
from samesong.runtime.catalog.leftovers import note_catalog
from samesong.runtime.server.library import Library


def resident(pid: int) -> int:
    """Return the most memory that a process has held so far, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


@pytest.mark.parametrize("route", ["/v1/identify", "/v1/tracks", "/v1/setlist"])
def test_headers_that_claim_the_impossible_are_refused(
    server: Any, hostile: Path, route: str
) -> None:
    before = resident(os.getpid())
    for name in ("1 Hz.wav", "2147483647 Hz.wav", "65535 channels.wav"):
        answer = server.send(route, hostile / name)
        assert (answer.status_code, answer.json()["code"]) == (422, "not-audio")
        assert name in answer.json()["detail"]
        assert "/" not in answer.json()["detail"]
    assert resident(os.getpid()) - before < 2**28
    assert server.client.get("/v1/health").json()["status"] == "ok"
    assert server.leftovers() == []


def test_whatever_a_decoder_raises_is_no_defect(server: Any, hostile: Path) -> None:
    for path in hostile.glob("* *.m4a"):
        answer = server.send("/v1/identify", path)
        assert answer.status_code == 200 or answer.json()["code"] != "defect"


def test_workers_that_die_are_replaced(server: Any, music: Path) -> None:
    song = music / "Song 1.flac"
    assert server.send("/v1/identify", song).json()["matches"][0]["title"] == "Song 1"
    workers = server.service.workers
    pids = workers.pids
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert server.send("/v1/identify", song).json()["matches"][0]["title"] == "Song 1"
    assert not set(pids) & set(workers.pids)


@pytest.fixture
def uploads(tmp_path: Path, catalog: Path) -> Path:
    """Return a folder of uploads with one that was cut off, and one of somebody else."""
    with CatalogWriter(catalog) as writer:
        identity = writer.identity
    for name in ("0123456789abcdef", "music"):
        (tmp_path / "uploads" / name).mkdir(parents=True)
        (tmp_path / "uploads" / name / "song.flac").write_bytes(b"sound")
    note_catalog(tmp_path / "uploads" / "0123456789abcdef", identity)
    return tmp_path / "uploads"


def test_uploads_that_were_cut_off_are_gone_after_the_next_start(
    catalog: Path, uploads: Path, bundle: ModelBundle
) -> None:
    shutil.copytree(uploads, catalog / "audio")
    unfinished = catalog / "tracks.lance" / "_versions" / ".tmpmEh9Hl"
    unfinished.write_bytes(b"half")
    with CatalogWriter(catalog):  # nothing is known to be left while another process writes
        unfinished.write_bytes(b"half")
        Library(str(catalog), bundle, audio_folder=uploads)
        assert unfinished.exists()
        assert len(list(uploads.iterdir())) == 2
    Library(str(catalog), bundle, audio_folder=uploads)
    assert not unfinished.exists()
    for folder in (uploads, catalog / "audio"):
        assert [path.name for path in folder.iterdir()] == ["music"]


def test_an_upload_goes_with_its_track_whoever_removes_it(
    serve: Any, catalog: Path, song: Any, tmp_path: Path, bundle: ModelBundle
) -> None:
    new = tmp_path / "new.flac"
    soundfile.write(new, song(9, 2.0), 22_050)
    own = serve(catalog)
    track_id = own.send("/v1/tracks", new).json()["track_id"]
    kept = catalog / "audio" / track_id
    assert (kept / "new.flac").exists()
    with CatalogWriter(catalog, bundle) as writer:
        others = [track.track_id for track in writer.tracks() if track.track_id != track_id]
        writer.remove([track_id, others[0]])
    assert not kept.exists()
