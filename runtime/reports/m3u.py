"""Extended M3U playlists, in which each song is a part of the recording."""

from samesong.runtime.display.text import whole_seconds, writable
from samesong.runtime.reports.candidates import described
from samesong.runtime.reports.file_parts import file_parts
from samesong.runtime.reports.report_format import ReportFormat
from samesong.runtime.setlist.document import Setlist


def write_m3u(setlist: Setlist) -> str:
    """Return a set list as an extended M3U playlist in UTF-8.

    Lengths are in whole seconds. A song without a name says what it is closest to. The times of a
    song in the recording are VLC's options ``start-time`` and ``stop-time``; other players play the
    whole recording. A song that runs over the end of a file is one entry in each file.

    Parameters
    ----------
    setlist : Setlist
        The set list.

    Returns
    -------
    str
        The playlist.
    """
    lines = ["#EXTM3U", "#EXTENC:UTF-8"]
    for entry in setlist.entries:
        for part in file_parts(setlist, entry.start, entry.end):
            path = writable(part.path)
            lines += [
                f"#EXTINF:{whole_seconds(part.end - part.start)},{described(entry, most=1)}",
                f"#EXTVLCOPT:start-time={part.start:.3f}",
                f"#EXTVLCOPT:stop-time={part.end:.3f}",
                f"./{path}" if path.startswith("#") else path,  # or it would be a comment
            ]
    return "".join(f"{line}\n" for line in lines)


FORMAT = ReportFormat(
    "m3u",
    "audio/x-mpegurl",
    ".m3u8",
    "Playlist with times (M3U)",
    write_m3u,
    opens_recording=True,
    other_suffixes=(".m3u",),
)
