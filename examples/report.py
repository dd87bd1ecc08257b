"""A report of one's own: the set list of a concert in Markdown.

python examples/report.py my-catalog concert.flac setlist.md
"""

import sys
from datetime import timedelta
from pathlib import Path

import samesong


def markdown(setlist: samesong.Setlist) -> str:
    """Return a set list in Markdown."""
    lines = [f"# {setlist.name}", ""]
    for number, song in enumerate(setlist.songs, 1):
        start = timedelta(seconds=round(song.start))
        if song.track is not None:
            by = f" ({song.track.artist})" if song.track.artist else ""
            lines.append(f"{number}. {song.track.title}{by}, {start}")
        else:
            guesses = ", ".join(str(one.track.title) for one in song.candidates[:2])
            lines.append(f"{number}. *unknown*, {start}" + (guesses and f"; perhaps {guesses}"))
    return "\n".join([*lines, "", f"Found by samesong {setlist.version}.", ""])


def main(catalog: str, concert: str, path: str) -> None:
    """Write the report of a concert."""
    setlist = samesong.make_setlist(catalog, concert, progress=show)
    Path(path).write_text(markdown(setlist), "utf-8")


def show(progress: samesong.Progress) -> None:
    """Print how far the work is."""
    print(f"{progress.share or 0:.0%} of the concert", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
