"""A real server on a free port, over a catalog of songs that are made here."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from samesong import Analyser, CatalogWriter, Indexer, ModelBundle
from samesong.runtime.server.app import create_app
from samesong.runtime.server.library import Library
from samesong.runtime.server.running import address, bind, make_server
from samesong.runtime.server.service import Service
from samesong.runtime.server.settings import Settings

RATE = 22_050
N_SONGS = 4
TINY_BUNDLE = Path(__file__).parents[2] / "data" / "tiny_bundle"


def play(seed: int, seconds: float = 12.0) -> NDArray[np.float32]:
    """Return (n_samples,) audio of the song of a seed: random notes, each fading out."""
    notes = np.random.default_rng(seed)
    length = round(0.4 * RATE)
    time = np.arange(length) / RATE
    song = [
        0.3 * np.sin(2 * np.pi * 110 * 2 ** (notes.integers(36) / 12) * time) * np.exp(-3 * time)
        for _ in range(round(seconds / 0.4))
    ]
    return np.concatenate(song).astype(np.float32)


@pytest.fixture(scope="session")
def song() -> Callable[..., NDArray[np.float32]]:
    return play


@pytest.fixture(scope="session")
def bundle() -> ModelBundle:
    return ModelBundle.load(TINY_BUNDLE)


@pytest.fixture(scope="session")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of songs 0 to 3."""
    folder = tmp_path_factory.mktemp("music")
    for seed in range(N_SONGS):
        soundfile.write(folder / f"Song {seed}.flac", play(seed), RATE)
    return folder


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory, bundle: ModelBundle, music: Path) -> Path:
    """Return a catalog of `music`, to be read alone."""
    folder = tmp_path_factory.mktemp("indexed") / "catalog"
    with CatalogWriter(folder, bundle) as writer:
        Indexer(writer, Analyser(bundle, threads=1)).index(sorted(music.iterdir()))
    return folder


@pytest.fixture
def catalog(indexed: Path, tmp_path: Path) -> Path:
    """Return a catalog of `music` that can be changed, without what servers of it keep."""
    kept = shutil.ignore_patterns("setlists", "answers")
    return Path(shutil.copytree(indexed, tmp_path / "catalog", ignore=kept))


@dataclass(frozen=True)
class Served:
    """A service that runs, and a client of it."""

    service: Service
    client: httpx.Client
    url: str

    def send(self, route: str, *files: Path, parts: tuple[str, ...] = ("audio",)) -> httpx.Response:
        """Upload files."""
        with ExitStack() as held:
            content = {
                part: (file.name, held.enter_context(file.open("rb")))
                for part, file in zip(parts, files, strict=True)
            }
            return self.client.post(route, files=content)

    def leftovers(self) -> list[Path]:
        """Return what uploads have left behind."""
        return [path for path in self.service.work.path.iterdir() if path.name != ".lock"]


@contextmanager
def served(
    location: Path, bundle: ModelBundle, music: Path | None = None, **settings: Any
) -> Iterator[Served]:
    """Serve a catalog, and a folder of music to be played, as long as the context lasts."""
    setup = Settings(**settings)
    library = Library(str(location), bundle, music=[music] if music else [])
    with bind("127.0.0.1", 0) as taken, Service(library, setup) as service:
        server = make_server(create_app(service), service.connections)
        thread = threading.Thread(target=server.run, args=([taken],))
        thread.start()
        url = address(taken)
        headers = {"Authorization": f"Bearer {setup.token}"} if setup.token else {}
        try:
            with httpx.Client(base_url=url, timeout=None, headers=headers) as client:
                yield Served(service, client, url)
        finally:
            server.should_exit = True
            thread.join()


Serve = Callable[..., Served]


@pytest.fixture(scope="session")
def start_server() -> Callable[..., Any]:
    """Serve a catalog as long as a context lasts."""
    return served


@pytest.fixture
def serve(bundle: ModelBundle) -> Iterator[Serve]:
    """Serve a catalog with settings of its own until the test ends."""
    with ExitStack() as held:
        yield lambda location, **settings: held.enter_context(served(location, bundle, **settings))


@pytest.fixture(scope="session")
def server(
    indexed: Path, bundle: ModelBundle, music: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """Return a server of `indexed` that all tests share; no test changes the catalog."""
    lists = tmp_path_factory.mktemp("lists")
    with served(indexed, bundle, music, setlist_folder=lists) as shared:
        yield shared
