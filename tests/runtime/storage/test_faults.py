"""Whatever a store answers: one line that says what to do, and the catalog as it was."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from local_s3 import CUT, Proxy

from samesong import Catalog, CatalogWriter, set_storage_options
from samesong.features.errors import CatalogError
from samesong.runtime.catalog.verify import verify
from samesong.runtime.storage.faults import told_by_store
from samesong.runtime.storage.objects import Objects
from tests.runtime.storage.conftest import TINY_BUNDLE, Run, Upload

MODEL = ("--model", TINY_BUNDLE)
ONCE = ("--storage-option", "client_max_retries=1")

ADVICE = {
    403: "these credentials do not allow it: ask for permission",
    503: "the store is too busy: run it again later",
    507: "the store is full: make room there",
    CUT: "the store cannot be reached, or the connection was cut: check the network",
}


@pytest.fixture(autouse=True)
def _options() -> Iterator[None]:
    yield
    set_storage_options({})


@pytest.fixture
def catalog(upload: Upload) -> str:
    return upload(1)


@pytest.mark.parametrize("status", ADVICE)
def test_a_store_that_gives_up_in_the_middle(
    catalog: str, s3: Proxy, made: Path, status: int
) -> None:
    before, others = Catalog(catalog).tracks(), Catalog(made / "3")
    new = others.tracks()[1]
    entry = new, [one.window for one in others.windows(new.track_id)]
    set_storage_options({"client_max_retries": "1"})
    for table in ("windows", "tracks"):

        def fail(method: str, path: str, table: str = table) -> int | None:
            is_commit = method == "PUT" and f"{table}.lance" in path
            return status if is_commit else None

        with CatalogWriter(catalog) as writer:
            s3.fail = fail
            with pytest.raises(CatalogError) as raised:
                writer.add([entry])
            s3.fail = lambda *_: None
        told = str(raised.value)
        assert f"cannot write to catalog {catalog}: {ADVICE[status]}" in told
        assert "\n" not in told
        found = Catalog(catalog)
        assert found.tracks() == before
        assert verify(found).problems == []
    with CatalogWriter(catalog) as writer:
        writer.add([entry])
    report = verify(Catalog(catalog))
    assert (report.n_tracks, report.n_windows, report.problems, report.leftovers) == (2, 2, [], 0)


@pytest.mark.parametrize("status", ADVICE)
def test_a_store_that_cannot_be_read(catalog: str, s3: Proxy, run: Run, status: int) -> None:
    s3.fail = lambda *_: status
    told = run("catalog", "info", catalog, *ONCE, code=2)
    assert told.startswith(f"samesong: cannot read catalog {catalog}: {ADVICE[status]}")
    assert told.count("\n") == 1


def test_a_store_that_is_busy_for_a_while(catalog: str, s3: Proxy, songs: Path, run: Run) -> None:
    seen: set[tuple[str, str]] = set()

    def fail(method: str, path: str) -> int | None:
        """Refuse what is asked for the first time."""
        is_new = (method, path) not in seen
        seen.add((method, path))
        return 503 if is_new else None

    s3.fail = fail
    assert run("index", catalog, songs / "1.flac", *MODEL).startswith("1 added")
    assert run("catalog", "verify", catalog).startswith("clean: 2 tracks, 2 windows")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("s3://none/catalog",), "its bucket does not exist: check the address"),
        (("s3://bucket/none",), "is not a catalog: make one with 'samesong index CATALOG PATH...'"),
        (("ftp://bucket/none",), "no address of an object store: give s3://BUCKET/PATH"),
        (("s3://bucket/none", "--storage-option", "colour=red"), "an option of the store is"),
        (("s3://bucket/none", "--storage-option", "red"), "is not of the form KEY=VALUE"),
        (("s3://bucket/none", "--storage-option", "allow_http=false"), "plain HTTP, which has to"),
        (("s3://bucket/none", "--storage-option", "client_max_retries=x"), "no such value"),
    ],
)
def test_wrong_use(s3: Proxy, run: Run, arguments: tuple[str, ...], told: str) -> None:
    del s3
    printed = run("catalog", "info", *arguments, code=2)
    assert told in printed


def test_nothing_is_left_where_none_can_be_made(
    address: str, s3: Proxy, songs: Path, run: Run
) -> None:
    run("index", "s3://none/catalog", songs / "0.flac", *MODEL, code=2)
    s3.fail = lambda method, _: 403 if method == "PUT" else None
    told = run("index", address, songs / "0.flac", *MODEL, code=2)
    assert f"cannot write to catalog {address}: these credentials do not allow it" in told
    s3.fail = lambda method, path: 403 if method == "PUT" and "tracks.lance" in path else None
    told = run("index", address, songs / "0.flac", *MODEL, *ONCE, code=2)
    assert f"cannot make catalog {address}: these credentials do not allow it" in told
    s3.fail = lambda *_: None
    assert run("index", address, songs / "0.flac", *MODEL).startswith("1 added")
    other = address.rpartition("/")[0]
    assert "holds other things" in run("index", other, songs / "0.flac", *MODEL, code=2)
    Objects(other).write("note.txt", b"text")
    told = run("index", f"{other}/note.txt", songs / "0.flac", *MODEL, code=2)
    assert f"{other}/note.txt is an object: name a new or empty folder" in told


def test_options_lead_to_another_store(
    catalog: str, s3: Proxy, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    for name in ("aws_endpoint_url", "AWS_ENDPOINT", "endpoint"):
        option = ("--storage-option", f"{name}={s3.url}")
        assert "tracks    1" in run("catalog", "info", catalog, *option)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("status: 403, <Code>InvalidAccessKeyId</Code>", "does not accept the credentials"),
        ("<Code>SignatureDoesNotMatch</Code>", "does not accept the credentials"),
        ("Failed to get AWS credentials: ProviderError", "there are no credentials"),
        ("GET http://169.254.169.254/latest/api/token", "there are no credentials"),
        ("<Code>QuotaExceeded</Code>", "the store is full"),
        # A name tells nothing, whatever it reads like.
        ("s3://nosuchbucket2/a: URL scheme is not allowed", "its endpoint is plain HTTP"),
        ("error for url (http://[::1]:9000/timed-out/slowdown): builder error", "plain HTTP"),
        ("Generic S3 error in s3://connection/status: 507", None),
        ("anything else", None),
    ],
)
def test_what_stores_say(message: str, told: str | None) -> None:
    found = told_by_store(message)
    assert found is None if told is None else told in (found or "")


def test_without_the_extra(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore", None)
    told = run("catalog", "info", "s3://bucket/catalog", code=2)
    assert "s3://bucket/catalog is in an object store, which needs obstore: run pip install" in told
    assert "'.[cluster]'" in told


def test_folders_need_no_library_of_object_stores(songs: Path, tmp_path: Path) -> None:
    code = """
import sys
from samesong.runtime.cli import main
assert main(sys.argv[1:]) == 0
assert "obstore" not in sys.modules
"""
    command = [sys.executable, "-c", code, "index", tmp_path / "catalog", songs / "0.flac", *MODEL]
    subprocess.run(command, check=True, capture_output=True)
