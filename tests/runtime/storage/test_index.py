"""The search index in an object store, and the copies of it on this machine."""

import json
from pathlib import Path

import numpy as np
import pytest
from local_s3 import Proxy

from samesong import Catalog, CatalogWriter, Identifier, ModelBundle
from samesong.features.errors import CatalogError
from samesong.runtime.catalog.index_store import MANIFEST, OUTLINES
from samesong.runtime.catalog.verify import verify
from samesong.runtime.representation.level_batch import LevelBlock
from samesong.runtime.storage.objects import Objects
from tests.runtime.storage.conftest import TINY_BUNDLE, Run, Upload


@pytest.fixture
def catalog(upload: Upload) -> str:
    """Return a catalog of three songs with an index."""
    address = upload(3)
    with CatalogWriter(address) as writer:
        writer.optimize(index_from=1)
    return address


def copies(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


def parts_read(s3: Proxy) -> list[str]:
    wanted = f"/{OUTLINES}/"
    return [
        path
        for method, path in s3.seen
        if method == "GET" and wanted in path and not path.endswith("manifest.json")
    ]


def n_found(address: str) -> int:
    return sum(map(len, Catalog(address).outlines()))


def test_parts_are_read_once_and_dropped_when_they_are_stale(
    catalog: str, s3: Proxy, tmp_path: Path
) -> None:
    for copy in copies(tmp_path):
        copy.unlink()
    s3.seen.clear()
    assert n_found(catalog) == 3
    assert len(parts_read(s3)) == len(copies(tmp_path)) == 1
    s3.seen.clear()
    assert n_found(catalog) == 3
    assert parts_read(s3) == []
    # Of the table of windows nothing was read either: the index is of just this version of it.
    assert not [path for _, path in s3.seen if "windows.lance/data" in path]

    [copy] = copies(tmp_path)
    copy.write_bytes(copy.read_bytes()[:-1] + b"x")
    assert n_found(catalog) == 3
    assert len(parts_read(s3)) == 1

    with CatalogWriter(catalog) as writer:
        writer.remove([writer.tracks()[0].track_id])
        [old] = copies(tmp_path)
        assert sum(map(len, writer.outlines())) == 2  # of that old part
        writer.optimize(index_from=1)
    assert n_found(catalog) == 2
    [new] = copies(tmp_path)
    assert new != old


def test_coarse_levels_are_read_once_and_checked(catalog: str, s3: Proxy, tmp_path: Path) -> None:
    opened = Catalog(catalog)
    keys = all_keys(opened)
    expected = levels(opened._windows.coarsest(keys))
    assert levels(opened.coarsest(keys)) == expected
    assert len(parts_read(s3)) == 2

    again = Catalog(catalog)
    s3.seen.clear()
    assert levels(again.coarsest(keys)) == expected
    assert levels(again.coarsest(keys[:1])) == expected[:1]
    assert levels(again.coarsest([])) == []
    assert not [path for _, path in s3.seen if "windows.lance/data" in path]
    assert parts_read(s3) == []

    for copy in copies(tmp_path):
        copy.write_bytes(copy.read_bytes()[:-400] + bytes(400))
    s3.seen.clear()
    assert levels(Catalog(catalog).coarsest(keys)) == expected
    assert [path for _, path in s3.seen if "windows.lance/data" in path]


def test_levels_that_the_index_lacks_come_from_the_table(
    catalog: str, songs: Path, run: Run
) -> None:
    run("catalog", "remove", catalog, songs / "0.flac")
    run("index", catalog, songs / "live.wav", "--model", TINY_BUNDLE)
    opened = Catalog(catalog)
    keys = all_keys(opened)
    assert opened.index.n_unindexed == 1
    assert len(keys) == 3
    assert levels(opened.coarsest(keys)) == levels(opened._windows.coarsest(keys))


def all_keys(catalog: Catalog) -> list[int]:
    found = catalog.keys_of([track.track_id for track in catalog.tracks()])
    return [key for keys in found.values() for key in keys]


def levels(block: LevelBlock) -> list[tuple[int, str, list[list[int]]]]:
    """Return what a block holds, by the keys of its windows."""
    rows = np.split(block.codes, block.firsts[1:]) if len(block.keys) else []
    found = zip(block.keys.tolist(), block.track_ids, (one.tolist() for one in rows), strict=True)
    return sorted(found)


def test_without_room_for_copies(
    catalog: str, s3: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    s3.seen.clear()
    assert n_found(catalog) == n_found(catalog) == 3
    assert len(parts_read(s3)) == 2


@pytest.mark.parametrize("damage", ["part", "no part", "list", "name"])
def test_a_damaged_index_is_done_without_and_made_anew(
    catalog: str, damage: str, tmp_path: Path, run: Run
) -> None:
    objects = Objects(catalog)
    [digest] = json.loads(objects.read(MANIFEST)[1])["parts"]
    part = f"{OUTLINES}/{digest}"
    if damage == "part":
        objects.write(part, objects.read(part)[1][:-1] + b"x")
    elif damage == "no part":
        objects.delete(part)
    elif damage == "list":
        objects.write(MANIFEST, b"{")
    else:
        objects.write(MANIFEST, b'{"parts": ["../../x"], "levels": [], "windows": null}')
    for copy in copies(tmp_path):
        copy.unlink()
    opened = Catalog(catalog)
    assert opened.index.kind == "broken"
    assert sum(map(len, opened.outlines())) == 3
    assert any("index is damaged" in problem for problem in verify(opened).problems)
    with CatalogWriter(catalog) as writer:
        writer.optimize(index_from=1)
        assert (writer.index.kind, writer.index.n_indexed) == ("ready", 3)
    assert run("catalog", "verify", catalog).startswith("clean")


def test_of_two_indexes_one_wins(catalog: str) -> None:
    with CatalogWriter(catalog) as writer:
        writer.optimize(index_from=10)
        assert writer.index.kind == "none"
        objects = writer._opened.objects
        assert objects is not None
        write = objects.write

        def write_late(name: str, content: bytes) -> object:
            objects.create(MANIFEST, b'{"parts": [], "levels": [], "windows": null}')
            return write(name, content)

        objects.write = write_late  # type: ignore[method-assign,assignment]
        with pytest.raises(CatalogError, match="another process made an index"):
            writer.optimize(index_from=1)


def test_a_search_asks_for_little(catalog: str, s3: Proxy, songs: Path) -> None:
    bundle = ModelBundle.load(TINY_BUNDLE)
    identifier = Identifier(bundle, Catalog(catalog, bundle))
    first = identifier.identify(songs / "live.wav")
    s3.seen.clear()
    again = identifier.identify(songs / "live.wav")
    assert [match.track for match in again.matches] == [match.track for match in first.matches]
    assert len(s3.seen) <= 12
