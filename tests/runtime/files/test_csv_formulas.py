from hypothesis import example, given
from hypothesis import strategies as st

from samesong.runtime.files.csv_formulas import guard, unguard

# What a spreadsheet may take for a formula, and what is put in front of it.
CELLS = st.text(st.sampled_from("=+-@\uff1d;'\"x \n"))


@given(CELLS)
@example("'=x")
@example("x;'=y")
def test_a_guarded_cell_can_be_had_back(cell: str) -> None:
    assert unguard(guard(cell)) == cell
