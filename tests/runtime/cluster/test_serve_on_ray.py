"""``samesong serve --ray`` on a real cluster of two nodes: the same answers, whatever dies."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import soundfile

sys.path.insert(0, str(Path(__file__).parent))

from ray_cluster import RATE, TINY_BUNDLE, TwoNodes, ended, run, started, tune
from ray_server import N_SONGS, SHARDS, Served, serve, serving

from samesong import Catalog, Identifier, ModelBundle
from samesong.runtime import cli
from samesong.runtime.cluster.job import Job, misfit, python_version


@pytest.fixture(scope="module")
def served(cluster: TwoNodes, catalog: Path) -> Iterator[Served]:
    with serving(catalog, cluster.address) as found:
        yield found
    assert cluster.workers("ServeReplica", "find_on_worker") == []


def local_matches(catalog: Path, recording: Path) -> list[dict[str, Any]]:
    bundle = ModelBundle.load(TINY_BUNDLE)
    ranking = Identifier(bundle, Catalog(catalog, bundle)).identify(recording)
    return [match.to_dict() for match in ranking.matches]


def test_the_answer_is_that_of_one_machine(served: Served, live: Path) -> None:
    found, expected = served.identify(live)["matches"], local_matches(served.catalog, live)
    assert len(expected) == N_SONGS
    for one, other in zip(found, expected, strict=True):
        assert one["track_id"] == other["track_id"]
        assert one["probability"] == pytest.approx(other["probability"], abs=1e-6)
        assert one["key_shift"] == other["key_shift"]


def test_health_and_metrics_tell_of_every_shard(served: Served) -> None:
    shards = served.all_shards()
    assert [one["number"] for one in shards] == list(range(SHARDS))
    assert sum(one["n_windows"] for one in shards) == Catalog(served.catalog).n_windows
    metrics = served.client.get("/metrics").text
    for one in shards:
        assert f'samesong_shard_windows{{shard="{one["number"]}"}} {one["n_windows"]}.0' in metrics
        assert f'samesong_shard_replicas{{shard="{one["number"]}"}} ' in metrics


def test_a_lost_replica_costs_no_request(served: Served, cluster: TwoNodes, live: Path) -> None:
    expected = [one["track_id"] for one in served.identify(live)["matches"]]
    with ThreadPoolExecutor(2) as clients:
        asked = [clients.submit(served.identify, live) for _ in range(8)]
        asked[0].result()  # the others are on their way
        killed = cluster.workers("ServeReplica")
        assert len(killed) == SHARDS
        for pid in killed:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        answers = [one.result() for one in asked]
    for answer in answers:
        assert [one["track_id"] for one in answer["matches"]] == expected
    served.all_shards()
    assert not set(cluster.workers("ServeReplica")) & set(killed)


def test_a_new_version_is_taken_over_without_a_pause(
    served: Served, live: Path, tmp_path: Path
) -> None:
    def found() -> set[str]:
        return {Path(one["path"]).name for one in served.identify(live)["matches"]}

    before = found()
    soundfile.write(tmp_path / "new.flac", tune(N_SONGS, 16.0), RATE)
    with started("index", served.catalog, tmp_path / "new.flac", "--model", TINY_BUNDLE) as process:
        while process.poll() is None:
            assert found() in (before, before | {"new.flac"})
    while found() != before | {"new.flac"}:
        pass
    run("catalog", "optimize", served.catalog)
    assert found() == before | {"new.flac"}
    [new] = [one for one in Catalog(served.catalog).tracks() if one.path.endswith("new.flac")]
    run("catalog", "remove", served.catalog, new.track_id)
    while found() != before:
        pass
    assert [one["track_id"] for one in served.identify(live)["matches"]] == [
        one["track_id"] for one in local_matches(served.catalog, live)
    ]


def test_more_shards_than_tracks(catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(list(map(str, serve(catalog, "auto", "--shards", 99)))) == 2
    assert capsys.readouterr().err == (
        f"samesong: --shards 99 is more than the {N_SONGS} tracks of {catalog}: ask for fewer\n"
    )


def test_more_shards_than_cores(cluster: TwoNodes, catalog: Path) -> None:
    _, stderr = run(*serve(catalog, cluster.address, "--shards", 3), code=2)
    assert stderr.startswith("samesong: --shards 3 needs 3 cores, and the cluster offers 2")


def test_a_path_that_nodes_do_not_see(cluster: TwoNodes, catalog: Path) -> None:
    seen_here = Path("/proc/self/cwd") / catalog.name
    with started(*serve(seen_here, cluster.address), cwd=catalog.parent) as process:
        _, stderr = ended(process, code=2)
    problem = rf"cannot read the catalog \(no catalog at {seen_here}.*\): give a path that all"
    assert re.fullmatch(rf"samesong: the worker on .* {problem} nodes have, .*\n", stderr)


@pytest.mark.parametrize("replicas", ["0", "4-1", "1-", "two", "1.5", "-1"])
def test_what_is_no_number_of_replicas(replicas: str, catalog: Path) -> None:
    _, stderr = run(*serve(catalog, "auto", f"--replicas={replicas}"), code=2)
    assert f"{replicas!r} is no number of replicas: give one from 1 on, such as 2, or a" in stderr


def test_more_replicas_than_cores(cluster: TwoNodes, catalog: Path) -> None:
    more = ("--shards", 2, "--replicas", "3-4")
    _, stderr = run(*serve(catalog, cluster.address, *more), code=2)
    assert stderr == (
        "samesong: --shards 2 with --replicas 3 needs 6 cores, and the cluster offers 2: add "
        "nodes, or ask for fewer shards\n"
    )


def test_an_address_where_nothing_listens(catalog: Path) -> None:
    _, stderr = run(*serve(catalog, "127.0.0.1:1"), code=2)
    assert stderr.startswith("samesong: no Ray cluster at '127.0.0.1:1' (no answer within 10 s)")


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("ray://127.0.0.1:1", "samesong serves from a node of the cluster, not from outside"),
        ("nowhere", "is no address of a Ray cluster"),
    ],
)
def test_addresses_that_are_not_of_a_node(
    catalog: Path, address: str, problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(list(map(str, serve(catalog, address)))) == 2
    assert problem in capsys.readouterr().err


def test_shards_without_a_cluster(catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["serve", str(catalog), "--shards", "2"]) == 2
    assert "--shards is for a cluster: give --ray as well" in capsys.readouterr().err


@pytest.mark.parametrize("module", ["ray", "grpc_reflection"])
def test_the_extra_is_not_installed(catalog: Path, module: str) -> None:
    code = f"import sys; sys.modules[{module!r}] = None\n"
    code += "from samesong.runtime.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, serve(catalog, "auto"))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"samesong: --ray needs '{module}")
    assert "run pip install '.[cluster]' in a clone" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_node_that_does_not_see_the_catalog(catalog: Path, tmp_path: Path) -> None:
    bundle = ModelBundle.load(TINY_BUNDLE)

    def job(location: Path, identity: str) -> Job:
        return Job(
            python=python_version(),
            samesong=version("samesong"),
            model=str(TINY_BUNDLE),
            fingerprint=bundle.fingerprint,
            catalog=str(location),
            identity=identity,
        )

    identity = Catalog(catalog).identity
    assert misfit(job(catalog, identity)) is None
    unseen = misfit(job(tmp_path / "elsewhere", identity))
    assert unseen is not None
    assert unseen.startswith(f"cannot read the catalog (no catalog at {tmp_path / 'elsewhere'}")
    assert "give a path that all nodes have" in unseen
    other = misfit(job(catalog, "another"))
    assert other is not None
    assert other.startswith(f"has another catalog at {catalog}")
