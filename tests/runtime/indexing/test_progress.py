import numpy as np
import pytest
import soundfile

from samesong.runtime.indexing.progress import Headway, StoppedError, Workload


@pytest.fixture
def files(tmp_path):
    """Files of 1, 2 and 3 s."""
    paths = [tmp_path / f"{seconds}.wav" for seconds in (1, 2, 3)]
    for seconds, path in enumerate(paths, 1):
        soundfile.write(path, np.zeros(seconds * 8000), 8000)
    return paths


def test_what_was_read_counts_before_a_file_is_done(files):
    load = Workload(files)
    load.read(files[2], 1.5)
    # The file that is known speaks for the others.
    assert load.headway() == Headway(0, 3, 1.5, 9.0)
    load.read(files[0], 0.5)
    assert load.headway() == Headway(0, 3, 2.0, 6.0)
    load.finish(files[2])
    assert load.headway() == Headway(1, 3, 3.5, 6.0)
    load.finish(files[0])
    load.finish(files[1])
    assert load.headway() == Headway(3, 3, 6.0, 6.0)


def test_all_files_are_looked_at_in_the_end(files):
    load = Workload(files)
    with load.surveyed() as survey:
        survey.result()
    assert load.headway() == Headway(0, 3, 0.0, 6.0)


def test_a_file_is_never_more_than_read(files):
    load = Workload(files)
    load.read(files[0], 1.02)  # the header told less than there was
    assert load.headway().seconds_done == 1.0


def test_what_cannot_be_read_takes_no_time(tmp_path, files):
    text = tmp_path / "text.wav"
    text.write_text("no music")
    load = Workload([text, files[0]])
    load.finish(text)
    load.finish(files[0])
    assert load.headway() == Headway(2, 2, 1.0, 1.0)


def test_reading_stops_when_the_work_does(files):
    load = Workload(files)
    with load.surveyed():
        load.read(files[0], 0.5)
    with pytest.raises(StoppedError):
        load.read(files[0], 1.0)


def test_nothing_to_do_is_no_headway():
    assert Workload([]).headway() == Headway(0, 0, 0.0, 0.0)
