"""How the driver of ``samesong index --ray`` waits for the workers of a cluster."""

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import ray

sys.path.insert(0, str(Path(__file__).parent))

from ray_cluster import TINY_BUNDLE, TwoNodes

from samesong.runtime.cli.cluster import ray_executor
from samesong.runtime.cluster.calls import AHEAD
from samesong.runtime.indexing.progress import Workload
from samesong.runtime.inference.bundle import ModelBundle

N_CORES = 2
WHILE = 300.0  # seconds: far more than a file takes


@contextmanager
def all_cores_busy(folder: Path) -> Iterator[None]:
    """Occupy each core of the cluster by a task that reads a pipe, until it is closed."""
    with ExitStack() as held:
        for number in range(N_CORES):
            pipe = folder / f"pipe{number}"
            os.mkfifo(pipe)
            ray.remote(num_cpus=1)(Path.read_bytes).remote(pipe)
            held.enter_context(pipe.open("wb"))  # which waits until the task is there
        yield


def test_a_file_that_was_read_is_no_news_while_no_worker_has_a_place_for_it(
    cluster: TwoNodes, music: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # workers look into it first, and a clone has metadata of its own
    files, bundle = sorted(music.iterdir()), ModelBundle.load(TINY_BUNDLE)
    as_they_are: Any = {"isolate": False, "channel": None, "stream": None}
    with ray_executor(
        cluster.address, str(TINY_BUNDLE), bundle, "cpu", files, **as_they_are
    ) as executor:
        contents, load = executor.contents(files), Workload(files)
        read: dict[Path, Any] = {}
        while len(read) < AHEAD * N_CORES:
            one = next(contents)
            if one is None:
                assert executor.finished(WHILE) == []  # it waits for the next file to be read
            else:
                read |= dict([one])
        assert executor.finished(WHILE) == []  # the one after these is read as well
        with ThreadPoolExecutor(1) as thread:
            with all_cores_busy(tmp_path):
                for path, content in read.items():
                    executor.start(path, content, load)
                assert executor.is_full
                first = thread.submit(executor.finished, WHILE)
            assert first.result() != []  # it has waited until one was analysed
        executor.stop()
