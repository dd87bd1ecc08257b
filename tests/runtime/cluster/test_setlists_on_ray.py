"""Set lists of ``samesong serve --ray`` are made on the cluster: the same lists, whatever dies."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

sys.path.insert(0, str(Path(__file__).parent))

from ray_cluster import RATE, TINY_BUNDLE, TwoNodes, tune
from ray_server import LOOK_AGAIN, Served, serving

from samesong import Catalog, ModelBundle, SetlistFinder
from samesong.features.errors import ClusterError
from samesong.runtime.catalog.repertoire import Repertoire
from samesong.runtime.setlist.concert_job import ConcertJob

TASK = "find_on_worker"


@pytest.fixture(scope="module")
def served(cluster: TwoNodes, catalog: Path) -> Iterator[Served]:
    with serving(catalog, cluster.address, "--max-concert-minutes", 8.5) as found:
        yield found
    assert cluster.workers("ServeReplica", TASK) == []


@pytest.fixture(scope="module")
def concert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a concert of eight minutes, which takes a while."""
    path = tmp_path_factory.mktemp("concert") / "concert.wav"
    mono = np.concatenate([tune(seed, 80.0) for seed in range(6)])
    soundfile.write(path, np.stack([mono, mono], axis=1), RATE, subtype="FLOAT")
    assert path.stat().st_size > 2**26  # so that it is sent in pieces
    return path


@pytest.fixture(scope="module")
def expected(catalog: Path, concert: Path) -> dict[str, Any]:
    """Return the list that is made without Ray."""
    bundle = ModelBundle.load(TINY_BUNDLE)
    return SetlistFinder(bundle, Catalog(catalog, bundle)).find(concert).to_dict()


def at_work(cluster: TwoNodes) -> list[int]:
    """Wait until a worker is at a set list."""
    while not (found := cluster.workers(TASK)):
        LOOK_AGAIN.wait(0.02)
    return found


def until_idle(cluster: TwoNodes) -> None:
    while cluster.workers(TASK):
        LOOK_AGAIN.wait(0.02)


def without_version(setlist: dict[str, Any]) -> dict[str, Any]:
    return {name: setlist[name] for name in ("duration", "songs", "interludes")}


def test_the_list_is_that_of_one_machine(
    served: Served, cluster: TwoNodes, concert: Path, expected: dict[str, Any]
) -> None:
    job = served.start_setlist(concert)
    at_work(cluster)
    shares, so_far = [0.0], None
    while (found := served.job(job))["state"] in {"queued", "running"}:
        shares.append(found["progress"])
        so_far = found["so_far"] or so_far
        LOOK_AGAIN.wait(0.02)
    assert found["state"] == "done", found["problem"]
    assert shares == sorted(shares)
    assert any(0 < share < 1 for share in shares)
    assert so_far is not None
    assert so_far["end"] < so_far["duration"]
    assert found["result"]["recording"] == "concert.wav"
    assert without_version(found["result"]) == without_version(expected)
    until_idle(cluster)


def test_another_worker_goes_on_where_one_is_lost(
    served: Served, cluster: TwoNodes, concert: Path, expected: dict[str, Any]
) -> None:
    job = served.start_setlist(concert)
    while not (so_far := served.job(job)["so_far"]):
        LOOK_AGAIN.wait(0.02)
    killed = at_work(cluster)
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    assert served.process.stderr is not None
    said = served.process.stderr.readline()
    assert said.startswith("samesong: the worker that found the songs of concert.wav was lost (")
    assert said.endswith("another goes on\n")
    assert set(at_work(cluster)).isdisjoint(killed)
    shares = []
    while (found := served.job(job))["state"] in {"queued", "running"}:
        shares.append(found["progress"])
        LOOK_AGAIN.wait(0.02)
    assert found["state"] == "done", found["problem"]
    assert min(shares) >= so_far["end"] / so_far["duration"] > 0
    assert without_version(found["result"]) == without_version(expected)
    until_idle(cluster)


def test_a_cancelled_job_ends_its_task(served: Served, cluster: TwoNodes, concert: Path) -> None:
    job = served.start_setlist(concert)
    at_work(cluster)
    assert served.client.delete(job).json()["state"] == "cancelled"
    until_idle(cluster)
    assert served.job(job)["result"] is None


def test_a_concert_that_is_longer_than_its_header_says(
    served: Served, cluster: TwoNodes, concert: Path, tmp_path: Path
) -> None:
    samples, _ = soundfile.read(concert, dtype="float32")
    soundfile.write(tmp_path / "long.flac", np.concatenate([samples, samples[: 120 * RATE]]), RATE)
    content = bytearray((tmp_path / "long.flac").read_bytes())
    content[22:26] = (60 * RATE).to_bytes(4, "big")  # its samples in all, as STREAMINFO has them
    (tmp_path / "long.flac").write_bytes(content)
    found = served.ended(served.start_setlist(tmp_path / "long.flac"))
    assert (found["state"], found["problem"]["code"]) == ("failed", "too-long")
    assert found["problem"]["detail"].startswith("long.flac lasts more than 8.5 minutes")
    until_idle(cluster)


def test_several_files_of_which_one_is_broken(served: Served, live: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.flac"
    head = live.read_bytes()[:10_000]
    broken.write_bytes(head + bytes(live.stat().st_size - len(head)))
    found = served.ended(served.start_setlist(live, broken))
    assert found["state"] == "done", found["problem"]
    assert [file["path"] for file in found["result"]["files"]] == ["live.flac", "broken.flac"]
    [warning] = found["warnings"]
    assert warning.startswith("nothing can be decoded from 'broken.flac'")
    kept = served.client.get(f"/v1/setlists/{found['id']}").json()
    assert [file["name"] for file in kept["files"]] == ["live.flac", "broken.flac"]
    peaks = served.client.get(f"/v1/setlists/{found['id']}/waveform").json()["peaks"]
    assert len(peaks) > 64


def test_silence_fails_with_the_name_of_the_client(served: Served, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "still.flac", np.zeros(40 * RATE, np.float32), RATE)
    found = served.ended(served.start_setlist(tmp_path / "still.flac"))
    assert (found["state"], found["problem"]["code"]) == ("failed", "silent")
    assert found["problem"]["detail"].startswith("still.flac is silent")


def test_songs_of_a_list(served: Served, live: Path) -> None:
    [track] = [one for one in Catalog(served.catalog).tracks() if one.path.endswith("2.flac")]
    with live.open("rb") as file:
        fields = {"among": ("list.txt", track.track_id)}
        answer = served.client.post("/v1/setlist", files={"audio": file, **fields})
    assert answer.status_code == 202, answer.text
    found = served.ended(answer.headers["location"])
    assert found["state"] == "done", found["problem"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Ray Serve's own code
def test_a_worker_without_room_for_the_recording(tmp_path: Path) -> None:
    from samesong.runtime.cluster.concert_task import SentFile, received

    full = tmp_path / "full"
    full.write_bytes(b"")  # no folder can be made below it, as none can on a full disk
    job = ConcertJob(Path("/sent"), (Path("/sent/audio/live.flac"),), Repertoire())
    with pytest.raises(ClusterError, match=r"cannot write .* to .*/full \(Not a directory\): make"):
        received(job, [SentFile(job.paths[0], ())], full)
