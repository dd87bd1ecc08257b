"""A server keeps little of what it freed."""

import ctypes
import os
import subprocess
import sys

import pytest

COUNT = """
import ctypes, sys, threading
from samesong.runtime.server.allocator import share_arenas

if sys.argv[1] == "shared":
    share_arenas()
barrier = threading.Barrier(8)


def allocate():
    held = bytearray(100_000)  # more than Python's own allocator takes
    barrier.wait()


threads = [threading.Thread(target=allocate) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, out)
libc.fflush(out)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="needs glibc")
@pytest.mark.parametrize(("how", "most"), [("shared", 2), ("apart", 100)])
def test_threads_share_arenas(how: str, most: int) -> None:
    command = [sys.executable, "-c", COUNT, how]
    environment = {key: value for key, value in os.environ.items() if key != "MALLOC_ARENA_MAX"}
    told = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    n_arenas = told.stdout.count("<heap nr=")
    assert (n_arenas > 2) == (how == "apart")
    assert 1 <= n_arenas <= most
