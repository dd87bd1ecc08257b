"""Writes the attribution and licence of each file of the demo's audio."""

from arrangements import STAGE, STUDIO
from recordings import MAXSTACK, MULDJORD, RECORDINGS, SECTOID
from tunes import TUNES

_HEAD = """# Who made these recordings

Written by `benchmarks/demo_audio/generate.py`, which also made the audio files.

## Old tunes, new arrangements

The tunes are in the public domain. The arrangements and their renderings were made for samesong;
like the rest of it they are under the Apache License 2.0. The performers' names are invented. They
were played by FluidSynth with the soundfont FluidR3 GM (Frank Wen and contributors, MIT licence;
Debian package fluid-soundfont-gm 3.1). Rooms and crowds of the live ones are synthetic.

| file | tune | origin | called |
|---|---|---|---|
"""

_EXCERPTS = """
## Excerpts of free recordings

Each is an excerpt of 80 seconds, mixed to mono, from its stems where the source has stems, with its
level changed and its ends faded, and encoded as Opus. These modified recordings are under the same
licence as their originals.
"""


def attribution() -> str:
    """Return the text of ATTRIBUTION.md."""
    lines = [
        f"| `{kind}_{name}.opus` | {tune.title} | {tune.origin} | {arrangements[name].artist} |"
        for name, tune in TUNES.items()
        for kind, arrangements in (("studio", STUDIO), ("live", STAGE))
    ]
    parts = [_HEAD + "\n".join(lines) + "\n", _EXCERPTS]
    for release in (MAXSTACK, MULDJORD, SECTOID):
        files = "\n".join(
            f"- `other_{recording.name}.opus`: {recording.title}, from {recording.start:g} s on"
            for recording in RECORDINGS
            if recording.release is release
        )
        parts.append(
            f"\n### {release.artist}\n\n{files}\n\nAuthor: {release.author}  \n"
            f"Source: Debian package {release.source}  \nLicence: {release.licence}\n"
        )
    return "".join(parts)
