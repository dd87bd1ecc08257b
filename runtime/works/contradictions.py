"""Where what is known of recordings does not fit together, in sentences."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from samesong.runtime.works.doubtful_codes import doubtful_codes, named
from samesong.runtime.works.grouping import in_founding_order
from samesong.runtime.works.links import (
    WORK_KINDS,
    Kind,
    Link,
    Recording,
    codes_of,
    described,
    heard_by,
    told_links,
)

_RULES = {
    Kind.ISWC: ("ISWC", "T, nine digits and the right check digit"),
    Kind.MB_WORK: ("MusicBrainz work", "a UUID"),
    Kind.ISRC: ("ISRC", "two letters, three letters or digits, seven digits"),
    Kind.MB_RECORDING: ("MusicBrainz recording", "a UUID"),
}
_PLURALS = {
    Kind.OWN_CODE: "work codes",
    Kind.ISWC: "ISWCs",
    Kind.MB_WORK: "ids of MusicBrainz works",
}
Finding = tuple[list[Recording], str]
"""Recordings, and a sentence about them."""


def contradictions(
    tracks: Iterable[Recording],
    works: Mapping[str, str],
    about: Collection[str] | None = None,
) -> list[str]:
    """Return what is contradictory or wrong about the works of recordings.

    Parameters
    ----------
    tracks : iterable of Recording
        The recordings.
    works : mapping of str to str
        The work of each, by track_id.
    about : collection of str, optional
        track_ids; what concerns none of them is left out.

    Returns
    -------
    list of str
        Sentences without a full stop: codes that are none, which join nothing; codes that join what
        neither title nor ear takes for one song; codes and ears that say that two works are one;
        and works of several codes.
    """
    ordered = in_founding_order(tracks)
    sharing: dict[Link, list[Recording]] = {}
    members: dict[str, list[Recording]] = {}
    for track in ordered:
        members.setdefault(works[track.track_id], []).append(track)
        for link in told_links(track):
            sharing.setdefault(link, []).append(track)
    split = _split_works(ordered, works)
    shared = sorted(
        ((link, of) for link, of in sharing.items() if len(of) > 1), key=lambda one: one[0]
    )
    found = [
        *_invalid(ordered),
        *doubtful_codes(shared, members, works),
        *_apart(shared, works, split),
        *_heard_apart(ordered, works, split),
        *_several_codes(members),
    ]
    return [
        sentence
        for of, sentence in found
        if about is None or any(one.track_id in about for one in of)
    ]


def _invalid(tracks: Iterable[Recording]) -> Iterator[Finding]:
    found: dict[tuple[Kind, str], list[Recording]] = {}
    for track in tracks:
        for kind, codes in codes_of(track):
            for code in codes.invalid:
                found.setdefault((kind, code), []).append(track)
    for (kind, code), of in sorted(found.items(), key=lambda one: one[0]):
        name, rule = _RULES[kind]
        yield of, f"{name} {code!r} of {named(of)} is not valid ({rule}): it joins nothing"


def _split_works(
    tracks: Iterable[Recording], works: Mapping[str, str]
) -> Collection[frozenset[str]]:
    """Return the pairs of works that the user split from each other."""
    return {
        frozenset((works[track.track_id], works[other]))
        for track in tracks
        if track.split_from
        for other in track.split_from.split()
        if other in works
    }


def _apart(
    shared: Iterable[tuple[Link, list[Recording]]],
    works: Mapping[str, str],
    split: Collection[frozenset[str]],
) -> Iterator[Finding]:
    """Yield which links lead from one work to another, unless the user set them apart."""
    for link, tracks in shared:
        firsts = list({works[track.track_id]: track for track in reversed(tracks)}.values())[::-1]
        pairs = combinations([works[track.track_id] for track in firsts], 2) if split else ()
        if any(frozenset(pair) in split for pair in pairs):
            continue
        if len(firsts) > 1 and (why := _told_apart_by(firsts, link[0])):
            yield (
                tracks,
                f"{described(link)} is that of {named(firsts)}, which stay different works, since "
                f"they differ in {why}",
            )


def _heard_apart(
    tracks: Sequence[Recording], works: Mapping[str, str], split: Collection[frozenset[str]]
) -> list[Finding]:
    by_id = {track.track_id: track for track in tracks}
    found: dict[tuple[str, ...], Finding] = {}
    for track in tracks:
        for other in (by_id[one] for one in heard_by(track) if one in by_id):
            of = frozenset((works[track.track_id], works[other.track_id]))
            if len(of) == 1 or of in split:
                continue
            if why := _told_apart_by([track, other], Kind.EAR):
                pair = in_founding_order([track, other])
                found[tuple(one.track_id for one in pair)] = (
                    pair,
                    f"{named(pair)} sound like one song, but stay different works, since they "
                    f"differ in {why}",
                )
    return list(found.values())


def _told_apart_by(tracks: list[Recording], kind: Kind) -> str:
    """Return the strongest codes of works that differ; nothing where the user keeps them apart."""
    values: dict[Kind, set[str]] = {}
    for track in tracks:
        for one, value in told_links(track):
            values.setdefault(one, set()).add(value)
    differing = [one for one in WORK_KINDS if one < kind and len(values.get(one, ())) > 1]
    if Kind.HAND in differing:
        return ""
    return _PLURALS[differing[0]] if differing else "what else is known of their works"


def _several_codes(members: Mapping[str, list[Recording]]) -> Iterator[Finding]:
    for tracks in members.values():
        if len(tracks) == 1:
            continue
        codes: dict[Kind, dict[str, Recording]] = {kind: {} for kind in _PLURALS}
        for track in tracks:
            for kind, value in told_links(track):
                if kind in codes:
                    codes[kind].setdefault(value, track)
        for kind, found in codes.items():
            if len(found) > 1:
                told = "; ".join(
                    f"{described((kind, value))} of {named([track])}"
                    for value, track in found.items()
                )
                yield tracks, f"one work has several {_PLURALS[kind]}: {told}"
