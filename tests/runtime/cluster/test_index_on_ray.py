"""``samesong index --ray`` on a real cluster of two nodes: the same catalog, whatever dies."""

import json
import os
import re
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

from indexed_songs import N_SONGS, Rows, content, heard, write_model, write_songs
from local_s3 import CREDENTIALS, make_bucket, running_s3
from ray_cluster import RATE, TwoNodes, ended, run, started, tune

from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.verify import verify
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.files.discovery import find_audio
from samesong.runtime.indexing.indexer import Indexer
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.storage.objects import Objects

LOOK_AGAIN = Event()  # is never set: other processes say nothing when they begin
FIRST_GROUP = 16  # tracks that one commit puts into a new catalog


Index = Callable[..., list[object]]


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_songs(tmp_path_factory.mktemp("indexed") / "songs")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> ModelBundle:
    return ModelBundle.load(write_model(tmp_path_factory.mktemp("model") / "bundle"))


@pytest.fixture(scope="module")
def index(bundle: ModelBundle) -> Index:
    """Return what makes the arguments of a command."""

    def index(catalog: object, songs: object, address: str | None, *more: object) -> list[object]:
        on = [] if address is None else ["--ray", address]
        return ["index", catalog, songs, "--model", bundle.path, "-v", "--json", *on, *more]

    return index


def until(process: subprocess.Popen[str], n_files: int) -> None:
    """Wait until so many files are done."""
    assert process.stderr is not None
    pattern = re.compile(rf"\[{n_files}/\d+")
    assert any(pattern.match(line) for line in process.stderr)


@pytest.fixture(scope="module")
def expected(
    tmp_path_factory: pytest.TempPathFactory, songs: Path, bundle: ModelBundle, index: Index
) -> Rows:
    """What is in a catalog that was made without Ray."""
    catalog = tmp_path_factory.mktemp("local") / "catalog"
    run(*index(catalog, songs, None), code=1)
    rows = content(Catalog(catalog, bundle))
    assert heard(rows) == {
        "05.flac": ["05.wav"],
        "06.flac": ["06.ogg"],
        "06.ogg": ["06.flac"],
        "07.flac": ["07-faster.flac"],
        "07-faster.flac": ["07.flac"],
    }
    return rows


@pytest.fixture
def is_whole(expected: Rows, bundle: ModelBundle) -> Callable[[Path], None]:
    """Check that everything is in a catalog once."""

    def check(catalog: Path) -> None:
        found = Catalog(catalog, bundle)
        rows = content(found)
        assert [fields for fields, _ in rows] == [fields for fields, _ in expected]
        for (_, values), (_, others) in zip(rows, expected, strict=True):
            # A process that has one core adds up in another order, and what is kept as bytes may
            # then be the next ones.
            assert values == pytest.approx(others, abs=0.02)
        verified = verify(found)
        assert (verified.n_tracks, verified.problems) == (N_SONGS, [])

    return check


def test_the_catalog_is_the_one_made_without_ray(
    cluster: TwoNodes, index: Index, songs: Path, is_whole: Any, tmp_path: Path
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


def test_a_worker_is_killed(
    cluster: TwoNodes, index: Index, songs: Path, is_whole: Any, tmp_path: Path
) -> None:
    with started(*index(tmp_path / "catalog", songs, cluster.address)) as process:
        until(process, 3)
        kill_one(cluster, process, set())
        stdout, _ = ended(process, code=1)
    assert [one["status"] for one in json.loads(stdout)["files"]].count("failed") == 1
    is_whole(tmp_path / "catalog")


def at_work(
    cluster: TwoNodes, process: subprocess.Popen[str], killed: set[int], *tasks: str
) -> set[int]:
    """Wait until workers are at such tasks of a command, and return them."""
    while not (found := set(cluster.workers(*tasks)) - killed):
        assert process.poll() is None, process.communicate()
        LOOK_AGAIN.wait(0.02)
    return found


def kill_one(
    cluster: TwoNodes,
    process: subprocess.Popen[str],
    killed: set[int],
    tasks: tuple[str, ...] = ("read", "analyse"),
) -> None:
    """Wait until a worker is at a file, or at such a task, and kill it."""
    found = at_work(cluster, process, killed, *tasks)
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    killed |= found


@pytest.mark.slow
def test_a_file_that_kills_its_workers_fails_alone(
    cluster: TwoNodes, index: Index, tmp_path: Path
) -> None:
    soundfile.write(tmp_path / "long.flac", tune(1, 1200.0), RATE)
    killed: set[int] = set()
    with started(*index(tmp_path / "catalog", tmp_path / "long.flac", cluster.address)) as process:
        for _ in range(3):  # of one task: what was killed while it read would not count
            kill_one(cluster, process, killed, ("analyse",))
        _, stderr = ended(process, code=2)
    assert f"'{tmp_path / 'long.flac'}' ended the worker that read it 3 times" in stderr


def test_the_driver_is_killed_and_started_again(
    cluster: TwoNodes, index: Index, songs: Path, is_whole: Any, tmp_path: Path
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


@pytest.fixture
def unheard(tmp_path: Path, songs: Path, bundle: ModelBundle) -> Path:
    """Return a catalog in which other recordings were not looked for."""
    catalog = tmp_path / "catalog"
    with CatalogWriter(catalog, bundle) as writer:
        indexer = Indexer(writer, Analyser(bundle, threads=1), by_ear=False)
        indexer.index(find_audio([str(songs)]).files)
    return catalog


@pytest.mark.slow
def test_a_worker_and_the_driver_are_killed_while_other_recordings_are_found(
    cluster: TwoNodes, index: Index, songs: Path, is_whole: Any, unheard: Path
) -> None:
    killed: set[int] = set()
    with started(*index(unheard, songs, cluster.address)) as process:
        kill_one(cluster, process, killed, ("hear",))
        at_work(cluster, process, killed, "hear")
        process.kill()
        process.wait()
    run(*index(unheard, songs, cluster.address), code=1)
    is_whole(unheard)


def test_workers_that_do_not_see_the_catalog(
    cluster: TwoNodes, songs: Path, index: Index, is_whole: Any, tmp_path: Path
) -> None:
    """It is on no shared disk: their folder is another one."""
    arguments = index("/proc/self/cwd/catalog", songs, cluster.address)
    with started(*arguments, cwd=tmp_path) as process:
        _, stderr = ended(process, code=1)
    assert "this process alone looks for other recordings by ear: the worker on" in stderr
    assert "give a path that all nodes have" in stderr
    is_whole(tmp_path / "catalog")


def test_object_storage(
    cluster: TwoNodes,
    songs: Path,
    index: Index,
    bundle: ModelBundle,
    expected: Rows,
) -> None:
    names = ("00.flac", "05.flac", "05.wav", "06.flac", "06.ogg")
    with running_s3() as port, pytest.MonkeyPatch.context() as patch:
        make_bucket(port, "bucket")
        given = {
            **{name.lower(): value for name, value in CREDENTIALS.items()},
            "endpoint": f"http://127.0.0.1:{port}",
        }
        given["allow_http"] = given.pop("aws_allow_http")
        # Nodes have no credentials of their own: they come with the job.
        options = [one for item in given.items() for one in ("--storage-option", "=".join(item))]
        for name, value in (CREDENTIALS | {"AWS_ENDPOINT_URL": given["endpoint"]}).items():
            patch.setenv(name, value)
        for name in names:
            Objects("s3://bucket/music").write(name, (songs / name).read_bytes())
        arguments = index("s3://bucket/catalog", "s3://bucket/music", cluster.address, *options)
        stdout, stderr = run(*arguments)
        found = heard(content(Catalog("s3://bucket/catalog", bundle)))
    files = json.loads(stdout)["files"]
    assert [(file["path"], file["status"]) for file in files] == [
        (f"s3://bucket/music/{name}", "added") for name in names
    ]
    assert "this process alone" not in stderr
    assert found == {name: others for name, others in heard(expected).items() if name in names}


def test_files_are_isolated_in_workers(
    cluster: TwoNodes, index: Index, songs: Path, tmp_path: Path
) -> None:
    arguments = index(tmp_path / "catalog", songs / "00.flac", cluster.address, "--isolate")
    stdout, _ = run(*arguments)
    assert [file["status"] for file in json.loads(stdout)["files"]] == ["added"]


def test_another_version_on_a_node(
    cluster: TwoNodes, index: Index, songs: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other" / "samesong-9.9.9.dist-info"
    other.mkdir(parents=True)
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: samesong\nVersion: 9.9.9\n")
    for attempt in range(3):
        catalog = tmp_path / f"catalog{attempt}"
        cluster.do(f"add PYTHONPATH={other.parent}")
        with started(*index(catalog, songs, cluster.address)) as process:
            _, stderr = process.communicate()
        cluster.do("remove")
        if process.returncode == 2:
            break  # else the node left before it was asked: its agents were too slow
    assert re.search(r"samesong: the worker on .* has samesong 9\.9\.9, this process \d", stderr)
    assert not catalog.exists()


def test_a_gpu_that_is_not_there(
    cluster: TwoNodes, index: Index, songs: Path, tmp_path: Path
) -> None:
    arguments = index(tmp_path / "catalog", songs, cluster.address, "--device", "cuda")
    _, stderr = run(*arguments, code=2)
    assert "no node of the cluster offers a GPU" in stderr


# The last one: the node does not come back.
@pytest.mark.slow
def test_a_node_is_lost(
    cluster: TwoNodes, index: Index, songs: Path, is_whole: Any, tmp_path: Path
) -> None:
    with started(*index(tmp_path / "catalog", songs, cluster.address)) as process:
        until(process, 3)
        cluster.do("remove")
        stdout, _ = ended(process, code=1)
    assert [one["status"] for one in json.loads(stdout)["files"]].count("failed") == 1
    is_whole(tmp_path / "catalog")
