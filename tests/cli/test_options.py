"""Options that several commands share."""

import click
import pytest

from samesong.runtime.cli.options import FiniteRange
from tests.cli.conftest import Run


@pytest.mark.parametrize("text", ["nan", "-nan", "inf", "-inf", "1e999", "2", "-1", "many"])
def test_a_number_is_in_its_range_and_finite(text: str) -> None:
    with pytest.raises(click.BadParameter, match=text.removeprefix("-").replace("1e999", "inf")):
        FiniteRange(0, 1).convert(text, None, None)
    assert FiniteRange(0, 1).convert("0.5", None, None) == 0.5


@pytest.mark.parametrize(
    "command",
    [
        ["setlist", "catalog", "a.wav", "--threshold"],
        ["identify", "catalog", "a.wav", "--threshold"],
        ["listen", "catalog", "--interval"],
        ["serve", "catalog", "--max-minutes"],
        ["bench", "compare", "old.json", "new.json", "--tolerance"],
        ["bench", "frontends", "--seconds"],
        ["bench", "peers", "--seconds"],
        ["bench", "retrieval", "folder", "--seconds"],
    ],
)
@pytest.mark.parametrize("text", ["nan", "inf"])
def test_commands_take_no_number_that_is_none(here: Run, command: list[str], text: str) -> None:
    refused = here(*command, text, code=2).stderr
    assert f"Invalid value for '{command[-1]}'" in refused
    assert text in refused
