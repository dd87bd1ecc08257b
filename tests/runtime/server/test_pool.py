"""A queue is for all: one client cannot fill it."""

from collections.abc import Iterator
from threading import Event

import pytest
from starlette.requests import HTTPConnection

from samesong.runtime.server.clients import client_of
from samesong.runtime.server.pool import Pool
from samesong.runtime.server.problems import ProblemError


@pytest.fixture
def go_on() -> Iterator[Event]:
    event = Event()
    yield event
    event.set()


@pytest.fixture
def pool(go_on: Event) -> Iterator[Pool]:
    made = Pool("test", workers=1, waiting=5)
    yield made
    go_on.set()
    made.close()


def test_one_client_has_half_of_it_at_most(pool: Pool, go_on: Event) -> None:
    flood = [pool.submit(go_on.wait, "flood") for _ in range(3)]
    with pytest.raises(ProblemError, match="3 requests of yours are running or waiting") as refused:
        pool.submit(go_on.wait, "flood")
    assert (refused.value.status, refused.value.code) == (429, "busy")
    others = [pool.submit(go_on.wait, name) for name in "abc"]
    with pytest.raises(ProblemError, match="6 requests are running or waiting"):
        pool.require_room("d")
    go_on.set()
    assert all(one.result() for one in (*flood, *others))
    while pool.inside:
        pass
    pool.require_room("flood")


def test_this_machine_may_fill_it(pool: Pool, go_on: Event) -> None:
    for _ in range(6):
        pool.submit(go_on.wait)
    with pytest.raises(ProblemError, match="6 requests are running or waiting"):
        pool.submit(go_on.wait)


@pytest.mark.parametrize(
    ("host", "client"),
    [("127.0.0.1", ""), ("::1", ""), ("192.0.2.7", "192.0.2.7"), ("2001:db8::1", "2001:db8::/64")],
)
def test_clients_go_by_their_networks(host: str, client: str) -> None:
    assert client_of(HTTPConnection({"type": "http", "client": (host, 1)})) == client
    assert client_of(HTTPConnection({"type": "http", "client": None})) == ""
