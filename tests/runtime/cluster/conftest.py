"""The cluster of the tests of this folder, one for each file."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

sys.path.insert(0, str(Path(__file__).parent))

from ray_cluster import RATE, TINY_BUNDLE, TwoNodes, run, tune, two_nodes
from ray_server import N_SONGS


@pytest.fixture(scope="module")
def cluster(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TwoNodes]:
    cores = getattr(request.module, "CORES", 1)  # of each node, as Ray counts them
    with two_nodes(tmp_path_factory.mktemp("cluster") / "said", cores) as found:
        yield found


@pytest.fixture(scope="session")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("music")
    for seed in range(N_SONGS):
        soundfile.write(folder / f"{seed}.flac", tune(seed, 16.0), RATE)
    return folder


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return song 2 with noise."""
    path = tmp_path_factory.mktemp("live") / "live.flac"
    noise = np.random.default_rng(0).normal(scale=0.01, size=16 * RATE)
    samples = tune(2, 16.0)
    soundfile.write(path, samples + noise[: len(samples)], RATE)
    return path


@pytest.fixture(scope="session")
def catalog(tmp_path_factory: pytest.TempPathFactory, music: Path) -> Path:
    made = tmp_path_factory.mktemp("catalog") / "catalog"
    run("index", made, music, "--model", TINY_BUNDLE)
    return made
