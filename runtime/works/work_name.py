"""Title and artist of a work, decided by all of its recordings."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Protocol

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
        version from others; None if no recording has a title.

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
    title = _plainest([one.title for one in every if one.title], title_key, names_no_song)
    return None if title is None else without_version(title)


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
        song is told by the artist of another; None if no recording names one.
    """
    every = list(recordings)
    if len(every) == 1:
        return every[0].artist or None
    title = title_key(work_title(every))
    artists = [one.artist for one in every if one.artist]
    of_title = [
        one.artist
        for one in every
        if one.artist and title_key(one.title) == title and not names_nobody(artist_key(one.artist))
    ]
    return _plainest(of_title or artists, artist_key, names_nobody)


def _plainest(
    names: Iterable[str],
    key: Callable[[str], str],
    is_placeholder: Callable[[str], bool] = lambda _: False,
) -> str | None:
    """Return the plainest spelling of the commonest name; of names as common, the shortest.

    Placeholders, such as "Track 1", come last.
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
