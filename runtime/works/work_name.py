"""Title and artist of a work, decided by all of its recordings."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from typing import Protocol

from samesong.runtime.files.tags import title_from_name
from samesong.runtime.works.placeholders import names_no_song, names_nobody
from samesong.runtime.works.titles import artist_key, title_key
from samesong.runtime.works.version_suffix import without_version


class NamedRecording(Protocol):
    """A recording with what it is called; `samesong.TrackInfo` is one."""

    @property
    def title(self) -> str | None:
        """Its own title."""

    @property
    def artist(self) -> str | None:
        """The performer."""

    @property
    def path(self) -> str:
        """The file that it was read from."""

    @property
    def work_title(self) -> str | None:
        """Title that the user gave its work."""


def work_title(recordings: Iterable[NamedRecording]) -> str | None:
    """Return the title of a work.

    Parameters
    ----------
    recordings : iterable of NamedRecording
        All recordings of the work, in any order.

    Returns
    -------
    str or None
        The title that the user gave the work; else that of most recordings, without what tells a
        version from others; None if no recording has a title. Names of files that have no tags
        come last.

    Examples
    --------
    >>> from samesong import TrackInfo
    >>> live = TrackInfo("1", "Hymn - Live in the Studio", None, None, None, "/1.flac", 9.0)
    >>> nameless = TrackInfo("2", "Track 1", None, None, None, "/2.flac", 9.0)
    >>> work_title([nameless, live])
    'Hymn'
    """
    every = list(recordings)
    by_hand = [one.work_title for one in every if one.work_title]
    if by_hand:
        return _plainest(by_hand, title_key)
    return _recorded_title(every)


def work_artist(recordings: Iterable[NamedRecording]) -> str | None:
    """Return the artist of a work.

    Parameters
    ----------
    recordings : iterable of NamedRecording
        All recordings of the work, in any order.

    Returns
    -------
    str or None
        The performer of most recordings, those first that have the title of the work, so that no
        song is told by the artist of another; where none has the title that the user gave it, those
        that have the one it had before. None if no recording names one.
    """
    every = list(recordings)
    if len(every) == 1:
        return every[0].artist or None
    for title in (title_key(work_title(every)), title_key(_recorded_title(every))):
        artists = [
            one.artist
            for one in every
            if one.artist
            and title_key(one.title) == title
            and not names_nobody(artist_key(one.artist))
        ]
        if artists:
            return _plainest(artists, artist_key, names_nobody)
    return _plainest([one.artist for one in every if one.artist], artist_key, names_nobody)


def _recorded_title(recordings: Collection[NamedRecording]) -> str | None:
    """Return the title that the recordings of a work give it."""
    tagged = {title_key(one.title) for one in recordings if not _is_named_by_file(one)}

    def names_little(key: str) -> bool:
        return names_no_song(key) or key not in tagged

    title = _plainest([one.title for one in recordings if one.title], title_key, names_little)
    return None if title is None else without_version(title)


def _is_named_by_file(recording: NamedRecording) -> bool:
    """Return whether a recording has its file's name for a title, for want of tags."""
    return not recording.artist and recording.title == title_from_name(recording.path)


def _plainest(
    names: Iterable[str],
    key: Callable[[str], str],
    is_placeholder: Callable[[str], bool] = lambda _: False,
) -> str | None:
    """Return the plainest spelling of the commonest name; of names as common, the shortest.

    Placeholders, such as "Track 1" and names of files, come last.
    """
    spellings = Counter(names)
    if len(spellings) < 2:
        return next(iter(spellings), None)
    keys = {spelling: key(spelling) for spelling in spellings}
    counts: Counter[str] = Counter()
    shortest: dict[str, int] = {}
    for spelling, count in spellings.items():
        name = keys[spelling]
        counts[name] += count
        shortest[name] = min(len(spelling), shortest.get(name, len(spelling)))

    def order(spelling: str) -> tuple[object, ...]:
        name = keys[spelling]
        return (
            *(is_placeholder(name), -counts[name], shortest[name], name),
            *(len(spelling), -spellings[spelling]),
            *(spelling in (spelling.lower(), spelling.upper()), spelling),
        )

    return min(spellings, key=order)
