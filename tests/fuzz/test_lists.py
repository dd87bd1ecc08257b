"""Lists and manifests of any content are read, or refused in one line that names them."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.features.errors import BundleError, ManifestError, SamesongError
from samesong.runtime.evaluation.manifest import read_listed_recordings
from samesong.runtime.indexing.metadata_list import EDITED, FIELDS, PATH, read_metadata_list
from samesong.runtime.inference.manifest import read_manifest

TINY_BUNDLE = Path(__file__).parents[1] / "data" / "tiny_bundle"
COLUMNS = (PATH, EDITED, *FIELDS, "work_id", "kind", "path", "other")
CELLS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["a.wav", "../a.wav", "studio", "live", "=1+1", "; =1", "GBAYE6800011", "\0"]),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lists")


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """Make a table as a spreadsheet writes it, or one that is damaged."""
    header = draw(st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=6))
    rows = draw(st.lists(st.lists(CELLS, max_size=7), max_size=5))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=draw(st.sampled_from(",;\t")))
    writer.writerows([header, *rows])
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]))
    content = bytearray(text.getvalue().encode(encoding, "replace"))
    for place, byte in draw(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 255)))):
        if place < len(content):
            content[place] = byte
    return bytes(content)


def is_one_line(text: str) -> bool:
    return len(text.splitlines()) == 1


def is_refused(read: Callable[[], object], kind: type[SamesongError], path: Path) -> bool:
    told = ""
    try:
        read()
    except kind as error:
        told = str(error)
    assert not told or (is_one_line(told) and str(path) in told)
    return bool(told)


@given(content=tables() | st.binary(max_size=200))
def test_any_list_of_metadata(content: bytes, folder: Path) -> None:
    path = folder / "list.csv"
    path.write_bytes(content)
    if not is_refused(lambda: read_metadata_list(path), ManifestError, path):
        found = read_metadata_list(path)
        assert all(map(is_one_line, (*found.problems, *found.notes)))
        for file in found.files:
            assert file.path.is_absolute()
            assert all(is_one_line(problem) for problem in file.invalid.values())


@given(content=tables() | st.binary(max_size=200))
def test_any_list_of_recordings(content: bytes, folder: Path) -> None:
    path = folder / "list.csv"
    path.write_bytes(content)
    if not is_refused(lambda: read_listed_recordings(path), ManifestError, path):
        recordings = read_listed_recordings(path)
        assert len({one.path for one in recordings}) == len(recordings) > 0


@given(data=st.data())
def test_any_manifest(data: st.DataObject, folder: Path) -> None:
    content = json.loads((TINY_BUNDLE / "manifest.json").read_text())
    for _ in range(data.draw(st.integers(0, 3))):
        inner = content
        while isinstance(inner, dict) and inner:
            key = data.draw(st.sampled_from(sorted(inner)))
            if data.draw(st.booleans()) or not isinstance(inner[key], dict):
                inner[key] = data.draw(VALUES)
                break
            inner = inner[key]
    path = folder / "manifest.json"
    path.write_text(json.dumps(content))
    if not is_refused(lambda: read_manifest(path), BundleError, path):
        again: Any = json.loads(read_manifest(path).model_dump_json())
        assert again["format"] == content["format"]


@given(content=st.binary(max_size=300))
def test_any_bytes_for_a_manifest(content: bytes, folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_bytes(content)
    assert is_refused(lambda: read_manifest(path), BundleError, path)
