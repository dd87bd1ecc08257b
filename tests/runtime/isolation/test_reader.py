"""Files are read in workers as in this process, and a worker's end is one file's failure."""

import logging
import os
import re
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile

from samesong.features.errors import DecodeError, ShortAudioError, UnknownFormatError
from samesong.runtime.files.reader import FileReader
from samesong.runtime.isolation.limits import WorkerLimits
from samesong.runtime.isolation.messages import pack_error, receive, unpack_error
from samesong.runtime.isolation.reader import IsolatedReader
from samesong.runtime.isolation.workers import Workers

RATE = 22_050


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """Return workers that all tests share: none of them may be left unusable."""
    with Workers() as shared:
        yield shared


@pytest.fixture
def reader(workers: Workers) -> IsolatedReader:
    return IsolatedReader(workers)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Return a FLAC of 20 s, more than fits into a connection."""
    path = tmp_path / "01 - Noise.flac"
    noise = np.random.default_rng(1).normal(0, 0.1, (20 * 44_100, 2))
    soundfile.write(path, noise, 44_100)
    return path


def length(reader: FileReader, path: Path, rate: int = RATE) -> int:
    with reader.open(path) as file:
        return sum(map(len, file.samples(rate)))


def test_files_are_read_as_in_this_process(reader: IsolatedReader, recording: Path) -> None:
    direct = FileReader()
    with reader.open(recording) as one, direct.open(recording) as other:
        assert one.info == other.info
        assert reader.content(one) == direct.content(other)
        assert reader.tags(one) == direct.tags(other)
        for span in ((0.0, None), (1.25, 0.5), (19.0, None)):
            pieces = [np.concatenate(list(file.samples(RATE, *span))) for file in (one, other)]
            np.testing.assert_array_equal(*pieces)
            assert pieces[0].flags.writeable


def test_errors_and_warnings_are_those_of_this_process(
    reader: IsolatedReader, recording: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with reader.open(recording) as file, pytest.raises(ShortAudioError, match=r"lasts 20\.00 s"):
        list(file.samples(RATE, 30.0))
    with reader.open(recording) as file, pytest.raises(ValueError, match="start=-1"):
        list(file.samples(RATE, -1))
    damaged = recording.with_name("damaged.flac")
    content = recording.read_bytes()
    damaged.write_bytes(content[: len(content) // 2] + bytes(1000))
    told = []
    for one in (FileReader(), reader):
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            length(one, damaged)
        told.append([(record.name, record.getMessage()) for record in caplog.records])
    assert told[0] == told[1]


def test_hostile_files_are_refused_by_name(
    reader: IsolatedReader, hostile: Path, recording: Path
) -> None:
    for path in sorted(hostile.iterdir()):
        if path.name.endswith(("Hz.wav", "channels.wav")):
            with pytest.raises(DecodeError, match=re.escape(path.name)):
                length(reader, path)
        else:
            with suppress(DecodeError):
                length(reader, path)
    assert length(reader, recording) == 20 * RATE


def test_a_worker_that_dies_is_replaced(
    workers: Workers, reader: IsolatedReader, recording: Path
) -> None:
    with reader.open(recording) as file:
        pieces = file.samples(RATE)
        next(pieces)
        (pid,) = workers.pids
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(DecodeError, match=r"Noise.* made its decoder crash \(SIGKILL\)"):
            list(pieces)
    assert length(reader, recording) == 20 * RATE
    assert pid not in workers.pids


def test_one_that_died_idle_costs_no_file(
    workers: Workers, reader: IsolatedReader, recording: Path
) -> None:
    length(reader, recording)
    (pid,) = workers.pids
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert length(reader, recording) == 20 * RATE


def test_too_much_memory_is_one_files_failure(reader: IsolatedReader, recording: Path) -> None:
    # A billion samples a second are some 6 GB in a piece.
    with pytest.raises(DecodeError, match=r"Noise.*(more than 512 MB|crash)"):
        length(reader, recording, rate=10**9)
    assert length(reader, recording) == 20 * RATE


def test_too_much_time_is_one_files_failure(recording: Path) -> None:
    with Workers() as workers:
        reader = IsolatedReader(workers)
        length(reader, recording)
        (pid,) = workers.pids
        os.kill(pid, signal.SIGSTOP)
        workers.limits = WorkerLimits(seconds=0.1, bytes_a_second=1e9)
        with pytest.raises(DecodeError, match=r"Noise.* takes too long to be read"):
            length(reader, recording)
        workers.limits = WorkerLimits()  # the next worker may be slow to start
        assert length(reader, recording) == 20 * RATE
        assert pid not in workers.pids


def test_the_kernel_holds_a_worker_to_its_limits(
    workers: Workers, reader: IsolatedReader, recording: Path
) -> None:
    """Where nobody watches it any more, since this process was killed, as well."""
    length(reader, recording)
    limits = {
        line[:26].strip(): line[26:47].strip()
        for line in Path(f"/proc/{workers.pids[0]}/limits").read_text().splitlines()
    }
    assert 2**29 < int(limits["Max data size"]) < 2**30
    assert 20 <= int(limits["Max cpu time"]) < 60
    assert limits["Max file size"] == limits["Max core file size"] == "0"


def test_workers_end_with_a_process_that_is_killed(recording: Path) -> None:
    program = """
import sys, time
from samesong.runtime.isolation.reader import IsolatedReader
from samesong.runtime.isolation.workers import Workers
workers = Workers()
reader = IsolatedReader(workers)
with reader.open(sys.argv[1]) as one, reader.open(sys.argv[1]) as other:
    next(pieces := one.samples(22_050))  # it is at work, and the other is idle
    other.info
    print(*workers.pids, flush=True)
    sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", program, recording], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        pids = list(map(int, child.stdout.readline().split()))
        handles = [os.pidfd_open(pid) for pid in pids]
        child.kill()
    assert len(handles) == 2
    for handle in handles:
        with open(handle, "rb", closefd=True):
            assert select.select([handle], [], [], 60)[0]  # it has ended


def test_a_file_read_in_part_leaves_no_process(recording: Path) -> None:
    with Workers() as workers:
        reader = IsolatedReader(workers)
        with reader.open(recording) as file, closing(file.samples(RATE)) as pieces:
            next(pieces)
            (pid,) = workers.pids
        assert workers.pids == []
        assert length(reader, recording) == 20 * RATE
        pids = [pid, *workers.pids]
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    with pytest.raises(DecodeError, match="is being stopped"):
        length(reader, recording)


def test_a_file_that_was_replaced_is_refused(reader: IsolatedReader, recording: Path) -> None:
    with reader.open(recording) as file:
        recording.with_name("new").write_bytes(recording.read_bytes())
        recording.with_name("new").replace(recording)
        with pytest.raises(DecodeError, match="replaced by another file"):
            reader.content(file)


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        (b"cos\nsystem\n(S'id'\ntR.", ValueError),
        (b"done\x01\0\0\0{", ValueError),
        (b"log \x01\0\0\0\xff", ValueError),
        (b"samp\x03\0\0\0abc", ValueError),
        (b"samp\xff\xff\xff\xff", ValueError),
        (b"done\x05\0\0\0null", EOFError),
        (b"", EOFError),
    ],
)
def test_what_is_no_message_is_refused(sent: bytes, error: type[Exception]) -> None:
    ours, theirs = socket.socketpair()
    with ours:
        theirs.sendall(sent)
        theirs.close()
        with pytest.raises(error):
            receive(ours, 60.0)


def test_a_message_of_which_only_a_part_comes_is_not_waited_for() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"done\x05\0\0\0nu")
        with pytest.raises(TimeoutError):
            receive(ours, 0.01)


def test_only_errors_of_a_file_are_raised() -> None:
    for kind in ("SystemExit", "CatalogError", "install_hint", "DecodeError"):
        error = unpack_error({"type": kind, "message": "text"})
        assert (type(error), str(error)) == (DecodeError, "text")


def test_an_error_of_an_unknown_format_arrives_as_it_was() -> None:
    sent = UnknownFormatError("'notes.txt' is not audio")
    error = unpack_error(pack_error(sent))
    assert (type(error), str(error)) == (UnknownFormatError, str(sent))


def test_an_unknown_format_names_the_others_once_however_often_it_is_told() -> None:
    error = UnknownFormatError("'a.txt' is not audio")
    again = UnknownFormatError(f"concert: {error}")
    assert str(again) == f"concert: {error}"
    assert again.problem == "concert: 'a.txt' is not audio"
