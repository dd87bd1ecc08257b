"""One writer at a time in an object store, whoever dies and whatever the clocks say."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from local_s3 import CUT, Proxy

from samesong import CatalogWriter, set_storage_options
from samesong.features.errors import CatalogError
from samesong.runtime.catalog.lease import LEASE, WriterLease
from samesong.runtime.storage.objects import Objects
from tests.runtime.storage.conftest import Run, Upload

HELD = r"another process is writing to catalog .* \(process \d+ on .*, since 20\d\d-.* UTC\): wait"

HOLDER = """
import sys
from samesong.runtime.catalog.lease import WriterLease
from samesong.runtime.storage.objects import Objects
with WriterLease(Objects(sys.argv[1]), seconds=float(sys.argv[2])):
    print("held", flush=True)
    sys.stdin.read()
"""


def until(condition: Callable[[], bool]) -> None:
    """Wait for a state, without keeping a core busy."""
    while not condition():
        Event().wait(0.05)


def test_the_second_writer_is_told_who_holds_the_catalog(
    upload: Upload, songs: Path, run: Run
) -> None:
    address = upload(1)
    with CatalogWriter(address):
        told = run("catalog", "edit", address, songs / "0.flac", "--title", "x", code=2)
        assert re.search(HELD, told)
        assert f"process {os.getpid()} on" in told
        assert "0.flac" in run("catalog", "list", address)
    run("catalog", "edit", address, songs / "0.flac", "--title", "x")


def test_a_dead_writer_makes_room_and_a_living_one_does_not(address: str) -> None:
    objects = Objects(address)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, address, "2"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        first = objects.read(LEASE)[1]
        until(lambda: json.loads(objects.read(LEASE)[1])["renewals"] > 2)  # longer than it lasts
        with pytest.raises(CatalogError, match=HELD), WriterLease(objects):
            pass
        assert json.loads(objects.read(LEASE)[1])["token"] == json.loads(first)["token"]
        holder.send_signal(signal.SIGKILL)

    def is_free() -> bool:
        try:
            with WriterLease(objects):
                return True
        except CatalogError:
            return False

    until(is_free)


def test_of_two_writers_at_once_one_wins(address: str) -> None:
    """The second one is there between the first one's look at the lease and its own writing."""
    first, second = Objects(address), Objects(address)
    read = first.read

    def read_late(name: str) -> object:
        try:
            return read(name)
        finally:
            second.write(
                name, b'{"token": "t", "holder": "process 1 on x", "since": "now", "seconds": 60}'
            )

    first.read = read_late  # type: ignore[assignment,method-assign]
    with pytest.raises(CatalogError, match=r"\(process 1 on x, since now\)"), WriterLease(first):
        pass


def test_a_lease_that_cannot_be_read_is_not_taken_away(address: str) -> None:
    objects = Objects(address)
    objects.write(LEASE, b"{")
    with pytest.raises(CatalogError, match="an unknown process"), WriterLease(objects):
        pass


def test_who_lost_the_lease_writes_no_more(address: str, s3: Proxy) -> None:
    objects = Objects(address)
    with WriterLease(objects, seconds=0.3) as lease:
        lease.require()
        objects.write(LEASE, b'{"token": "t", "holder": "x", "since": "now", "seconds": 60}')
        until(lambda: lease._is_lost)
        with pytest.raises(CatalogError, match=r"the lease on catalog .* ran out"):
            lease.require()
    assert json.loads(objects.read(LEASE)[1])["token"] == "t"
    objects.delete(LEASE)

    set_storage_options({"client_max_retries": "0"})
    with WriterLease(Objects(address), seconds=0.3) as lease:
        s3.fail = lambda *_: CUT
        until(lambda: _refuses(lease))
        s3.fail = lambda *_: None
        until(lambda: not _refuses(lease))  # nobody was faster
    set_storage_options({})


def _refuses(lease: WriterLease) -> bool:
    try:
        lease.require()
    except CatalogError:
        return True
    return False
