"""A catalog that cannot be made leaves nothing behind, and says what to do."""

import subprocess
import sys
from pathlib import Path

import pytest

# Makes the kernel refuse hard links to this process, as it does on exFAT.
NO_LINKS = """
import ctypes, errno, platform, struct, sys
LINK = {"x86_64": (86, 265), "aarch64": (37,)}[platform.machine()]
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
steps = [(0x20, 0, 0, 0)]  # load the number of the system call
steps += [(0x15, len(LINK) - k, 0, call) for k, call in enumerate(LINK)]
steps += [(0x06, 0, 0, ALLOW), (0x06, 0, 0, REFUSE)]
code = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *step) for step in steps))

class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]

program = Program(len(steps), ctypes.addressof(code))
libc = ctypes.CDLL(None)
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.byref(program)):
    sys.exit(77)
from samesong.runtime.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("name", ["catalog", "new/catalog", "there"])
def test_a_disk_without_hard_links(tmp_path: Path, demo_song: Path, name: str) -> None:
    (tmp_path / "there").mkdir()
    before = sorted(tmp_path.rglob("*"))
    command = [sys.executable, "-c", NO_LINKS, "index", str(tmp_path / name), str(demo_song)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 77:
        pytest.skip("this kernel filters no system calls")
    assert done.returncode == 2, done.stderr
    assert f"cannot make catalog {tmp_path / name}: its disk has no hard links" in done.stderr
    assert "put the catalog on another disk" in done.stderr
    assert sorted(tmp_path.rglob("*")) == before


@pytest.fixture
def demo_song() -> Path:
    from samesong.runtime.demo.run import DEMO_AUDIO

    return DEMO_AUDIO / "live_oh_susanna.opus"
