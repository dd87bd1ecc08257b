"""One call, or many recordings: the same answers, whatever form recordings have."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

import samesong
from samesong.features.errors import CatalogError, MismatchError, SetlistError, SilentAudioError
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.setlist.concert_audio import ConcertAudio

RATE = 22_050


@pytest.fixture(scope="module")
def catalog(
    tmp_path_factory: pytest.TempPathFactory, song: Any, bundle: ModelBundle, analyser: Analyser
) -> samesong.Catalog:
    folder = tmp_path_factory.mktemp("one_call")
    files = [folder / f"song {seed}.wav" for seed in (1, 2, 3)]
    for seed, path in enumerate(files, 1):
        soundfile.write(path, song(seed, seconds=40), RATE)
    with samesong.CatalogWriter(folder / "catalog", bundle) as writer:
        samesong.Indexer(writer, analyser, by_ear=False).index(files)
    return samesong.Catalog(folder / "catalog", bundle)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, song: Any) -> Path:
    path = tmp_path_factory.mktemp("live") / "live.wav"
    soundfile.write(path, song(2, seconds=40, key=1, noise=0.01), RATE, subtype="FLOAT")
    return path


def told(ranking: samesong.Ranking | samesong.Failure) -> dict[str, Any]:
    return {**ranking.to_dict(), "query": "", "seconds": 0}


def test_every_form_has_the_same_answer(
    catalog: samesong.Catalog, bundle: ModelBundle, live: Path
) -> None:
    samples, rate = soundfile.read(live, dtype="float32")
    ranking = samesong.identify(catalog, live, model=bundle)
    assert ranking.matches[0].title == "song 2"
    with live.open("rb") as file:
        for form in (live.read_bytes(), file, io.BytesIO(live.read_bytes())):
            assert told(samesong.identify(catalog, form, model=bundle)) == told(ranking)
    for array in (samples, np.stack([samples, samples])):
        again = samesong.identify(catalog, array, sample_rate=rate, model=bundle)
        assert told(again) == told(ranking)
        assert again.query == "samples"


def test_many_are_answered_as_they_come_and_failures_end_nothing(
    catalog: samesong.Catalog, bundle: ModelBundle, live: Path, tmp_path: Path
) -> None:
    samples, rate = soundfile.read(live, dtype="float32")
    folder, empty = tmp_path / "folder", tmp_path / "empty"
    for one in (folder, empty):
        one.mkdir()
    (folder / "a.wav").symlink_to(live)
    (folder / "b.wav").write_bytes(b"broken")
    taken: list[object] = []

    def recordings() -> Iterator[Any]:
        for one in (folder, empty, b"", samples, 3, samesong.AudioSamples(samples, rate, name="x")):
            taken.append(one)
            yield one

    seen: list[samesong.Progress] = []
    answers = samesong.identify_many(catalog, recordings(), 1, model=bundle, progress=seen.append)
    assert not taken
    first = next(answers)
    assert len(taken) == 1
    assert (first.query, first.error) == (str(folder / "a.wav"), None)
    rest = list(answers)
    assert [(one.query, (one.error or "").partition(":")[0]) for one in rest] == [
        (str(folder / "b.wav"), rest[0].error.partition(":")[0]),
        (str(empty), str(empty)),
        ("bytes", "'bytes' is empty (0 bytes); copy it again from where it came"),
        ("object of type ndarray", f"samples of shape {samples.shape} have no rate"),
        ("object of type int", "an object of type int is no recording"),
        ("x", ""),
    ]
    assert "is not audio" in str(rest[0].error)
    assert seen[-1] == samesong.Progress("identify", 7, None)
    assert told(rest[-1])["matches"] == told(first)["matches"]


def test_of_a_list_the_number_is_known(
    catalog: samesong.Catalog, bundle: ModelBundle, live: Path
) -> None:
    seen: list[float | None] = []
    given = [live.parent, "missing.wav"]
    identifier = samesong.Identifier(bundle, catalog)
    answers = list(identifier.identify_many(given, progress=lambda one: seen.append(one.share)))
    assert [answer.error is None for answer in answers] == [True, False]
    assert seen == [0.5, 1.0]
    assert told(next(identifier.identify_many(str(live.parent)))) == told(answers[0])


def test_what_progress_raises_ends_the_work(
    catalog: samesong.Catalog, bundle: ModelBundle, live: Path
) -> None:
    def stop(progress: samesong.Progress) -> None:
        assert (progress.stage, progress.seconds) == ("read", pytest.approx(40))
        raise InterruptedError

    with pytest.raises(InterruptedError):
        samesong.identify(catalog, live, model=bundle, progress=stop)


def test_a_set_list_of_samples(catalog: samesong.Catalog, bundle: ModelBundle, live: Path) -> None:
    samples, rate = soundfile.read(live, dtype="float32")
    found = samesong.make_setlist(catalog, live, model=bundle)
    same = samesong.make_setlist(catalog, samples, sample_rate=rate, model=bundle)
    assert same.to_dict()["songs"] == found.to_dict()["songs"]
    assert (same.recording, same.duration) == ("samples", found.duration)
    of_bytes = samesong.make_setlist(catalog, live.read_bytes(), model=bundle)
    assert of_bytes.to_dict()["songs"] == found.to_dict()["songs"]
    finder = samesong.SetlistFinder(bundle, catalog)
    with pytest.raises(SetlistError, match="resume='kept' is for a recording with a path"):
        finder.find(live.read_bytes(), resume=Path("kept"))
    with pytest.raises(ValueError, match="2 recordings, of which 'bytes' is no path"):
        ConcertAudio([live, live.read_bytes()])


def test_a_comparison_of_samples(bundle: ModelBundle, live: Path, song: Any) -> None:
    samples, rate = soundfile.read(live, dtype="float32")
    studio = song(2, seconds=40).astype(np.float64)
    found = samesong.compare(live, studio, bundle, sample_rate=rate)
    same = samesong.compare(samples, samesong.AudioSamples(studio, rate), bundle, sample_rate=rate)
    assert same.pair_probability == found.pair_probability
    assert found.paths == (str(live), "samples")
    assert same.alignment.key_shift == 1


def test_silence_and_samples_that_are_too_short(
    catalog: samesong.Catalog, bundle: ModelBundle
) -> None:
    identifier = samesong.Identifier(bundle, catalog)
    with pytest.raises(SilentAudioError, match="samples: nothing but silence"):
        identifier.identify(np.zeros(RATE * 5), sample_rate=RATE)
    with pytest.raises(samesong.AudioError, match=r"samples: the recording lasts 0\.499 s"):
        identifier.identify(np.ones(11_000), sample_rate=RATE)


def test_catalogs_that_cannot_be_used(
    catalog: samesong.Catalog, bundle: ModelBundle, tmp_path: Path
) -> None:
    with pytest.raises(MismatchError, match=r"made with model 'tiny'.*give model=, the folder"):
        samesong.identify(catalog, "live.wav")
    with pytest.raises(MismatchError, match="model"):
        samesong.identify_many(catalog, [], model="direct")
    samesong.CatalogWriter(tmp_path, bundle).close()
    with pytest.raises(CatalogError, match="is empty: add recordings"):
        samesong.make_setlist(tmp_path, "live.wav", model=bundle)
