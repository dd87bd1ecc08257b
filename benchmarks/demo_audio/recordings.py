"""Free recordings, excerpts of which are the other tracks of the demo."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Release:
    """Source and licence of some recordings.

    Attributes
    ----------
    artist
        As in the files' tags.
    author
        Whom the licence names.
    licence
        Its name and address, or its text.
    source
        The Debian package and where that has it from.
    folder
        Below the unpacked package.
    """

    artist: str
    author: str
    licence: str
    source: str
    folder: str


@dataclass(frozen=True)
class Recording:
    """A recording: name of the output file, title, stems within the release, start in seconds."""

    name: str
    title: str
    release: Release
    stems: tuple[str, ...]
    start: float


_BY_SA = "CC BY-SA 3.0, https://creativecommons.org/licenses/by-sa/3.0/"

# The author asks that this text goes along.
_MULDJORD = f"""{_BY_SA}

> This song was composed by El Senator of the danish metal band Muldjord. It is licensed under the
> Creative Commons Attribute Share-Alike license which can be viewed at
> http://creativecommons.org/licenses/by-sa/3.0 or in the included license.txt file.
>
> Feel free to adapt my work to suit your needs, as long as you give credit to Muldjord as the
> original author and make sure to include this text file and the license with the redistribution
> of the work.
>
> Thank you, El Senator, www.muldjord.com"""

_MIT = """MIT:

> Copyright (c) 2006/2007 Carlos Viola Iborra <karuritosu@gmail.com>
>
> Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
> associated documentation files (the "Software"), to deal in the Software without restriction,
> including without limitation the rights to use, copy, modify, merge, publish, distribute,
> sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
> furnished to do so, subject to the following conditions:
>
> The above copyright notice and this permission notice shall be included in all copies or
> substantial portions of the Software.
>
> THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
> NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
> NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
> DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT
> OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."""

MAXSTACK = Release(
    artist="Maxstack",
    author="Max McCracken (Maxstack)",
    licence=_BY_SA,
    source="singularity-music 007-2, the music of Endgame: Singularity, "
    "http://emhsoft.com/singularity/",
    folder="usr/share/games/singularity/music",
)
MULDJORD = Release(
    artist="Muldjord",
    author="El Senator of the Danish metal band Muldjord, http://www.muldjord.com",
    licence=_MULDJORD,
    source="fretsonfire-songs-muldjord 2.dfsg-2.1, http://downloads.muldjord.com/",
    folder="usr/share/games/fretsonfire/data/songs/muldjord",
)
SECTOID = Release(
    artist="Sectoid",
    author="Carlos Viola Iborra (Sectoid)",
    licence=_MIT,
    source="fretsonfire-songs-sectoid 1.dfsg-3.1, "
    "http://www.nivel21.net/personal/sectoid/fretsonfire/Sectoid_Frets_on_Fire_Song_Pack.zip",
    folder="usr/share/games/fretsonfire/data/songs/sectoid",
)


def _whole(title: str, start: float) -> Recording:
    return Recording(title.lower().replace(" ", "_"), title, MAXSTACK, (f"{title}.ogg",), start)


def _in_stems(folder: str, title: str, release: Release) -> Recording:
    stems = (f"{folder}/song.ogg", f"{folder}/guitar.ogg")
    return Recording(title.lower().replace(" ", "_"), title, release, stems, 30)


RECORDINGS = (
    _whole("A New Journey", 60),
    _whole("Awakening", 40),
    _whole("Nebula", 90),
    _whole("Coherence", 60),
    _in_stems("armygeddon", "Armygeddon", MULDJORD),
    _in_stems("mutilated_mime", "Mutilated Mime", MULDJORD),
    _in_stems("Escape from chaosland", "Escape from Chaosland", SECTOID),
    _in_stems("Feelings", "Feelings", SECTOID),
)
