"""Set lists to write: a plain one, and any that a catalog or a person might come up with."""

from itertools import pairwise

import pytest
from hypothesis import strategies as st

from samesong.runtime.identification.verdict import Verdict, verdict_on
from samesong.runtime.setlist.document import RecordingFile, Setlist
from samesong.runtime.setlist.interlude import Interlude
from samesong.runtime.setlist.song import Candidate, Song, SongTrack


def track(title, artist=None, **codes):
    return SongTrack(
        track_id=f"id of {title}",
        title=title,
        artist=artist,
        album=None,
        isrc=codes.get("isrc"),
        iswc=codes.get("iswc"),
        path=codes.get("path", "/music/file.flac"),
        duration=200.0,
        work_id=codes.get("work_id", ""),
    )


@pytest.fixture
def setlist():
    """Two known songs with an unknown one between them, in the second hour too."""
    first = track(
        "Caf\u00e9, \u201cTwo\u201d",
        "The A's",
        isrc="USRC17607839",
        iswc="T-034.524.680-1",
        work_id="w1",
    )
    return Setlist(
        recording="shows/night one.flac",
        duration=4000.0,
        songs=(
            Song(
                start=12.34,
                end=251.0,
                track=first,
                probability=0.987,
                key_shift=-2,
                tempo_ratio=1.04,
            ),
            Song(
                start=260.5,
                end=600.0,
                verdict="probable",
                candidates=(
                    Candidate(track=track("Greensleeves", "Demo"), probability=0.375),
                    Candidate(track=track("Oh! Susanna"), probability=0.02),
                    Candidate(track=track("Nebula", "Demo"), probability=0.004),
                ),
            ),
            Song(
                start=600.0,
                end=3675.4,
                track=track("\u66f2", "=1+1"),
                probability=1.0,
                key_shift=0,
                tempo_ratio=1.0,
            ),
        ),
    )


@pytest.fixture
def night():
    """Two sets in three files, with talk between them and a song that runs over a file's end."""
    begins = [0.0, 100.0, 200.0, 300.0]
    return Setlist(
        recording="shows/night",
        duration=300.0,
        songs=(
            Song(start=10, end=90, track=track("One", isrc="USRC17607839"), section="Set 1"),
            Song(start=95, end=150, track=track("Two"), probability=0.75, section="Set 2"),
            Song(start=160, end=290, section="Set 2"),
        ),
        interludes=(Interlude(start=150, end=158.5, kind="talk"),),
        files=tuple(
            RecordingFile(path=f"shows/night/d1t{i + 1}.flac", start=start, end=end)
            for i, (start, end) in enumerate(pairwise(begins))
        ),
    )


# Text as tags and file names hold it: anything, lone surrogates too, and often what hurts.
texts = st.one_of(
    st.text(max_size=12),
    st.text(st.characters(categories=["Cs", "Cc", "Zl", "Zp", "Po", "Sm", "Lo"]), max_size=12),
    st.sampled_from(['say "hi"', "a,b;c", "a\nb", "a\r\nb\tc", "\ufeffx", "#EXTM3U", "", " "]),
    st.sampled_from(["=cmd|' /C calc'!A0", "'=x", "-1", "@joe", "\uff1d1"]),
    st.sampled_from(
        ["<script>alert(1)</script>", "</svg>&amp;", "\u05e9\u05dc\u05d5\u05dd", "\u66f2"]
    ),
)
tracks = st.builds(
    SongTrack,
    track_id=texts,
    title=st.none() | texts,
    artist=st.none() | texts,
    album=st.none() | texts,
    isrc=st.none() | texts | st.just("USRC17607839") | st.just("us-rc1-76-07839"),
    iswc=st.none() | texts,
    path=texts,
    duration=st.floats(0, 1e4),
)


candidates = st.lists(
    st.builds(Candidate, track=tracks, probability=st.floats(0, 0.2)), max_size=5
).map(lambda found: tuple(sorted(found, key=lambda one: -one.probability)))


@st.composite
def songs(draw, start, end):
    """Draw a song that is named, by the model or by hand, or one that is not."""
    known = draw(st.none() | tracks)
    found = draw(candidates)
    if known is None:
        verdict = verdict_on([one.probability for one in found])
        return Song(start=start, end=end, verdict=verdict, candidates=found)
    by_hand = draw(st.booleans())
    return Song(
        start=start,
        end=end,
        verdict=Verdict.MATCH,
        track=known,
        candidates=found,
        probability=None if by_hand else draw(st.floats(0, 1)),
        key_shift=None if by_hand else draw(st.integers(-11, 11)),
        tempo_ratio=None if by_hand else draw(st.floats(0.5, 2)),
    )


@st.composite
def setlists(draw, longest=36_000.0, most=6):
    """Draw set lists whose songs may touch, be short, and fill the recording."""
    duration = draw(st.floats(0.1, longest))
    points = draw(st.lists(st.floats(0, duration), max_size=2 * most, unique=True))
    points = sorted(points)[: len(points) // 2 * 2]
    if draw(st.booleans()):
        spans = list(zip(points[::2], points[1::2], strict=True))
    else:
        spans = list(pairwise(points))[:most]
    played = tuple(draw(songs(start, end)) for start, end in spans)
    return Setlist(recording=draw(texts), duration=duration, songs=played)
