import io

import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import given, settings

from samesong.runtime.reports.formats import FORMATS
from samesong.runtime.reports.song_names import artist_and_title, probability_in_words
from tests.runtime.reports.conftest import setlists


def test_the_labels_are_these(setlist):
    assert FORMATS["audacity"].write(setlist) == (
        "12.340000\t251.000000\tThe A's - Café, “Two” (98 %)\n"
        "260.500000\t600.000000\tUnknown, perhaps Greensleeves - Demo, 37 %; or Oh! Susanna, 2 %\n"
        "600.000000\t3675.400000\t=1+1 - 曲 (> 99.9 %)\n"
    )


@settings(deadline=None, max_examples=60)
@given(setlists().filter(lambda setlist: setlist.songs))
def test_any_set_list_is_read_back_as_a_table_of_tabs(setlist):
    table = pyarrow.csv.read_csv(
        io.BytesIO(FORMATS["audacity"].write(setlist).encode()),
        read_options=pyarrow.csv.ReadOptions(column_names=["start", "end", "label"]),
        parse_options=pyarrow.csv.ParseOptions(delimiter="\t", quote_char=False),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={"start": pa.float64(), "end": pa.float64(), "label": pa.string()},
            strings_can_be_null=False,
        ),
    )
    for row, song in zip(table.to_pylist(), setlist.songs, strict=True):
        assert row["start"] == pytest.approx(song.start, abs=1e-6)
        assert row["end"] == pytest.approx(song.end, abs=1e-6)
        assert row["label"].startswith(artist_and_title(song))
        assert (row["label"].endswith(f" ({probability_in_words(song)})")) == (
            song.track is not None
        )


def test_interludes_are_labels_too(night):
    labels = [line.split("\t")[2] for line in FORMATS["audacity"].write(night).splitlines()]
    assert labels == ["One (by hand)", "Two (75 %)", "(talk)", "Unknown"]
