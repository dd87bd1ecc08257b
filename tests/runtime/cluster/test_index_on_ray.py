"""``samesong index --ray`` on a real cluster of two nodes: the same catalog, whatever dies."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import soundfile

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))
sys.path.insert(0, str(Path(__file__).parent))

from local_s3 import CREDENTIALS, make_bucket, running_s3
from ray_cluster import RATE, TINY_BUNDLE, TwoNodes, ended, run, started, tune

from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.storage.objects import Objects

LOOK_AGAIN = Event()  # is never set: other processes say nothing when they begin
N_SONGS = 20
FIRST_GROUP = 16  # tracks that one commit puts into a new catalog


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of songs, a copy of one, and a broken file."""
    folder = tmp_path_factory.mktemp("songs")
    for seed in range(N_SONGS):
        soundfile.write(folder / f"{seed:02}.flac", tune(seed, 16.0), RATE)
    shutil.copy(folder / "03.flac", folder / "copy.flac")
    (folder / "broken.flac").write_bytes(b"fLaC and nothing else")
    return folder


def until(process: subprocess.Popen[str], n_files: int) -> None:
    """Wait until so many files are done."""
    assert process.stderr is not None
    pattern = re.compile(rf"\[{n_files}/\d+")
    assert any(pattern.match(line) for line in process.stderr)


def index(catalog: Path, songs: object, address: str | None, *more: object) -> list[object]:
    on = [] if address is None else ["--ray", address]
    return ["index", catalog, songs, "--model", TINY_BUNDLE, "-v", "--json", *on, *more]


Rows = list[tuple[dict[str, Any], list[bytes]]]


def content(folder: Path) -> Rows:
    """Every track of a catalog but for times, and its windows bit by bit."""
    catalog = Catalog(folder, ModelBundle.load(TINY_BUNDLE))
    times = ("added", "listened")
    return [
        (
            {name: value for name, value in vars(track).items() if name not in times},
            [
                b"".join(
                    level.tobytes() for level in (*one.window.sequences.levels, one.window.chroma)
                )
                for one in catalog.windows(track.track_id)
            ],
        )
        for track in sorted(catalog.tracks(), key=lambda track: track.path)
    ]


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, songs: Path) -> Rows:
    """What is in a catalog that was made without Ray."""
    catalog = tmp_path_factory.mktemp("local") / "catalog"
    run(*index(catalog, songs, None), code=1)
    return content(catalog)


@pytest.fixture
def is_whole(expected: Rows) -> Callable[[Path], None]:
    """Check that everything is in a catalog once."""

    def check(catalog: Path) -> None:
        assert content(catalog) == expected
        verified = json.loads(run("catalog", "verify", catalog, "--json")[0])
        assert (verified["n_tracks"], verified["problems"]) == (N_SONGS, [])

    return check


def test_the_catalog_is_the_one_made_without_ray(
    cluster: TwoNodes, songs: Path, is_whole: Any, tmp_path: Path
) -> None:
    stdout, stderr = run(*index(tmp_path / "catalog", songs, cluster.address), code=1)
    report = json.loads(stdout)
    statuses = [file["status"] for file in report["files"]]
    assert [statuses.count(one) for one in ("added", "duplicate", "failed")] == [N_SONGS, 1, 1]
    *_, complaint = stderr.splitlines()
    assert complaint.startswith(f"samesong: '{songs / 'broken.flac'}' is not audio")
    # Nothing of Ray's is among it.
    assert all(re.match(r"\[\d+/\d+|samesong: ", line) for line in stderr.splitlines())
    is_whole(tmp_path / "catalog")


def test_a_worker_is_killed(cluster: TwoNodes, songs: Path, is_whole: Any, tmp_path: Path) -> None:
    with started(*index(tmp_path / "catalog", songs, cluster.address)) as process:
        until(process, 3)
        kill_one(cluster, set())
        stdout, _ = ended(process, code=1)
    assert [one["status"] for one in json.loads(stdout)["files"]].count("failed") == 1
    is_whole(tmp_path / "catalog")


def kill_one(cluster: TwoNodes, killed: set[int]) -> None:
    """Wait until a worker is at a file, and kill it."""
    while not (found := set(cluster.workers("read", "analyse")) - killed):
        LOOK_AGAIN.wait(0.02)
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    killed |= found


def test_a_file_that_kills_its_workers_fails_alone(cluster: TwoNodes, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "long.flac", tune(1, 1200.0), RATE)
    killed: set[int] = set()
    with started(*index(tmp_path / "catalog", tmp_path / "long.flac", cluster.address)) as process:
        for _ in range(3):
            kill_one(cluster, killed)
        _, stderr = ended(process, code=2)
    assert f"'{tmp_path / 'long.flac'}' ended the worker that read it 3 times" in stderr


def test_a_node_is_lost(cluster: TwoNodes, songs: Path, is_whole: Any, tmp_path: Path) -> None:
    with started(*index(tmp_path / "catalog", songs, cluster.address)) as process:
        until(process, 3)
        cluster.do("remove")
        stdout, _ = ended(process, code=1)
    cluster.do("add")
    assert [one["status"] for one in json.loads(stdout)["files"]].count("failed") == 1
    is_whole(tmp_path / "catalog")


def test_the_driver_is_killed_and_started_again(
    cluster: TwoNodes, songs: Path, is_whole: Any, tmp_path: Path
) -> None:
    catalog = tmp_path / "catalog"
    with started(*index(catalog, songs, cluster.address)) as process:
        until(process, FIRST_GROUP + 3)
        process.kill()
        process.wait()
    n_kept = len(Catalog(catalog).tracks())
    assert n_kept >= FIRST_GROUP - 1  # less the broken file, which counts as a done one
    stdout, _ = run(*index(catalog, songs, cluster.address), code=1)
    statuses = [one["status"] for one in json.loads(stdout)["files"]]
    assert (statuses.count("present"), statuses.count("added")) == (n_kept, N_SONGS - n_kept)
    is_whole(catalog)


def test_recordings_in_object_storage(
    cluster: TwoNodes, songs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_s3() as port:
        make_bucket(port, "bucket")
        given = {
            **{name.lower(): value for name, value in CREDENTIALS.items()},
            "endpoint": f"http://127.0.0.1:{port}",
        }
        given["allow_http"] = given.pop("aws_allow_http")
        with monkeypatch.context() as patch:
            for name, value in (CREDENTIALS | {"AWS_ENDPOINT_URL": given["endpoint"]}).items():
                patch.setenv(name, value)
            for name in ("00.flac", "01.flac"):
                Objects("s3://bucket/music").write(name, (songs / name).read_bytes())
        # Nodes have no credentials of their own: they come with the job.
        options = [one for item in given.items() for one in ("--storage-option", "=".join(item))]
        arguments = index(tmp_path / "catalog", "s3://bucket/music", cluster.address, *options)
        stdout, _ = run(*arguments)
    files = json.loads(stdout)["files"]
    assert [(file["path"], file["status"]) for file in files] == [
        ("s3://bucket/music/00.flac", "added"),
        ("s3://bucket/music/01.flac", "added"),
    ]


def test_files_are_isolated_in_workers(cluster: TwoNodes, songs: Path, tmp_path: Path) -> None:
    arguments = index(tmp_path / "catalog", songs / "00.flac", cluster.address, "--isolate")
    stdout, _ = run(*arguments)
    assert [file["status"] for file in json.loads(stdout)["files"]] == ["added"]


def test_another_version_on_a_node(cluster: TwoNodes, songs: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "samesong-9.9.9.dist-info"
    other.mkdir(parents=True)
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: samesong\nVersion: 9.9.9\n")
    for attempt in range(3):
        catalog = tmp_path / f"catalog{attempt}"
        cluster.do(f"add PYTHONPATH={other.parent}")
        with started(*index(catalog, songs, cluster.address)) as process:
            _, stderr = process.communicate(timeout=300)
        cluster.do("remove")
        if process.returncode == 2:
            break  # else the node left before it was asked: its agents were too slow
    assert re.search(r"samesong: the worker on .* has samesong 9\.9\.9, this process \d", stderr)
    assert not catalog.exists()


def test_a_gpu_that_is_not_there(cluster: TwoNodes, songs: Path, tmp_path: Path) -> None:
    arguments = index(tmp_path / "catalog", songs, cluster.address, "--device", "cuda")
    _, stderr = run(*arguments, code=2)
    assert "no node of the cluster offers a GPU" in stderr


def test_an_address_where_nothing_listens(songs: Path, tmp_path: Path) -> None:
    _, stderr = run(*index(tmp_path / "catalog", songs, "127.0.0.1:1"), code=2)
    assert stderr.startswith("samesong: no Ray cluster at '127.0.0.1:1' (no answer within 10 s)")
    assert "ray start --head" in stderr
    assert not (tmp_path / "catalog").exists()


def test_what_is_no_address(songs: Path, tmp_path: Path) -> None:
    _, stderr = run("index", tmp_path / "catalog", "--ray", songs, code=2)
    assert "is no address of a Ray cluster" in stderr


def test_ray_is_not_installed(songs: Path, tmp_path: Path) -> None:
    code = "import sys; sys.modules['ray'] = None; from samesong.runtime.cli import main; main()"
    arguments = [str(one) for one in index(tmp_path / "catalog", songs, "auto")]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )
    assert "--ray needs 'ray': run pip install '.[cluster]' in a clone" in done.stderr
