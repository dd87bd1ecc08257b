import json
from dataclasses import replace

import numpy as np
import pytest

from samesong.features.errors import SetlistError
from samesong.runtime.catalog.interface import TrackInfo
from samesong.runtime.files.reader import FileReader
from samesong.runtime.setlist.concert_audio import ConcertAudio
from samesong.runtime.setlist.partial_analysis import FORMAT, AnalysisKey, PartialAnalysis, move
from samesong.runtime.setlist.timeline import Timeline
from tests.runtime.conftest import refitted

ONE = TrackInfo("one", "One", None, None, None, "1.flac", 9.0)
TWO = replace(ONE, track_id="two", path="2.flac")
KEY = AnalysisKey(
    path="a.wav",
    recording="9 bytes",
    part="all",
    channel="not given",
    stream="2",
    threshold="0.5",
    model="one",
    catalog="two",
)


@pytest.fixture
def kept(tmp_path):
    """Return the file of an analysis with some evidence."""
    PartialAnalysis(KEY, evidence=[{"track": 1.0}]).save(tmp_path / "kept")
    return tmp_path / "kept"


def test_evidence_comes_back_from_its_file(kept):
    found = PartialAnalysis.load(kept, KEY, (0.3,))
    assert (found.key, found.evidence) == (KEY, [{"track": 1.0}])


def test_without_a_file_it_is_new(tmp_path):
    assert PartialAnalysis.load(tmp_path / "none", KEY, (0.3,)).evidence == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model": "other"}, "--model is another one: resume with"),
        (
            {"catalog": "other"},
            r"the catalog, or .* \(--artist, --album, --among\), is",
        ),
        ({"recording": "8 bytes", "model": "other"}, "recording changed since; --model is another"),
        ({"channel": "left"}, "--channel was not given, and is left now: resume with"),
        ({"stream": "1"}, "--stream was 2, and is 1 now: resume with"),
        ({"threshold": "0.9"}, "--threshold was 0.5, and is 0.9 now: resume with"),
        ({"part": "5.0 s to the end"}, "was all, and is 5.0 s to the end now: resume with"),
    ],
)
def test_that_of_other_input_is_refused_and_stays(kept, changes, said):
    before = kept.read_bytes()
    with pytest.raises(SetlistError, match=said):
        PartialAnalysis.load(kept, replace(KEY, **changes), (0.3,))
    assert kept.read_bytes() == before


def test_that_of_another_recording_is_refused(kept):
    with pytest.raises(SetlistError, match=r"kept keeps .* another recording, a\.wav"):
        PartialAnalysis.load(kept, replace(KEY, path="b.wav", catalog="other"), (0.3,))


def test_that_of_another_format_is_refused(kept):
    with np.load(kept) as arrays:
        content = dict(arrays)
    about = {**json.loads(str(content["about"])), "format": FORMAT + 1}
    with kept.open("wb") as stream:
        np.savez(stream, **{**content, "about": np.array(json.dumps(about))})
    with pytest.raises(SetlistError, match=f"format {FORMAT + 1}, this one reads {FORMAT}"):
        PartialAnalysis.load(kept, KEY, (0.3,))


def test_timelines_come_back_from_their_file(tmp_path):
    rng = np.random.default_rng(2)

    def draw(*shape):
        return rng.normal(size=shape).astype(np.float32)

    steps = (0.6, 0.6, 1.2, 1.2)
    levels = tuple(draw(n, 8) for n in (20, 20, 10, 10))
    frames = tuple(draw(40, n_bins).astype(np.float16) for n_bins in (72, 84))
    part = Timeline(
        3.0, 15.0, levels, draw(1, 4), draw(20, 12), draw(20), draw(20, 3), steps, frames, 0.3
    )
    PartialAnalysis(KEY, [part]).save(tmp_path / "kept")
    analysis = PartialAnalysis.load(tmp_path / "kept", KEY, steps)
    assert analysis.end == 15
    (found,) = analysis.timelines
    assert (found.start, found.end, found.step_seconds) == (3, 15, steps)
    for ours, theirs in zip(found.levels + found.frames, levels + frames, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert found.frame_seconds == 0.3
    for name in ("embedding", "chroma", "music", "sound"):
        np.testing.assert_array_equal(getattr(found, name), getattr(part, name))


def test_it_can_be_moved_to_a_copy_of_the_recording(bundle, song_file, kept):
    copy = ConcertAudio([song_file("copy.wav", 1, seconds=2)])
    move(kept, copy.paths)
    key = AnalysisKey.of(copy, bundle, [ONE])
    there = replace(KEY, path=key.path, recording=key.recording)
    found = PartialAnalysis.load(kept, there, (0.3,))
    assert (found.key, found.evidence) == (there, [{"track": 1.0}])


def test_a_key_changes_with_all_that_an_analysis_depends_on(bundle, song_file):
    path = song_file("a.wav", 1, seconds=2)
    concert = ConcertAudio([path])
    key = AnalysisKey.of(concert, bundle, [ONE, TWO])
    assert AnalysisKey.of(concert, bundle, [TWO, ONE]) == key
    fewer = AnalysisKey.of(concert, bundle, [ONE])
    assert fewer == replace(key, catalog=fewer.catalog) != key
    joined = AnalysisKey.of(concert, bundle, [ONE, replace(TWO, work_id="one")])
    assert joined == replace(key, catalog=joined.catalog) != key
    pooling = bundle.fitted.pooling.model_copy(update={"temperature": 9.0})
    changed = AnalysisKey.of(concert, refitted(bundle, pooling=pooling), [ONE, TWO])
    assert changed == replace(key, model=changed.model) != key
    part = AnalysisKey.of(ConcertAudio([path], start=1.0), bundle, [ONE, TWO])
    assert part == replace(key, part=part.part) != key
    reader = FileReader(channel="left", stream_number=1)
    sound = AnalysisKey.of(ConcertAudio([path], reader=reader), bundle, [ONE, TWO])
    assert sound == replace(key, channel="left", stream="1") != key
    surer = AnalysisKey.of(concert, bundle, [ONE, TWO], threshold=0.9)
    assert surer == replace(key, threshold="0.9") != key
    known = AnalysisKey.of(concert, bundle, [ONE, TWO], known=["one"])
    assert known == replace(key, catalog=known.catalog) != key
    with path.open("ab") as stream:
        stream.write(bytes(8))
    assert AnalysisKey.of(concert, bundle, [ONE, TWO]).recording != key.recording


def test_a_key_changes_with_the_order_of_files(bundle, song_file):
    paths = [song_file(name, seed, seconds=2) for seed, name in enumerate(("a.wav", "b.wav"))]
    one, other = (AnalysisKey.of(ConcertAudio(p), bundle, []) for p in (paths, paths[::-1]))
    assert one.recording != other.recording
