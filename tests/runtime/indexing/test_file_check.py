"""Ghosts and doubles are found, and twins and files that are out of reach are none."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import soundfile

from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.indexing.file_check import check_files, missing_below
from samesong.runtime.indexing.indexer import Indexer
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle


@pytest.fixture
def files(tmp_path: Path, song: Callable[..., Any]) -> list[Path]:
    paths = [tmp_path / "music" / folder / f"{i}.wav" for i, folder in enumerate("aabb")]
    for i, path in enumerate(paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, song(i, seconds=2.0), 22_050)
    return paths


@pytest.fixture
def writer(tmp_path: Path, bundle: ModelBundle, analyser: Analyser, files: list[Path]) -> Any:
    with CatalogWriter(tmp_path / "catalog", bundle) as writer:
        Indexer(writer, analyser, by_ear=False).index(files)
        yield writer


def test_the_same_audio_twice_is_a_double_unless_it_is_a_twin(writer: CatalogWriter) -> None:
    first, second, *_ = writer.tracks()
    double = replace(second, audio_hash=first.audio_hash)
    writer.update([double])
    [found] = check_files(writer).doubles
    assert [track.track_id for track in found] == [first.track_id, second.track_id]
    writer.update([replace(double, twin_of=first.track_id)])
    assert check_files(writer).doubles == []


def test_a_file_that_cannot_be_read_has_changed(writer: CatalogWriter, files: list[Path]) -> None:
    files[0].write_bytes(b"no music any more")
    report = check_files(Catalog(writer.location))
    assert [track.path for track in report.changed] == [str(files[0])]
    assert (report.deleted, report.unreachable, report.retagged) == ([], [], [])


def test_what_is_missing_is_told_for_the_folders_that_were_searched(
    writer: CatalogWriter, files: list[Path]
) -> None:
    files[0].unlink()
    files[2].unlink()
    a, b = files[0].parent, files[2].parent
    assert [one.path for one in missing_below(writer, [a], [files[1]])] == [str(files[0])]
    both = missing_below(writer, [a.parent], [files[1], files[3]])
    assert [one.path for one in both] == [str(files[0]), str(files[2])]
    assert missing_below(writer, [files[1], b.parent / "none"], [files[1]]) == []
    # A folder whose name begins like another's is not that one.
    assert missing_below(writer, [a.parent / "ab"], []) == []
