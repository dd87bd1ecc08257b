"""Seats for clients: so many in all and for each address, and the idle give way."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.server.seats import Full, Seats, network_of


@pytest.fixture
def evicted() -> list[str]:
    return []


@pytest.fixture
def seats(evicted: list[str]) -> Seats[str]:
    return Seats(3, 2, evicted.append)


def test_one_address_has_so_many(seats: Seats[str], evicted: list[str]) -> None:
    assert seats.take("a", "1.1.1.1") is None
    assert seats.take("b", "1.1.1.1") is None
    assert seats.take("c", "1.1.1.1") is Full.ADDRESS
    assert seats.take("d", "2.2.2.2") is None
    assert seats.take("e", "3.3.3.3") is Full.SERVER
    seats.give_up("a")
    assert seats.take("e", "3.3.3.3") is None
    assert evicted == []


def test_the_idle_give_way_the_oldest_first(seats: Seats[str], evicted: list[str]) -> None:
    for name, address in (("a", "1.1.1.1"), ("b", "1.1.1.1"), ("c", "2.2.2.2")):
        seats.take(name, address)
        seats.rest(name)
    seats.work("b")
    seats.rest("b")  # has been idle for less long than c
    assert seats.take("d", "1.1.1.1") is None
    assert evicted == ["a"]
    assert seats.take("e", "3.3.3.3") is None
    assert evicted == ["a", "c"]


def test_who_was_useful_before_goes_last(seats: Seats[str], evicted: list[str]) -> None:
    for name, is_known in (("a", True), ("b", False)):
        seats.take(name, "1.1.1.1")
        seats.rest(name, is_known=is_known)
    for name in "cde":
        assert seats.take(name, "1.1.1.1") is (None if name < "e" else Full.ADDRESS)
    assert evicted == ["b", "a"]


def test_giving_up_twice_frees_one(seats: Seats[str]) -> None:
    seats.take("a", "1.1.1.1")
    seats.give_up("a")
    seats.give_up("a")
    seats.rest("a")
    assert len(seats) == 0
    assert [seats.take(name, "1.1.1.1") for name in "abc"] == [None, None, Full.ADDRESS]


_STEPS = st.lists(
    st.tuples(st.sampled_from(["take", "give_up", "rest", "work"]), st.integers(0, 9)), max_size=60
)


@given(_STEPS)
def test_never_more_than_so_many(steps: list[tuple[str, int]]) -> None:
    gone: list[int] = []
    seats: Seats[int] = Seats(5, 3, gone.append)
    inside: set[int] = set()
    idle: set[int] = set()
    acts: dict[str, Callable[[int], object]] = {
        "give_up": seats.give_up,
        "rest": lambda holder: seats.rest(holder, is_known=holder > 5),
        "work": seats.work,
    }
    for act, holder in steps:
        if act != "take":
            acts[act](holder)
            inside -= {holder} if act == "give_up" else set()
            idle = (idle | {holder} if act == "rest" else idle - {holder}) & inside
        elif holder not in inside:
            gone.clear()
            full = seats.take(holder, f"10.0.0.{holder % 2}")
            assert set(gone) <= idle
            inside -= set(gone)
            idle -= set(gone)
            inside |= set() if full else {holder}
        assert set(seats) == inside
        assert len(inside) <= 5
        assert all(sum(one % 2 == parity for one in inside) <= 3 for parity in (0, 1))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("/run/socket", "/run/socket"),
    ],
)
def test_networks(address: str, network: str) -> None:
    assert network_of(address) == network
