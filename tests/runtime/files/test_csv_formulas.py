import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from samesong.runtime.files.csv_formulas import guard, unguard

# What a spreadsheet may take for a formula, and what is put in front of it.
FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"
UNSEEN = "\x00\u200b\u200d\u2060\ufeff"
CELLS = st.text(st.sampled_from(f"{FORMULA}{UNSEEN};'\"x \n\t\u00a0"))


@given(CELLS)
@example("'=x")
@example("x;'=y")
@example("x; =y")
def test_a_guarded_cell_can_be_had_back(cell: str) -> None:
    assert unguard(guard(cell)) == cell


@given(CELLS)
@example("Jazz; =1+1")
@example("\ufeff=1+1")
def test_no_cell_begins_a_formula_whatever_separates_cells(cell: str) -> None:
    guarded = guard(cell)
    for separator in ";\t":
        lines = guarded.replace("\r", "\n").split("\n")
        for row in csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE):
            for read in row:
                assert read.strip().strip(UNSEEN + " \u00a0\t")[:1] not in set(FORMULA)


@pytest.mark.parametrize(
    "name", ["'Round Midnight", "x; y", "Rock 'n' Roll", "1; 2", "a =b", "; x"]
)
def test_a_harmless_cell_stays_as_it_is(name: str) -> None:
    assert guard(name) == name


def test_what_a_spreadsheet_saved_again_is_read_as_it_was() -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerow([guard("Jazz; =1+1")])
    [[cell]] = csv.reader(io.StringIO(text.getvalue()), delimiter=";")
    assert unguard(cell.strip()) == "Jazz; =1+1"
