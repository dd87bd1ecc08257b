import pytest

from samesong.features.progress import Progress
from samesong.runtime.indexing.progress import StoppedError, Workload


@pytest.fixture
def files(tmp_path):
    """Files of 1, 2 and 3 thousand bytes."""
    paths = [tmp_path / f"{thousands}.wav" for thousands in (1, 2, 3)]
    for thousands, path in enumerate(paths, 1):
        path.write_bytes(bytes(1000 * thousands))
    return paths


def test_what_was_read_counts_before_a_file_is_done(files):
    load = Workload(files)
    load.begin(files[2], 30.0)
    load.read(files[2], 15.0)
    # The file that is known speaks for the others, by their sizes.
    assert load.progress() == Progress("index", 0, 3, 15.0, 60.0)
    load.begin(files[0], 20.0)
    load.read(files[0], 5.0)
    assert load.progress() == Progress("index", 0, 3, 20.0, 50.0 + 2000 * 50 / 4000)
    load.finish(files[2])
    assert load.progress() == Progress("index", 1, 3, 35.0, 75.0)
    load.finish(files[0])
    load.finish(files[1], 7.0)
    assert load.progress() == Progress("index", 3, 3, 57.0, 57.0)


def test_files_of_a_kind_speak_for_each_other_first(tmp_path, files):
    others = [tmp_path / "a.MP3", tmp_path / "b.mp3"]
    for path in others:
        path.write_bytes(bytes(1000))
    load = Workload([*files[:2], *others])
    load.begin(files[0], 6.0)
    assert load.progress().seconds == 6.0 * 5
    load.begin(others[0], 60.0)
    assert load.progress().seconds == 6.0 + 12.0 + 60.0 + 60.0


def test_a_file_is_never_more_than_read(files):
    load = Workload(files)
    load.begin(files[0], 1.0)
    load.read(files[0], 1.02)  # the header told less than there was
    assert load.progress().seconds_done == 1.0


def test_what_cannot_be_read_takes_no_time(tmp_path, files):
    load = Workload([tmp_path / "missing.wav", files[1], files[0]])
    load.finish(tmp_path / "missing.wav")
    load.finish(files[1])
    load.begin(files[0], 1.0)
    load.finish(files[0])
    assert load.progress() == Progress("index", 3, 3, 1.0, 1.0)


def test_reading_stops_when_the_work_does(files):
    load = Workload(files)
    load.begin(files[0], 1.0)
    load.read(files[0], 0.5)
    load.stop()
    with pytest.raises(StoppedError):
        load.read(files[0], 1.0)


def test_nothing_to_do_is_no_progress():
    assert Workload([]).progress() == Progress("index", 0, 0, 0.0, 0.0)
