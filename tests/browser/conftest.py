"""The page of a real service over bundled recordings, in a real Chromium."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest
import soundfile

from samesong import Analyser, Catalog, CatalogWriter, Indexer, ModelBundle
from samesong.features import load
from samesong.runtime.demo.run import DEMO_AUDIO

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SAMESONG = Path(sys.executable).with_name("samesong")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
TRACKS = ("amazing_grace", "auld_lang_syne", "greensleeves", "oh_susanna")
RATE = 22_050
PATIENCE = 240_000  # milliseconds; busy machines are slow, right answers are not late
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
)


@pytest.fixture(scope="session")
def samesong() -> Path:
    """Return the command."""
    return SAMESONG


@pytest.fixture(scope="session")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a catalog of four studio recordings."""
    folder = tmp_path_factory.mktemp("browser") / "catalog"
    bundle = ModelBundle.load()
    with CatalogWriter(folder, bundle) as writer:
        Indexer(writer, Analyser(bundle)).index([recording(f"studio_{name}") for name in TRACKS])
    return folder


@pytest.fixture(scope="session")
def versions(catalog: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return such a catalog in which Amazing Grace is there twice."""
    folder = tmp_path_factory.mktemp("versions")
    grown = Path(shutil.copytree(catalog, folder / "catalog"))
    path = folder / "Amazing Grace (2009 Remaster).flac"
    (first,) = [track for track in Catalog(catalog).tracks() if track.title == "Amazing Grace"]
    with soundfile.SoundFile(path, "w", RATE, 1) as file:
        file.title, file.artist = path.stem, first.artist
        file.write(load(recording("studio_amazing_grace"), sample_rate=RATE)[RATE:])
    bundle = ModelBundle.load()
    with CatalogWriter(grown, bundle) as writer:
        Indexer(writer, Analyser(bundle)).index([path])
    return grown


@pytest.fixture(scope="session")
def concert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a recording of a known song, an unknown one and another known one, with applause."""
    applause = np.random.default_rng(0).normal(0, 0.02, 12 * RATE).astype(np.float32)
    parts = [applause]
    for name in ("studio_amazing_grace", "other_nebula", "studio_auld_lang_syne"):
        parts += [load(recording(name), sample_rate=RATE), applause]
    path = tmp_path_factory.mktemp("concert") / "Town hall, 12 May.flac"
    soundfile.write(path, np.concatenate(parts), RATE)
    return path


@pytest.fixture(scope="session")
def url(catalog: Path) -> Iterator[str]:
    """Serve the catalog, and return where."""
    command = [SAMESONG, "serve", catalog, "--port", "0", "--music", DEMO_AUDIO]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert said.startswith("samesong is at "), said
        yield said.split()[3]
        process.terminate()


@pytest.fixture(scope="session")
def served() -> Callable[..., Any]:
    """Serve a catalog with settings of one's own as long as a context lasts."""
    return serve_here


@contextmanager
def serve_here(catalog: Path, **settings: Any) -> Iterator[tuple[str, Any, Callable[[], Any]]]:
    """Give the address, the service, and what stops the server at once.

    Stopping returns what starts it again, at the same address and with what it was doing.
    """
    from samesong.runtime.server.app import create_app
    from samesong.runtime.server.library import Library
    from samesong.runtime.server.running import address, bind, make_server
    from samesong.runtime.server.service import Service
    from samesong.runtime.server.settings import Settings

    # A fixture that adds recordings writes them beside its catalog.
    library = Library(str(catalog), ModelBundle.load(), music=[DEMO_AUDIO, catalog.parent])
    with Service(library, Settings(**settings)) as service, ExitStack() as running:

        def start(port: int = 0) -> socket:
            taken = running.enter_context(bind("127.0.0.1", port))
            server = make_server(create_app(service), service.connections)
            thread = threading.Thread(target=server.run, args=([taken],))
            thread.start()

            def end() -> None:
                server.should_exit = server.force_exit = True
                thread.join()

            running.callback(end)
            return taken

        taken = start()
        port = taken.getsockname()[1]

        def stop() -> Callable[[], socket]:
            running.close()
            return partial(start, port)

        yield address(taken), service, stop


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Browser"]:
    """Start a Chromium whose microphone hears Amazing Grace."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs the browser extra")
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    heard = tmp_path_factory.mktemp("microphone") / "heard.wav"
    rate = 48_000
    soundfile.write(heard, load(recording("studio_amazing_grace"), sample_rate=rate), rate)
    sync_api.expect.set_options(timeout=PATIENCE)
    with sync_api.sync_playwright() as playwright:
        flags = [*FLAGS, f"--use-file-for-fake-audio-capture={heard}"]
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield started
        started.close()


def new_page(browser: "Browser", **options: Any) -> "Page":
    """Open a page as a new visitor, which waits as long as a busy machine takes."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    return context.new_page()


@pytest.fixture
def visit(browser: "Browser", url: str) -> Iterator[Callable[..., "Page"]]:
    """Open the page as a new visitor; in the end, hold it to its promises.

    It may not ask any other host for anything, break its content security policy, or leave an
    error uncaught.
    """
    asked: set[str] = set()
    complaints: list[str] = []
    contexts = []

    def opened(
        view: str | None = "",
        *,
        at: str = url,
        width: int = 1280,
        scheme: Any = "light",
        permissions: tuple[str, ...] = (),
        phone: bool = False,
    ) -> "Page":
        page = new_page(
            browser,
            viewport={"width": 390, "height": 844} if phone else {"width": width, "height": 800},
            color_scheme=scheme,
            reduced_motion="reduce",
            permissions=permissions,
            is_mobile=phone,
            has_touch=phone,
        )
        contexts.append(page.context)
        page.on("request", lambda request: asked.add(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if "Security Policy" in said.text else None,
        )
        page.goto(at if view is None else f"{at}#/{view}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints
    hosts = {urlsplit(address).hostname for address in asked if not address.startswith("blob:")}
    assert hosts <= {"127.0.0.1"}


@pytest.fixture(scope="session")
def check() -> Callable[["Page", str], None]:
    """Hold what a page shows, light and dark, to what axe asks for, and to its width."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="needs the browser extra"
    )

    def run(page: "Page", state: str) -> None:
        assert page.viewport_size is not None
        schemes: tuple[Any, ...] = ("light", "dark")
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme)
            found = axe.Axe().run(page).response["violations"]
            faults = [
                (one["id"], one["nodes"][0]["html"], one["nodes"][0]["failureSummary"])
                for one in found
            ]
            assert not faults, (state, scheme)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= page.viewport_size["width"], (state, scheme)

    return run


@pytest.fixture(scope="session")
def found(browser: "Browser", url: str, concert: Path) -> str:
    """Send the concert from the page, wait for its list, and return its id."""
    from playwright.sync_api import expect

    page = new_page(browser)
    page.goto(f"{url}#/setlist")
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Choose a file").click()
    choosing.value.set_files(concert)
    expect(page.get_by_role("progressbar")).to_be_visible()
    shown = page.get_by_role("heading", level=2, name=concert.name)
    expect(shown).to_be_focused()
    address = page.url
    page.context.close()
    return address.rpartition("/")[2]


@pytest.fixture
def view(url: str, found: str) -> str:
    """Return the view of a copy of that list, with its audio, that a test may correct."""
    kept = httpx.get(f"{url}v1/setlists/{found}", timeout=None).json()
    return keep(url, kept["setlist"], of=found)


def keep(url: str, setlist: dict[str, Any], **params: str) -> str:
    """Keep a set list on the server as another visitor, and return the view that shows it."""
    answer = httpx.post(f"{url}v1/setlists", json=setlist, params=params, timeout=None)
    assert answer.status_code == 201, answer.text
    return f"setlist/{answer.json()['id']}"


@pytest.fixture(scope="session")
def keep_list(url: str) -> Callable[..., str]:
    """Keep a set list on the server, without audio."""
    return lambda setlist: keep(url, setlist)


def recording(name: str) -> Path:
    return DEMO_AUDIO / f"{name}.opus"
