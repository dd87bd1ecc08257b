from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.identification.works import work_evidence


@given(st.dictionaries(st.text(max_size=3), st.tuples(st.sampled_from("xyz"), st.floats(-9, 9))))
def test_the_closest_recording_counts_for_its_work(
    recordings: dict[str, tuple[str, float]],
) -> None:
    works = {name: work for name, (work, _) in recordings.items()}
    found = work_evidence({name: odds for name, (_, odds) in recordings.items()}, works)
    assert found == {
        work: max(odds for one, odds in recordings.values() if one == work)
        for work in works.values()
    }
