import pytest

from samesong.features.errors import ManifestError
from samesong.runtime.evaluation.manifest import read_listed_recordings


@pytest.fixture
def manifest(tmp_path):
    """Write a manifest of the given lines and return its path."""

    def write(*lines):
        path = tmp_path / "list.csv"
        path.write_text("\n".join(["path,work_id,kind", *lines]) + "\n", encoding="utf-8")
        return path

    return write


def test_paths_are_relative_to_the_csv(manifest, tmp_path):
    recordings = read_listed_recordings(
        manifest("a.wav,1,studio", "sub/ü.flac,1,live", "/x/c.mp3,2,cover")
    )
    paths = [str(recording.path) for recording in recordings]
    assert paths == [str(tmp_path / "a.wav"), str(tmp_path / "sub/ü.flac"), "/x/c.mp3"]
    assert [(recording.work_id, recording.kind) for recording in recordings] == [
        ("1", "studio"),
        ("1", "live"),
        ("2", "cover"),
    ]


def test_a_byte_order_mark_and_further_columns_do_no_harm(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("title,kind,path,work_id\nx,live,a.wav,7\n", encoding="utf-8-sig")
    (recording,) = read_listed_recordings(path)
    assert (recording.path.name, recording.work_id, recording.kind) == ("a.wav", "7", "live")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("b.wav,2,concert", "line 3: kind is 'concert', but must be one of studio, live, cover"),
        ("b.wav,,live", "line 3: work_id is empty"),
        (",2,live", "line 3: path is empty"),
        ("b.wav,2", "line 3: kind is empty"),
        ("a.wav,2,live", "line 3: 'a.wav' is listed twice"),
    ],
)
def test_a_bad_row_is_named_by_line_and_value(manifest, line, message):
    with pytest.raises(ManifestError, match=message):
        read_listed_recordings(manifest("a.wav,1,studio", line))


def test_a_missing_column_is_named(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("path,kind\na.wav,live\n")
    with pytest.raises(ManifestError, match="lacks the columns work_id"):
        read_listed_recordings(path)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"path,work_id,kind\n"])
def test_a_file_that_lists_nothing_is_refused(tmp_path, content):
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(ManifestError, match=r"list\.csv"):
        read_listed_recordings(path)


def test_a_missing_csv_is_refused(tmp_path):
    with pytest.raises(ManifestError, match=r"none\.csv cannot be read"):
        read_listed_recordings(tmp_path / "none.csv")
