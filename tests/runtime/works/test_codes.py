import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.works.codes import (
    Codes,
    isrcs,
    iswcs,
    musicbrainz_ids,
    own_code,
    read_isrc,
    read_iswc,
    read_musicbrainz_id,
)

UUID = "5f7b2a1c-6b1d-4a5c-9d7e-0c7d2f2f1f11"
OTHER_UUID = "0c7d2f2f-6b1d-4a5c-9d7e-5f7b2a1c1f11"


@pytest.mark.parametrize(
    "text",
    [
        *("T-034.524.680-1", "T0345246801", "t-034524680-1", "T 034 524 680 1"),
        *("ISWC T-034.524.680-1", "iswc: T-034.524.680.1", " T-034.524.680-1 "),
    ],
)
def test_one_iswc_in_any_spelling(text: str) -> None:
    assert read_iswc(text) == "T-034.524.680-1"


@pytest.mark.parametrize(
    "text",
    ["T-034.524.680-2", "T-034.524.68-1", "T-1", "034.524.680-1", "T-000.000.000-9", "none", ""],
)
def test_no_iswc(text: str) -> None:
    assert read_iswc(text) is None


def test_the_first_iswc_ever() -> None:
    assert read_iswc("T-000.000.001-0") == "T-000.000.001-0"


@given(st.integers(1, 999_999_999))
def test_one_check_digit_is_right(number: int) -> None:
    digits = f"{number:09}"
    [right] = [check for check in range(10) if read_iswc(f"T{digits}{check}")]
    total = sum(i * int(d) for i, d in enumerate(digits, 1)) + 1
    assert right == (10 - total % 10) % 10


@pytest.mark.parametrize("text", ["GBAYE6800011", "gb-aye-68-00011", "ISRC GB AYE 68 00011"])
def test_one_isrc_in_any_spelling(text: str) -> None:
    assert read_isrc(text) == "GBAYE6800011"


@pytest.mark.parametrize("text", ["GBAYE680001", "GBAYE68000111", "1BAYE6800011", ""])
def test_no_isrc(text: str) -> None:
    assert read_isrc(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *(UUID, UUID.upper(), UUID.replace("-", ""), f"{{{UUID}}}", f" {UUID}\n"),
        *(f"https://musicbrainz.org/work/{UUID}", f"urn:uuid:{UUID}"),
    ],
)
def test_one_id_of_musicbrainz_in_any_spelling(text: str) -> None:
    assert read_musicbrainz_id(text) == UUID


@pytest.mark.parametrize("text", [UUID[:-1], "0" * 32, UUID.replace("5f", "5g"), ""])
def test_no_id_of_musicbrainz(text: str) -> None:
    assert read_musicbrainz_id(text) is None


def test_fields_of_several_codes() -> None:
    one, other = "T-034.524.680-1", "T-000.000.001-0"
    assert iswcs(f"{one}; T0000000010") == Codes((other, one))
    assert iswcs(f"{one}/{other}") == Codes((other, one))
    assert iswcs(f"{one} | T-1") == Codes((one,), ("T-1",))
    assert isrcs("GBAYE6800011/GBAYE6800012") == Codes(("GBAYE6800011", "GBAYE6800012"))
    assert isrcs("GBAYE6800011, GBAYE6800011") == Codes(("GBAYE6800011",))
    assert musicbrainz_ids(f"{UUID};{OTHER_UUID}") == Codes((OTHER_UUID, UUID))
    assert iswcs("  ") == isrcs("") == musicbrainz_ids(" ") == own_code(" ") == Codes()
    assert iswcs("unknown") == Codes((), ("unknown",))


def test_a_code_of_ones_own_is_any_text() -> None:
    assert own_code(" Work  17/b ") == Codes(("work17b",))
    assert own_code("???") == Codes(("???",))


@pytest.mark.parametrize("text", ["W-1", "w 1", "W1", "w.1", " W  1 ", "(w/1)"])
def test_one_code_of_ones_own_in_any_spelling(text: str) -> None:
    assert own_code(text) == Codes(("w1",))


def test_numbers_stay_apart() -> None:
    codes = [own_code(text) for text in ("1-23", "1.23", "1 23", "12-3", "123")]
    assert codes == [*[Codes(("1-23",))] * 3, Codes(("12-3",)), Codes(("123",))]
