"""``samesong index --ray`` where there is no cluster."""

import subprocess
import sys
from pathlib import Path

import pytest
from ray._private import services

from samesong.features.errors import ClusterError
from samesong.runtime.cluster.connection import connected

sys.path.insert(0, str(Path(__file__).parent))

from ray_cluster import TINY_BUNDLE, run


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    song = tmp_path / "song.flac"
    song.touch()  # it is not read
    return ["index", str(tmp_path / "catalog"), str(song), "--model", str(TINY_BUNDLE), "--ray"]


def test_an_address_where_nothing_listens(arguments: list[str], tmp_path: Path) -> None:
    _, stderr = run(*arguments, "127.0.0.1:1", code=2)
    assert stderr.startswith("samesong: no Ray cluster at '127.0.0.1:1' (no answer within 10 s)")
    assert "ray start --head" in stderr
    assert not (tmp_path / "catalog").exists()


def test_a_cluster_of_this_machine_that_has_died(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ray").mkdir()
    (tmp_path / "ray" / "ray_current_cluster").write_text("127.0.0.1:1")
    monkeypatch.setenv("RAY_TMPDIR", str(tmp_path))
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setattr(services, "find_gcs_addresses", set)  # those of other tests
    dead = r"no Ray cluster at '127.0.0.1:1' \(no answer within 10 s\): start one"
    with pytest.raises(ClusterError, match=dead), connected("auto"):
        pass
    (tmp_path / "ray" / "ray_current_cluster").unlink()
    none = "no Ray cluster on this machine .*: start one with 'ray start --head'"
    with pytest.raises(ClusterError, match=none), connected("auto"):
        pass


def test_what_is_no_address(arguments: list[str], tmp_path: Path) -> None:
    _, stderr = run(*arguments, tmp_path, code=2)
    assert "is no address of a Ray cluster" in stderr


def test_ray_is_not_installed(arguments: list[str]) -> None:
    code = "import sys; sys.modules['ray'] = None; from samesong.runtime.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments, "auto"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "--ray needs 'ray': run pip install '.[cluster]' in a clone" in done.stderr
