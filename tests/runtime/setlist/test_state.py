from dataclasses import replace

import pytest

from samesong.features.errors import SetlistError
from samesong.runtime.setlist.state import Key, State

KEY = Key("a.wav", "9 bytes", "one", "two")


@pytest.fixture
def kept(tmp_path):
    """Return a file of a state that has heard something."""
    State(KEY, evidence=[{"track": 1.0}]).save(tmp_path / "kept")
    return tmp_path / "kept"


def test_a_state_comes_back_from_its_file(kept):
    found = State.load(kept, KEY, (0.3,))
    assert (found.key, found.evidence) == (KEY, [{"track": 1.0}])


def test_without_a_file_it_is_new(tmp_path):
    assert State.load(tmp_path / "none", KEY, (0.3,)).evidence == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model": "other"}, "the model changed"),
        ({"catalog": "other"}, "the catalog changed"),
        ({"recording": "8 bytes", "model": "other"}, "the recording and the model changed"),
    ],
)
def test_after_a_change_it_is_new_with_a_warning(kept, caplog, changes, said):
    assert State.load(kept, replace(KEY, **changes), (0.3,)).evidence == []
    assert caplog.messages == [f"{said} since {kept} was kept: listening starts again"]


def test_that_of_another_recording_is_refused(kept):
    with pytest.raises(SetlistError, match=r"kept keeps .* another recording, a\.wav"):
        State.load(kept, replace(KEY, path="b.wav", catalog="other"), (0.3,))


def test_that_of_another_format_is_refused(kept, monkeypatch):
    monkeypatch.setattr("samesong.runtime.setlist.state.FORMAT", 3)
    with pytest.raises(SetlistError, match="format 2, this samesong reads 3"):
        State.load(kept, KEY, (0.3,))
