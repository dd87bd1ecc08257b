"""Which format a set list is to be written in, as the options of a command tell it."""

from pathlib import Path

from samesong.runtime.reports import FORMATS

REMEDY = "give --format, or OUTPUT a suffix of " + ", ".join(
    suffix for known in FORMATS.values() for suffix in (known.suffix, *known.also)
)
"""What to do where they tell none."""


def chosen(form: str | None, output: Path | None) -> str | None:
    """Return the name of the format that ``--format`` says, or else the suffix of OUTPUT."""
    if form is not None or output is None:
        return form
    suffix = output.suffix.lower()
    named = (name for name, known in FORMATS.items() if suffix in (known.suffix, *known.also))
    return next(named, None)
