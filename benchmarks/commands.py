"""samesong's commands, run as a user would."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click


def samesong(*arguments: str) -> Any:
    """Run a command and return the JSON that it prints."""
    command = [str(Path(sys.executable).with_name("samesong")), *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise click.ClickException(f"samesong {arguments[0]} failed")
    return json.loads(done.stdout)
