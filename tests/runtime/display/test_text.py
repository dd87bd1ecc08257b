import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.display.text import (
    decimal,
    hms,
    percent,
    percent_below,
    short_time,
    span,
    tempo,
    whole_seconds,
)

SHARES = st.floats(0, 1)


def value(text: str) -> float:
    """The number in a text of `percent`, as a share."""
    found = re.fullmatch(r"(?:[<>] )?([\d.]+) %", text)
    assert found
    return float(found[1]) / 100


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0.868, "86 %"),
        (0.869999, "86 %"),
        (0.57, "57 %"),
        (0.29, "29 %"),
        (0.4996, "49 %"),
        (0.5, "50 %"),
        (0.9899, "98 %"),
        (0.99, "99.0 %"),
        (0.9985, "99.8 %"),
        (0.999, "99.9 %"),
        (0.9996, "> 99.9 %"),
        (1.0, "> 99.9 %"),
        (0.0099, "< 1 %"),
        (0.01, "1 %"),
        (0.037, "3.7 %"),
        (0.0999, "9.9 %"),
        (0.0, "< 1 %"),
    ],
)
def test_percent(probability: float, text: str) -> None:
    assert percent(probability) == text


@given(SHARES)
def test_decimals_and_percentages_are_one_number(probability: float) -> None:
    assert percent(float(decimal(probability))) == percent(probability)
    assert float(decimal(probability)) <= probability + 1e-9


@given(st.integers(0, 10**4).map(lambda units: units / 10**4))
def test_what_json_has_is_what_other_formats_have(probability: float) -> None:
    assert float(decimal(probability)) == probability


@given(SHARES)
def test_no_percentage_looks_more_certain_than_it_is(probability: float) -> None:
    text = percent(probability)
    if text.startswith("<"):
        assert probability < value(text)
    else:
        assert value(text) <= probability + 1e-9
    assert text != "100 %"


@given(SHARES, st.integers(1, 100))
def test_none_below_a_threshold_in_whole_per_cent_looks_as_if_it_reached_it(
    probability: float, threshold: int
) -> None:
    if probability < threshold / 100 - 1e-9:
        assert percent(probability) != percent(threshold / 100) or threshold == 100


@given(st.tuples(SHARES, SHARES).map(sorted).filter(lambda pair: pair[0] < pair[1]))
def test_a_probability_below_a_threshold_is_written_otherwise(pair: list[float]) -> None:
    probability, threshold = percent_below(*pair)
    assert probability != threshold


@pytest.mark.parametrize(
    ("probability", "threshold", "texts"),
    [
        (0.25, 0.5, ("25 %", "50 %")),
        (0.49961, 0.5, ("49 %", "50 %")),
        (0.954, 0.955, ("95.4 %", "95.5 %")),
        (0.9995, 1.0, ("> 99.9 %", "100 %")),
        (0.1234567891230, 0.1234567891231, ("just under 12 %", "12 %")),
    ],
)
def test_as_many_digits_as_it_takes(
    probability: float, threshold: float, texts: tuple[str, str]
) -> None:
    assert percent_below(probability, threshold) == texts


@given(st.floats(0, 1e6))
def test_every_time_is_rounded_one_way(seconds: float) -> None:
    whole = whole_seconds(seconds)
    assert abs(whole - seconds) <= 0.5
    assert hms(seconds) == hms(whole)
    assert (
        hms(seconds)
        .removeprefix("0:")
        .removeprefix("0")
        .endswith(short_time(seconds).removeprefix("0"))
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (0.5, "0:01"), (2.5, "0:03"), (59.5, "1:00"), (605, "10:05"), (3600, "1:00:00")],
)
def test_short_times(seconds: float, text: str) -> None:
    assert short_time(seconds) == text
    assert span((seconds, seconds)) == f"{text}-{text}"


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (1.34, "34 % faster"),
        (1.0, "same tempo"),
        (0.996, "same tempo"),
        (0.89, "11 % slower"),
        (1.055, "5 % faster"),
        (0.5, "50 % slower"),
    ],
)
def test_tempo(ratio: float, text: str) -> None:
    assert tempo(ratio) == text
