from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import soundfile

from samesong.features import load
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.demo.run import DEMO_AUDIO
from samesong.runtime.indexing.by_ear import Heard, VersionStage
from samesong.runtime.indexing.finders import LocalFinder
from samesong.runtime.indexing.indexer import Indexer
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle

SONGS = ("studio_auld_lang_syne", "live_auld_lang_syne", "studio_greensleeves", "other_nebula")


@pytest.fixture(scope="module")
def real() -> ModelBundle:
    return ModelBundle.load()


def stage(catalog: CatalogWriter, **told: Any) -> VersionStage:
    return VersionStage(catalog, LocalFinder(catalog.location, ModelBundle.load(), "cpu"), **told)


@pytest.fixture
def catalog(tmp_path: Path, real: ModelBundle) -> Iterator[CatalogWriter]:
    """Return a catalog whose tracks were not listened to: two versions, a twin and two others."""
    files = [DEMO_AUDIO / f"{name}.opus" for name in SONGS]
    twin = tmp_path / "twin.flac"
    soundfile.write(twin, load(files[2], sample_rate=32_000), 32_000)
    with CatalogWriter(tmp_path / "catalog", real) as writer:
        indexer = Indexer(writer, Analyser(real, threads=1), by_ear=False)
        indexer.index([*files, twin])
        yield writer


def found(catalog: CatalogWriter) -> dict[str, tuple[str | None, tuple[str, ...]]]:
    """Return what stands for each track, and what it was heard as, by the names of files."""
    names = {track.track_id: Path(track.path).stem for track in catalog.tracks()}
    return {
        names[track.track_id]: (
            names[track.twin_of] if track.twin_of else None,
            tuple(names[one] for one in track.heard_as),
        )
        for track in catalog.tracks()
    }


EXPECTED = {
    "studio_auld_lang_syne": (None, ("live_auld_lang_syne",)),
    "live_auld_lang_syne": (None, ("studio_auld_lang_syne",)),
    "studio_greensleeves": ("twin", ()),
    "twin": (None, ()),
    "other_nebula": (None, ()),
}


def test_an_interrupted_run_goes_on(catalog: CatalogWriter) -> None:
    steps: list[tuple[int, int]] = []

    def interrupt(done: int, total: int) -> None:
        steps.append((done, total))
        if len(steps) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stage(catalog, on_progress=interrupt).run()
    assert steps == [(2, 5), (3, 5)]  # the twin needs no search for versions
    assert sum(track.listened is None for track in catalog.tracks()) == 2

    heard: list[Heard] = []
    stage(
        catalog,
        on_heard=heard.append,
        on_progress=lambda *step: steps.append(step),
    ).run()
    assert steps[2:] == [(1, 2), (2, 2)]
    assert found(catalog) == EXPECTED
    assert all(track.listened for track in catalog.tracks())


def test_all_is_found_at_once_and_told_once(catalog: CatalogWriter) -> None:
    heard: list[Heard] = []
    for _ in range(2):
        stage(catalog, on_heard=heard.append).run()
        assert found(catalog) == EXPECTED
    names = {track.track_id: Path(track.path).stem for track in catalog.tracks()}
    assert sorted(names[one.track_id] for one in heard) == sorted(
        name for name, (twin_of, versions) in EXPECTED.items() if twin_of or versions
    )


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_largest_file_stands_for_the_others_in_whatever_order_they_come(
    tmp_path: Path, real: ModelBundle, order: tuple[int, ...]
) -> None:
    samples = load(DEMO_AUDIO / "studio_greensleeves.opus", sample_rate=32_000)[: 40 * 32_000]
    files = [tmp_path / name for name in ("large.wav", "medium.flac", "small.ogg")]
    for path in files:
        soundfile.write(path, samples, 32_000)
    with CatalogWriter(tmp_path / "catalog", real) as writer:
        indexer = Indexer(writer, Analyser(real, threads=1), by_ear=False)
        for place in order:
            indexer.index([files[place]])
        stage(writer).run()
        assert {name: twin_of for name, (twin_of, _) in found(writer).items()} == {
            "large": None,
            "medium": "large",
            "small": "large",
        }


@pytest.mark.parametrize("speed", [0.99, 1.01, 1.03])
def test_a_copy_at_another_speed_is_a_version(
    tmp_path: Path, real: ModelBundle, speed: float
) -> None:
    original = DEMO_AUDIO / "studio_greensleeves.opus"
    copy = tmp_path / "copy.flac"
    soundfile.write(copy, load(original, sample_rate=32_000), round(speed * 32_000))
    with CatalogWriter(tmp_path / "catalog", real) as writer:
        Indexer(writer, Analyser(real, threads=1)).index([original, copy])
        assert {track.twin_of for track in writer.tracks()} == {None}
        assert len({track.work for track in writer.tracks()}) == 1


def test_a_track_that_was_there_goes_on_standing_for_a_larger_twin(
    tmp_path: Path, real: ModelBundle
) -> None:
    samples = load(DEMO_AUDIO / "studio_greensleeves.opus", sample_rate=32_000)[: 40 * 32_000]
    with CatalogWriter(tmp_path / "catalog", real) as writer:
        indexer = Indexer(writer, Analyser(real, threads=1))
        for name in ("small.flac", "large.wav"):
            soundfile.write(tmp_path / name, samples, 32_000)
            indexer.index([tmp_path / name])
        assert {name: twin_of for name, (twin_of, _) in found(writer).items()} == {
            "small": None,
            "large": "small",
        }


def test_an_empty_catalog_is_listened_to_in_no_time(tmp_path: Path, real: ModelBundle) -> None:
    with CatalogWriter(tmp_path / "empty", real) as writer:
        stage(writer).run()
