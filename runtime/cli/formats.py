"""Which format a set list is to be written in, as the options of a command tell it."""

from pathlib import Path

from samesong.runtime.reports import FORMATS

REMEDY = "give --format, or OUTPUT a suffix of " + ", ".join(
    known.suffix for known in FORMATS.values()
)
"""What to do where they tell none."""


def chosen(form: str | None, output: Path | None) -> str | None:
    """Return the name of the format that ``--format`` says, or else the suffix of OUTPUT."""
    if form is not None or output is None:
        return form
    suffixes = {known.suffix: name for name, known in FORMATS.items()}
    return suffixes.get(output.suffix.lower())
