from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from samesong.features.errors import MismatchError
from samesong.runtime.catalog.interface import StoredWindow, TrackInfo
from samesong.runtime.identification.identifier import Identifier
from samesong.runtime.identification.verdict import Verdict

RATE = 22_050


class MemoryCatalog:
    """The least that a catalog must do."""

    def __init__(self, fingerprint, batch=3, *, one_work=False):
        self.fingerprint = fingerprint
        self._one_work = one_work  # of tracks whose ids begin alike
        self._batch = batch
        self._windows = defaultdict(list)
        self._by_key = []

    def add(self, track_id, windows):
        for window in windows:
            self._keep(StoredWindow(track_id, 0, window))

    def copy(self, track_id, stored):
        for one in stored:
            self._keep(replace(one, track_id=track_id))

    def _keep(self, stored):
        kept = replace(stored, key=len(self._by_key))
        self._by_key.append(kept)
        self._windows[kept.track_id].append(kept)

    @property
    def n_windows(self):
        return len(self._by_key)

    def read(self, keys):
        return [self._by_key[key] for key in keys]

    def __len__(self):
        return len(self._windows)

    def iter_windows(self):
        stored = [window for windows in self._windows.values() for window in windows]
        for start in range(0, len(stored), self._batch):
            yield stored[start : start + self._batch]

    def windows(self, track_id):
        return self._windows[track_id]

    def find_tracks(self, track_ids):
        return {track_id: self._track(track_id) for track_id in track_ids}

    @property
    def n_works(self):
        return len({self._track(track_id).work for track_id in self._windows})

    def find_recordings(self, work_ids):
        tracks = [self._track(track_id) for track_id in self._windows]
        return {work: [one for one in tracks if one.work == work] for work in work_ids}

    def _track(self, track_id):
        title, path = f"Song {track_id[0]}", f"{track_id}.wav"
        work = track_id[0] if self._one_work else ""
        return TrackInfo(track_id, title, None, None, None, path, 150.0, work_id=work)


@pytest.fixture(scope="module")
def catalog(bundle, analyser, song):
    """Songs 0 to 3 in the studio, 150 s each."""
    filled = MemoryCatalog(bundle.fingerprint)
    for seed in range(4):
        samples = song(seed, seconds=150)
        filled.add(str(seed), analyser.spectrogram(bundle.front_end.transform(samples, RATE)))
    return filled


@pytest.fixture(scope="module")
def identifier(bundle, catalog):
    return Identifier(bundle, catalog)


@pytest.fixture
def live(song, tmp_path):
    """Song 2 from its 90th second on, 2 semitones higher, with noise."""
    path = tmp_path / "live.wav"
    soundfile.write(path, song(2, seconds=150, key=2, noise=0.03)[90 * RATE :], RATE)
    return path


def test_a_live_version_finds_its_track_key_and_place(identifier, live):
    ranking = identifier.identify(live)
    assert ranking.query == str(live)
    assert ranking.accepted
    assert ranking.seconds > 0
    assert [match.rank for match in ranking.matches] == [1, 2, 3, 4]
    best, *others = ranking.matches
    assert best.track.track_id == "2"
    assert best.key_shift == 2
    assert best.tempo_ratio == pytest.approx(1, abs=0.03)
    assert best.query_span == pytest.approx((0, 60), abs=4)
    assert best.reference_span == pytest.approx((90, 150), abs=4)
    probabilities = [match.probability for match in ranking.matches]
    assert probabilities == sorted(probabilities, reverse=True)
    assert all(match.probability < 0.5 for match in others)


def test_no_more_matches_than_asked_for(identifier, live):
    (match,) = identifier.identify(live, top=1).matches
    assert match.track.track_id == "2"


def test_copies_of_songs_are_versions_and_change_nothing_else(bundle, catalog, identifier, live):
    more = MemoryCatalog(bundle.fingerprint, one_work=True)
    for track_id in ("0", "1", "1 again", "1 once more", "2", "2 again", "3"):
        more.copy(track_id, catalog.windows(track_id[0]))
    ranking = Identifier(bundle, more).identify(live)
    plain = identifier.identify(live)
    assert ranking.verdict is plain.verdict is Verdict.MATCH
    assert [match.work_id for match in ranking.matches] == [m.work_id for m in plain.matches]
    probabilities = [match.probability for match in plain.matches]
    assert [match.probability for match in ranking.matches] == pytest.approx(
        probabilities, abs=1e-9
    )
    assert ranking.none == pytest.approx(1 - sum(probabilities), abs=1e-9)
    assert [one.track_id for one in ranking.matches[0].versions] == ["2 again"]


def test_copies_that_are_works_of_their_own_share_the_answer(bundle, catalog, live):
    apart = MemoryCatalog(bundle.fingerprint)
    for track_id in ("0", "1", "2", "2 again", "3"):
        apart.copy(track_id, catalog.windows(track_id[0]))
    ranking = Identifier(bundle, apart).identify(live)
    assert [match.track.track_id for match in ranking.matches[:2]] == ["2", "2 again"]
    first, second = (match.probability for match in ranking.matches[:2])
    assert first == second
    assert ranking.verdict is Verdict.NONE


def test_how_much_is_shown_changes_no_verdict(bundle, catalog, live):
    many = MemoryCatalog(bundle.fingerprint)
    for track_id in ("0", "1", *(f"2{letter}" for letter in "abcdefghijklmno"), "3"):
        many.copy(track_id, catalog.windows(track_id[0]))
    identifier = Identifier(bundle, many)
    few, all_of_them = (identifier.identify(live, top=top) for top in (1, 40))
    assert few.verdict is all_of_them.verdict
    assert few.matches[0].probability == all_of_them.matches[0].probability
    assert few.none == all_of_them.none


def test_a_song_that_is_not_there_is_not_accepted(identifier, song_file):
    ranking = identifier.identify(song_file("other.wav", 77, noise=0.03))
    assert not ranking.accepted
    assert len(ranking.matches) == 4


def test_the_threshold_can_be_chosen(bundle, catalog, song_file):
    identifier = Identifier(bundle, catalog, threshold=0.0)
    assert identifier.identify(song_file("other.wav", 77)).accepted


def test_a_ranking_does_not_depend_on_how_the_catalog_is_batched(bundle, catalog, identifier, live):
    other = MemoryCatalog(bundle.fingerprint, batch=100)
    for track_id in reversed("0123"):
        other.copy(track_id, catalog.windows(track_id))
    found = Identifier(bundle, other).identify(live)
    expected = identifier.identify(live)
    assert [m.track for m in found.matches] == [m.track for m in expected.matches]
    np.testing.assert_allclose(
        [m.probability for m in found.matches], [m.probability for m in expected.matches], atol=1e-6
    )


def test_an_empty_catalog_matches_nothing(bundle, live):
    ranking = Identifier(bundle, MemoryCatalog(bundle.fingerprint)).identify(live)
    assert ranking.matches == ()
    assert not ranking.accepted


def test_a_catalog_of_another_model_is_refused_naming_both(bundle):
    with pytest.raises(MismatchError, match=f"abc123.*'tiny' is {bundle.fingerprint}"):
        Identifier(bundle, MemoryCatalog("abc123"))


def test_a_ranking_is_told_as_plain_values(identifier, live):
    told = identifier.identify(live, top=1).to_dict()
    assert set(told) == {"query", "verdict", "matches", "none", "accepted", "seconds"}
    (match,) = told["matches"]
    assert match["track_id"] == "2"
    assert match["title"] == "Song 2"
    assert match["artist"] is None
    assert (match["work_id"], match["path"], match["versions"]) == ("2", "2.wav", [])
    assert match["key_shift"] == 2
    assert [type(bound) for bound in match["query_span"]] == [float, float]


def test_a_song_has_the_name_that_the_user_gave_its_work(identifier, live):
    best = identifier.identify(live).matches[0]
    assert best.title == "Song 2"
    named = replace(best.track, track_id="live", work_title="The Song")
    assert replace(best, versions=(named,)).title == "The Song"
    assert replace(best, versions=(named,)).to_dict()["title"] == "The Song"


def test_a_song_is_not_called_as_the_version_that_is_closest(identifier, live):
    best = identifier.identify(live).matches[0]
    track = replace(best.track, title="Hymn - Live in the Studio", artist="The Band feat. Anon")
    studio = replace(best.track, track_id="studio", title="Hymn", artist="Band, The")
    told = replace(best, track=track, versions=(studio,)).to_dict()
    assert (told["title"], told["artist"]) == ("Hymn", "Band, The")
    assert told["recording"]["title"] == "Hymn - Live in the Studio"
    assert told["recording"]["track_id"] == told["track_id"]
    assert [one["title"] for one in told["versions"]] == ["Hymn"]
