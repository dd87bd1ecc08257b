"""Readers go on with the version of a catalog that they opened, whoever optimizes it meanwhile."""

import gc
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong import Analyser, Catalog, CatalogWriter, ModelBundle
from samesong.features import SAMPLE_RATE
from samesong.runtime.catalog.lance import connect
from samesong.runtime.catalog.old_versions import KEPT, removable_age
from tests.runtime.conftest import catalog_track

NOW = datetime(2026, 1, 31, 12)


@pytest.fixture
def location(tmp_path: Path, bundle: ModelBundle, analyser: Analyser, song: Any) -> Path:
    """Return a catalog of two tracks, whose rows are in files of their own."""
    with CatalogWriter(tmp_path / "catalog", bundle) as writer:
        for name in "ab":
            windows = analyser.samples(song(ord(name)), SAMPLE_RATE)
            track = catalog_track(name, content_hash=name * 64, n_windows=len(windows))
            writer.add([(track, windows)])
    return tmp_path / "catalog"


def n_versions(location: Path) -> int:
    return len(connect(str(location)).open_table("windows").list_versions())


def retitle(location: Path) -> bool:
    """Change a catalog, and optimize it; return whether old versions are gone."""
    with CatalogWriter(location) as writer:
        writer.update([replace(writer.track("a"), title="Another")])
        writer.remove(["b"])
        return writer.optimize()


def test_a_reader_keeps_its_version(location: Path) -> None:
    reader = Catalog(location)
    assert not retitle(location)
    assert not reader.is_current()
    assert reader.track("a").title != "Another"
    assert {one.track_id for one in reader.windows_of(["a", "b"])} == {"a", "b"}
    assert [one.track_id for one in Catalog(location).tracks()] == ["a"]


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Leave objects that refer to one another where they are, as Python does most of the time."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("uncollected")
def test_nobody_keeps_old_versions_when_nobody_reads(location: Path) -> None:
    reader = Catalog(location)
    assert not retitle(location)
    del reader
    with CatalogWriter(location) as writer:
        assert writer.optimize()
    assert n_versions(location) == 1


@given(st.lists(st.integers(0, 500), min_size=1, max_size=8, unique=True))
def test_versions_stay_until_others_have_long_been_there(hours: list[int]) -> None:
    made = sorted(NOW - timedelta(hours=one) for one in hours)
    kept = [time for time in made if time > NOW - removable_age(made, NOW)]
    in_use = [
        time for time, followed in zip(made, [*made[1:], NOW], strict=True) if followed > NOW - KEPT
    ]
    assert kept == in_use
