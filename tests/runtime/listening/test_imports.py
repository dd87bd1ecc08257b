"""Listening needs no server."""

import subprocess
import sys

import pytest

SERVER = ("samesong.runtime.server", "fastapi", "starlette", "uvicorn")


@pytest.mark.parametrize(
    "module",
    [
        "samesong.runtime.cli.listen",
        "samesong.runtime.listening.following",
        "samesong.runtime.listening.listener",
        "samesong.runtime.listening.microphone",
        "samesong.runtime.listening.pcm",
    ],
)
def test_no_module_of_a_server_is_loaded(module: str) -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", f"import sys, {module}; print(*sys.modules)"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split()
    assert module in loaded
    assert not [name for name in loaded if name.startswith(SERVER)]
