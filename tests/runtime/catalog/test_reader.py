import json
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import lancedb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from samesong.features.errors import CatalogError, MismatchError
from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.model import CatalogModel
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.track_table import TrackTable
from samesong.runtime.catalog.verify import CatalogReport, verify
from samesong.runtime.catalog.window_table import BATCH
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.representation.deep_sequences import DeepSequences
from samesong.runtime.representation.window import Window, unpack
from tests.runtime.conftest import catalog_track

TINY_BUNDLE = Path(__file__).parents[2] / "data" / "tiny_bundle"

Entry = tuple[CatalogTrack, list[Window]]


def unit_rows(generator: np.random.Generator, rows: int, dim: int) -> np.ndarray:
    values = generator.standard_normal((rows, dim)).astype(np.float32)
    return values / np.linalg.norm(values, axis=1, keepdims=True)


def entry(content: int, path: str, n_windows: int = 2) -> Entry:
    """Return a track and its windows, all made of one number."""
    digest = f"{content:064x}"[::-1]
    generator = np.random.default_rng(content)
    windows = [
        Window(
            60.0 * index,
            60.0 * index + 120.1,
            DeepSequences(
                tuple(unit_rows(generator, steps, 32) for steps in (6, 6, 3, 3)),
                unit_rows(generator, 1, 128)[0],
            ),
            unit_rows(generator, 6, 12),
        )
        for index in range(n_windows)
    ]
    track = catalog_track(
        digest[:16],
        title=f"Title {content}",
        album='Album\'s "best"',
        path=path,
        duration=60.0 * n_windows,
        content_hash=digest,
        n_windows=n_windows,
    )
    return track, windows


@pytest.fixture
def location(tmp_path: Path) -> Path:
    return tmp_path / "catalog"


@pytest.fixture
def writer(location: Path, bundle: ModelBundle) -> Iterator[CatalogWriter]:
    with CatalogWriter(location, bundle) as writer:
        yield writer


def test_tracks_and_windows_come_back(
    writer: CatalogWriter, location: Path, bundle: ModelBundle
) -> None:
    track, windows = entry(1, "/music/it's.flac")
    writer.add([(track, windows), entry(2, "/music/b.flac", 1)])
    catalog = Catalog(location, bundle)
    assert len(catalog) == 2
    assert catalog.track(track.track_id) == track
    assert catalog.fingerprint == bundle.fingerprint
    assert catalog.model == CatalogModel.of(bundle)
    stored = catalog.windows(track.track_id)
    assert [(s.window.start, s.window.end) for s in stored] == [(0.0, 120.1), (60.0, 180.1)]
    for kept, window in zip(stored, windows, strict=True):
        [coded] = unpack([window.pack()], [window.start], [window.end])
        for level, original in zip(
            kept.window.sequences.levels, coded.sequences.levels, strict=True
        ):
            np.testing.assert_array_equal(level, original)
        np.testing.assert_array_equal(kept.window.chroma, coded.chroma)
    keys = [kept.key for kept in stored]
    read = {one.key: one.window.start for one in catalog.read(keys)}
    assert read == {kept.key: kept.window.start for kept in stored}


def test_levels_are_those_of_the_windows(writer: CatalogWriter, location: Path) -> None:
    entries = [entry(i, f"/{i}", 2) for i in range(3)]
    writer.add(entries)
    catalog = Catalog(location)
    stored = [one for track, _ in entries for one in catalog.windows(track.track_id)]
    keys = [one.key for one in stored]
    block = catalog.coarsest(keys)
    windows = [window for _, windows in entries for window in windows]
    for window, kept in zip(windows, stored, strict=True):
        at = block.keys.tolist().index(kept.key)
        first = block.firsts[at]
        codes = window.pack().coarsest
        np.testing.assert_array_equal(block.codes[first : first + len(codes)], codes)
        assert block.track_ids[at] == kept.track_id
    for read in (catalog.coarsest([]).keys, catalog.read([])):
        assert len(read) == 0


def test_all_windows_stream_by_in_batches(writer: CatalogWriter, location: Path) -> None:
    writer.add([entry(i, f"/{i}", 10) for i in range(BATCH // 10 * 2 + 3)])
    batches = list(Catalog(location).iter_windows())
    assert [len(batch) for batch in batches[:-1]] == [BATCH] * (len(batches) - 1)
    assert len(batches) == 3
    seen = [(stored.track_id, stored.window.start) for batch in batches for stored in batch]
    assert len(set(seen)) == len(seen) == 10 * len(writer)


def test_a_reader_keeps_what_it_opened(writer: CatalogWriter, location: Path) -> None:
    writer.add([entry(1, "/a")])
    reader = Catalog(location)
    writer.add([entry(2, "/a"), entry(3, "/c")])
    assert [track.title for track in reader.tracks()] == ["Title 1"]
    assert len(next(reader.iter_windows())) == 2
    assert [track.title for track in Catalog(location).tracks()] == ["Title 2", "Title 3"]


def test_a_reader_knows_when_it_is_out_of_date(
    writer: CatalogWriter, location: Path, bundle: ModelBundle
) -> None:
    writer.add([entry(1, "/a")])
    writer.add([entry(2, "/b")])
    reader = Catalog(location)
    assert reader.is_current()
    writer.optimize()  # merges the two
    assert not reader.is_current()
    reader = Catalog(location)
    writer.close()
    shutil.rmtree(location)
    with pytest.raises(CatalogError, match="is gone"):
        reader.is_current()
    # The same steps again: only their catalog is another.
    with CatalogWriter(location, bundle) as again:
        again.add([entry(1, "/a")])
        again.add([entry(2, "/b")])
        again.optimize()
    assert not reader.is_current()


def test_threads_that_look_up_tracks_do_not_take_them_from_each_other(
    writer: CatalogWriter, location: Path
) -> None:
    entries = [entry(i, f"/{i}", 1) for i in range(12)]
    writer.add(entries)
    table = TrackTable(lancedb.connect(location).open_table("tracks"), str(location), cached=2)
    ids = [track.track_id for track, _ in entries]

    def missing(first: int) -> int:
        some = [ids[(first + i) % len(ids)] for i in range(4)]
        return len(set(some) - table.some(some).keys())

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(missing, range(200))) == 0


def test_windows_without_a_track_are_passed_over_and_removed(
    writer: CatalogWriter, location: Path, bundle: ModelBundle
) -> None:
    kept, lost = entry(1, "/a"), entry(2, "/b", 3)
    writer.add([kept, lost])
    writer.close()
    # What a writer leaves that dies after its windows and before its track.
    lancedb.connect(location).open_table("tracks").delete(f"track_id = '{lost[0].track_id}'")
    reader = Catalog(location)
    assert {w.track_id for batch in reader.iter_windows() for w in batch} == {kept[0].track_id}
    assert verify(reader) == CatalogReport(1, 2, [], 3)
    with CatalogWriter(location, bundle) as next_writer:
        assert verify(next_writer) == CatalogReport(1, 2, [], 0)
        next_writer.add([lost])
    assert verify(Catalog(location)) == CatalogReport(2, 5, [], 0)


def test_removing_is_all_or_nothing(writer: CatalogWriter) -> None:
    first, second = entry(1, "/a"), entry(2, "/b")
    writer.add([first, second])
    with pytest.raises(CatalogError, match="no track 'nonsense'"):
        writer.remove([first[0].track_id, "nonsense"])
    assert len(writer) == 2
    writer.remove([first[0].track_id])
    assert writer.tracks() == [second[0]]
    with pytest.raises(CatalogError, match="no track"):
        writer.windows(first[0].track_id)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("delete", "should have 2 windows once each, but has 1, 1 of them different"),
        ("double", "should have 2 windows once each, but has 3, 2 of them different"),
        ("damage", "window 1 of track .* is damaged"),
        ("change", "window 1 of track .* is not what was written"),
    ],
)
def test_verify_names_what_is_wrong(
    writer: CatalogWriter, location: Path, change: str, problem: str
) -> None:
    track, windows = entry(1, "/a")
    writer.add([(track, windows), entry(2, "/b")])
    table = lancedb.connect(location).open_table("windows")
    which = f"track_id = '{track.track_id}' AND index = 1"
    row = table.search().where(which).to_arrow()
    if change != "double":
        table.delete(which)
    if change == "damage":
        table.add(set_column(row, "finer", row["finer"][0].as_py()[:-1]))
    elif change == "change":
        finer = bytearray(row["finer"][0].as_py())
        finer[len(finer) // 2] ^= 1
        table.add(set_column(row, "finer", bytes(finer)))
    elif change == "double":
        table.add(row)
    report = verify(Catalog(location))
    assert report.n_tracks == 2
    [found] = report.problems
    assert re.search(problem, found)


def test_another_model_is_refused(
    writer: CatalogWriter, location: Path, bundle: ModelBundle
) -> None:
    other = replace(
        bundle, manifest=bundle.manifest.model_copy(update={"window_seconds": 60, "name": "other"})
    )
    writer.close()
    for kind in (Catalog, CatalogWriter):
        with pytest.raises(MismatchError, match=r"'tiny' .*'other'"):
            kind(location, other)
    # The name alone does not matter: a bundle may be copied and renamed.
    renamed = replace(bundle, manifest=bundle.manifest.model_copy(update={"name": "other"}))
    assert len(Catalog(location, renamed)) == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"format": 99}, r"newer version \(format 99.*bring samesong up to date"),
        (
            {"format": 4},
            r"^catalog /\S+ was .* older version \(format 4.*index the .* again[^\n]*$",
        ),
        ({"name": "of a time without formats"}, "older version"),
    ],
)
def test_another_format_is_refused(
    writer: CatalogWriter, location: Path, content: dict[str, object], told: str
) -> None:
    model = json.dumps(content).encode()
    database = lancedb.connect(location)
    schema = database.open_table("tracks").schema.with_metadata({b"samesong": model})
    writer.close()
    database.drop_table("tracks")
    database.create_table("tracks", schema=schema)
    for kind in (Catalog, CatalogWriter):
        with pytest.raises(CatalogError, match=told):
            kind(location)


def test_what_is_no_catalog(tmp_path: Path, bundle: ModelBundle) -> None:
    with pytest.raises(CatalogError, match="no catalog at"):
        Catalog(tmp_path / "missing")
    with pytest.raises(CatalogError, match="is not a catalog"):
        Catalog(tmp_path)
    with pytest.raises(CatalogError, match="no catalog at"):
        CatalogWriter(tmp_path)
    (tmp_path / "photo.jpg").touch()
    with pytest.raises(CatalogError, match=r"holds other things \(such as 'photo.jpg'\)"):
        CatalogWriter(tmp_path, bundle)
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]


def test_one_writer_at_a_time(writer: CatalogWriter, location: Path, bundle: ModelBundle) -> None:
    with pytest.raises(CatalogError, match="another process is writing"):
        CatalogWriter(location, bundle)
    writer.close()
    CatalogWriter(location, bundle).close()


@pytest.mark.parametrize("address", ["ftp://host/catalog", "s3://", "s3:///catalog", "file:///c"])
def test_an_address_that_is_none_of_an_object_store(address: str, bundle: ModelBundle) -> None:
    for opened in (Catalog, CatalogWriter):
        with pytest.raises(CatalogError, match="no address of an object store: give s3://BUCKET"):
            opened(address, bundle)


def test_optimize_gives_room_back(writer: CatalogWriter, location: Path) -> None:
    for i in range(12):
        writer.add([entry(i, f"/{i}", 20)])
    writer.remove([track.track_id for track in writer.tracks()[:9]])
    data = location / "windows.lance" / "data"
    before = sum(path.stat().st_size for path in data.iterdir())
    writer.optimize()
    assert sum(path.stat().st_size for path in data.iterdir()) < before / 2
    assert verify(Catalog(location)) == CatalogReport(3, 60, [], 0)


CONTENTS = st.integers(0, 5)
PATHS = st.sampled_from(["/a", "/b", "/c", "/d"])


class Catalogs(RuleBasedStateMachine):
    """Whatever is added, replaced and removed: a catalog holds what a dictionary would."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.bundle = ModelBundle.load(TINY_BUNDLE)
        self.writer = CatalogWriter(self.folder.name, self.bundle)
        self.expected: dict[str, str] = {}

    @rule(contents=st.dictionaries(PATHS, CONTENTS, max_size=3))
    def add(self, contents: dict[str, int]) -> None:
        entries = [entry(content, path, content % 3 + 1) for path, content in contents.items()]
        self.writer.add(entries)
        new: dict[str, str] = {}
        for track, _ in entries:
            if track.track_id not in {*self.expected.values(), *new.values()}:
                new[track.path] = track.track_id
        self.expected.update(new)

    @rule(path=PATHS)
    def remove(self, path: str) -> None:
        if path in self.expected:
            self.writer.remove([self.expected.pop(path)])

    @rule()
    def optimize(self) -> None:
        self.writer.optimize()

    @rule()
    def write_again(self) -> None:
        self.writer.close()
        self.writer = CatalogWriter(self.folder.name, self.bundle)

    @invariant()
    def holds_what_is_expected(self) -> None:
        catalog = Catalog(self.folder.name)
        for view in (self.writer, catalog):
            assert {track.path: track.track_id for track in view.tracks()} == self.expected
        n_windows = sum(track.n_windows for track in catalog.tracks())
        assert verify(catalog) == CatalogReport(len(self.expected), n_windows, [], 0)

    def teardown(self) -> None:
        self.writer.close()
        self.folder.cleanup()


Catalogs.TestCase.settings = settings(
    max_examples=8,
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
test_any_sequence_of_changes = Catalogs.TestCase


def set_column(rows: pa.Table, name: str, value: object) -> pa.Table:
    i = rows.schema.get_field_index(name)
    return rows.set_column(i, rows.schema.field(i), pa.array([value], rows.schema.field(i).type))


def test_an_update_leaves_windows_alone(writer: CatalogWriter, location: Path) -> None:
    (track, windows), other = entry(1, "/a"), entry(2, "/b")
    writer.add([(track, windows), other])
    before = lancedb.connect(location).open_table("windows").version
    keys = [one.key for one in writer.windows(track.track_id)]
    changed = replace(track, path="/c", title="c")
    writer.update([changed])
    for view in (writer, Catalog(location)):
        assert view.tracks() == [other[0], changed]
        assert [one.key for one in view.windows(track.track_id)] == keys
    assert lancedb.connect(location).open_table("windows").version == before
    assert verify(Catalog(location)) == CatalogReport(2, 4, [], 0)


def test_an_update_is_all_or_nothing(writer: CatalogWriter, location: Path) -> None:
    (track, windows), (stranger, _) = entry(1, "/a"), entry(2, "/b")
    writer.add([(track, windows)])
    with pytest.raises(CatalogError, match="no track"):
        writer.update([replace(track, path="/c"), stranger])
    assert Catalog(location).tracks() == writer.tracks() == [track]
