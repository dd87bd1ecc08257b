"""Making reports; long ones in a process of their own.

Python runs one thread at a time, and some steps of a long report take it for a second, in which no
other request would be answered.

``python -m samesong.runtime.server.report FORMAT`` makes one of the set list that it reads.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass

from samesong.features.errors import SetlistError
from samesong.runtime.reports.formats import FORMATS
from samesong.runtime.server.setlists.body import setlist_of
from samesong.runtime.setlist.document import Setlist

_LONG = 2**17
"""Bytes of JSON, of some 500 songs with candidates: more take longer than to start a process."""
_SECONDS = 120.0
"""For a long report: fifty times what the largest takes."""
_NICENESS = 5
_REFUSED = 3  # exit code


@dataclass(frozen=True)
class Report:
    """A report.

    Attributes
    ----------
    name : str
        File name, as its readers would write it.
    content : bytes
        The file.
    """

    name: str
    content: bytes


def report_of(setlist: Setlist, form: str) -> Report:
    """Make a report of a set list.

    Parameters
    ----------
    setlist : Setlist
        The set list.
    form : str
        One of `FORMATS`.

    Returns
    -------
    Report
        The report.
    """
    made = FORMATS[form]
    return Report((setlist.name or "concert") + made.suffix, made.write(setlist).encode())


def report_of_json(body: bytes, form: str, *, long: int = _LONG) -> Report:
    """Make a report of a set list in JSON.

    Parameters
    ----------
    body : bytes
        The set list.
    form : str
        One of `FORMATS`.
    long : int, optional
        Bytes of JSON from which on another process makes it.

    Returns
    -------
    Report
        The report.

    Raises
    ------
    SetlistError
        If it is no set list.
    RuntimeError
        If the other process fails.
    """
    if len(body) < long:
        return report_of(setlist_of(body), form)
    command = [sys.executable, "-P", "-m", __name__, form]
    done = subprocess.run(command, input=body, capture_output=True, timeout=_SECONDS, check=False)
    if done.returncode == _REFUSED:
        raise SetlistError(done.stdout.decode())
    if done.returncode:
        raise RuntimeError(f"no report, but {done.stderr.decode(errors='replace')}")
    name, _, content = done.stdout.partition(b"\n")
    return Report(json.loads(name), content)


def main() -> None:
    """Read a set list, and write the name of its report and the report."""
    os.nice(_NICENESS)
    out = sys.stdout.buffer
    try:
        report = report_of(setlist_of(sys.stdin.buffer.read()), sys.argv[1])
    except SetlistError as error:
        out.write(str(error).encode())
        sys.exit(_REFUSED)
    # A name may hold halves of characters, which JSON in ASCII keeps.
    out.write(json.dumps(report.name).encode() + b"\n")
    out.write(report.content)


if __name__ == "__main__":
    main()
