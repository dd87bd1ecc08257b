"""Codes that join what neither title nor ear takes for one song: one of them may be mistyped."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from samesong.runtime.works.links import Link, Recording, described, heard_by
from samesong.runtime.works.placeholders import names_no_song
from samesong.runtime.works.titles import title_key

_NAMED = 4
"""Recordings that a sentence names; of others it says how many there are."""


def doubtful_codes(
    shared: Iterable[tuple[Link, Sequence[Recording]]],
    members: Mapping[str, Sequence[Recording]],
    works: Mapping[str, str],
) -> Iterator[tuple[list[Recording], str]]:
    """Yield the codes that join recordings of other titles which do not sound alike.

    What the user joined by hand is not doubted, nor what the model has not listened to.

    Parameters
    ----------
    shared : iterable of tuple of Link and sequence of Recording
        Codes that several recordings have, the strongest first.
    members : mapping of str to sequence of Recording
        All recordings of each work, by its name.
    works : mapping of str to str
        The work of each recording, by track_id.

    Yields
    ------
    tuple of list of Recording and str
        One recording of each title, and a sentence without a full stop.
    """
    songs: dict[str, dict[str, str]] = {}
    told: set[tuple[str, ...]] = set()
    for link, tracks in shared:
        firsts: dict[str, dict[str, Recording]] = {}
        for track in tracks:
            work = works[track.track_id]
            if len(members[work]) > 1:
                if work not in songs:
                    songs[work] = _songs(members[work])
                if song := songs[work].get(track.track_id):
                    firsts.setdefault(work, {}).setdefault(song, track)
        for by_song in firsts.values():
            of = sorted(by_song.values(), key=lambda track: (track.title, track.track_id))
            ids = tuple(sorted(by_song))
            if len(of) > 1 and ids not in told:
                told.add(ids)
                yield (
                    of,
                    f"{described(link)} joins {named(of)}, although their titles differ and they "
                    "do not sound alike: if they are different songs, correct the code with "
                    "'samesong catalog edit' or set one apart with 'samesong catalog split'; if "
                    "they are one, confirm it with 'samesong catalog join'",
                )


def named(tracks: Sequence[Recording]) -> str:
    """Return recordings by their titles and ids.

    Parameters
    ----------
    tracks : sequence of Recording
        At least one.

    Returns
    -------
    str
        Such as "'Hymn' (4603a5ad) and 4603a5ae"; of many, how many more there are.
    """
    names = [
        f"{track.title!r} ({track.track_id})" if track.title else track.track_id
        for track in tracks[:_NAMED]
    ]
    if len(tracks) > _NAMED:
        names.append(f"{len(tracks) - _NAMED} more")
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _songs(tracks: Sequence[Recording]) -> dict[str, str]:
    """Return what song each recording of a work seems to be of, by its title or by ear.

    Recordings that neither tells anything of are left out.
    """
    parents = {track.track_id: track.track_id for track in tracks}

    def root(one: str) -> str:
        while parents[one] != one:
            one = parents[one]
        return one

    by_title: dict[str, str] = {}
    by_hand: dict[str, str] = {}
    for track in tracks:
        one = track.track_id
        alike = [other for other in heard_by(track) if other in parents]
        if track.work_by_hand:
            alike.append(by_hand.setdefault(track.work_by_hand, one))
        title = title_key(track.title)
        if not names_no_song(title):
            alike.append(by_title.setdefault(title, one))
            alike += [other for key, other in by_title.items() if _is_part(title, key)]
        for other in alike:
            parents[root(other)] = root(one)
    known = set(map(root, by_title.values()))
    return {
        track.track_id: root(track.track_id)
        for track in tracks
        if track.listened is not None and root(track.track_id) in known
    }


def _is_part(title: str, other: str) -> bool:
    """Return whether all words of one title are in the other, as of a file's name."""
    one, two = set(title.split()), set(other.split())
    return one <= two or two <= one
