"""``samesong serve --ray`` where something does not fit, is lost, or is there twice."""

import os
import re
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))
sys.path.insert(0, str(Path(__file__).parent))

from local_s3 import CREDENTIALS, make_bucket, running_s3
from ray_cluster import TINY_BUNDLE, TwoNodes, run, started
from ray_server import LOOK_AGAIN, SHARDS, Served, serve, serving

CORES = 2
"""Of each node, as Ray counts them: room for the shards of two servers."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def other_version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that, on its path, makes a process believe that samesong is another."""
    folder = tmp_path_factory.mktemp("other")
    metadata = folder / "samesong-9.9.9.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: samesong\nVersion: 9.9.9\n")
    return folder


def test_two_servers_of_one_catalog_and_one_that_was_killed(
    cluster: TwoNodes, catalog: Path, live: Path
) -> None:
    arguments = serve(catalog, cluster.address, "--shards", SHARDS)
    with started(*arguments) as killed, serving(catalog, cluster.address) as other:
        assert killed.stdout is not None
        said = killed.stdout.readline()
        assert said, killed.communicate()[1]
        with httpx.Client(base_url=said.split()[3], timeout=None) as client:
            ones = Served(catalog, killed, client).identify(live)["matches"]
        assert ones == other.identify(live)["matches"]
        everyones = set(cluster.workers("ServeReplica"))
        assert len(everyones) == 2 * SHARDS
        _, stderr = run(*arguments, code=2)
        assert stderr == (
            "samesong: --shards 2 needs 2 cores, and 0 of 4 are free: end what uses the others, or "
            "add nodes\n"
        )
        killed.kill()
        killed.wait()
        # All cores are taken until those that the killed one left are ended.
        with serving(catalog, cluster.address) as third:
            assert third.identify(live)["matches"] == ones
            assert len(everyones & set(cluster.workers("ServeReplica"))) == SHARDS
        assert len(cluster.workers("ServeReplica")) == SHARDS
        assert other.identify(live)["matches"] == ones
    assert cluster.workers("ServeReplica") == []


def test_a_node_is_lost(cluster: TwoNodes, catalog: Path, live: Path) -> None:
    with serving(catalog, cluster.address, shards=2 * CORES) as served:
        expected = served.identify(live)["matches"]
        with ThreadPoolExecutor(2) as clients:
            asked = [clients.submit(served.identify, live) for _ in range(6)]
            jobs = [served.start_setlist(live) for _ in range(2)]
            asked[0].result()  # the others are on their way
            cluster.do("remove")
            cluster.do("add")
            assert [one.result()["matches"] for one in asked] == [expected] * len(asked)
        assert [served.ended(job)["state"] for job in jobs] == ["done", "done"]


def test_a_catalog_in_object_storage(cluster: TwoNodes, live: Path, music: Path) -> None:
    with running_s3() as port:
        make_bucket(port, "bucket")
        given = {name.lower(): value for name, value in CREDENTIALS.items()}
        given |= {"endpoint": f"http://127.0.0.1:{port}", "allow_http": "true"}
        del given["aws_allow_http"]
        # Nodes have no credentials of their own: they come with the job.
        options = [one for item in given.items() for one in ("--storage-option", "=".join(item))]
        run("index", "s3://bucket/catalog", music, "--model", TINY_BUNDLE, *options)
        with serving("s3://bucket/catalog", cluster.address, *options) as served:
            found = served.identify(live)["matches"]
            assert found[0]["path"] == str(music / "2.flac")
            done = served.ended(served.start_setlist(live))
            assert done["state"] == "done", done["problem"]


def test_a_node_of_another_version(cluster: TwoNodes, catalog: Path, other_version: Path) -> None:
    for _ in range(3):
        cluster.do(f"add PYTHONPATH={other_version}")
        with started(*serve(catalog, cluster.address)) as process:
            _, stderr = process.communicate()
        cluster.do("remove")
        if process.returncode == 2:
            break  # else the node left before it was asked: its agents were too slow
    assert re.fullmatch(r"samesong: the worker on .* has samesong 9\.9\.9, this .*\n", stderr)


@pytest.fixture(scope="module")
def scaled(cluster: TwoNodes, catalog: Path) -> Iterator[Served]:
    """Return a server of one shard, of which there may be two replicas."""
    more = ("--replicas", "1-2", "--workers", 8)
    with serving(catalog, cluster.address, *more, shards=1) as found:
        yield found


def test_another_replica_comes_under_load(scaled: Served, cluster: TwoNodes, live: Path) -> None:
    expected = scaled.identify(live)["matches"]
    [first] = cluster.workers("ServeReplica")
    with ThreadPoolExecutor(8) as clients:
        os.kill(first, signal.SIGSTOP)  # as slow as can be: what it is asked waits
        try:
            asked = [clients.submit(scaled.identify, live) for _ in range(8)]
            while len(cluster.workers("ServeReplica")) < 2:
                LOOK_AGAIN.wait(0.1)
        finally:
            os.kill(first, signal.SIGCONT)
        assert [one.result()["matches"] for one in asked] == [expected] * len(asked)
    while [one["replicas"] for one in scaled.client.get("/v1/health").json()["shards"]] != [2]:
        LOOK_AGAIN.wait(0.1)


def test_a_node_of_another_version_that_joins_gets_no_set_lists(
    scaled: Served, cluster: TwoNodes, live: Path, other_version: Path
) -> None:
    cluster.do(f"add PYTHONPATH={other_version}")
    found = [scaled.ended(scaled.start_setlist(live)) for _ in range(3)]
    cluster.do("remove")
    assert [one["state"] for one in found] == ["done"] * 3, found
    assert scaled.process.stderr is not None
    said = scaled.process.stderr.readline()
    assert re.match(r"samesong: node \w+ gets no set lists: .* has samesong 9\.9\.9, this", said)
