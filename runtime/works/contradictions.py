"""Where what is known of recordings does not fit together, in sentences."""

from collections.abc import Iterable, Mapping

from samesong.runtime.works.grouping import in_founding_order
from samesong.runtime.works.links import (
    WORK_KINDS,
    Kind,
    Link,
    Recording,
    codes_of,
    described,
    heard_by,
    links_of,
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
_NAMED = 4
"""Recordings that a sentence names; of others it says how many there are."""


def contradictions(tracks: Iterable[Recording], works: Mapping[str, str]) -> list[str]:
    """Return what is contradictory or wrong about the works of recordings.

    Parameters
    ----------
    tracks : iterable of Recording
        The recordings.
    works : mapping of str to str
        The work of each, by track_id.

    Returns
    -------
    list of str
        Sentences without a full stop: codes that are none, which join nothing; codes and ears that
        say that two works are one; and works of several codes.
    """
    ordered = in_founding_order(tracks)
    sharing: dict[Link, list[Recording]] = {}
    members: dict[str, list[Recording]] = {}
    for track in ordered:
        members.setdefault(works[track.track_id], []).append(track)
        for link in links_of(track):
            if link[0] not in (Kind.NAME, Kind.EAR):
                sharing.setdefault(link, []).append(track)
    return [
        *_invalid(ordered),
        *_apart(sharing, works),
        *_heard_apart(ordered, works),
        *_several_codes(members),
    ]


def _invalid(tracks: Iterable[Recording]) -> list[str]:
    found: dict[tuple[Kind, str], list[Recording]] = {}
    for track in tracks:
        for kind, codes in codes_of(track):
            for code in codes.invalid:
                found.setdefault((kind, code), []).append(track)
    return [
        f"{_RULES[kind][0]} {code!r} of {_names(of)} is not valid ({_RULES[kind][1]}): "
        "it joins nothing"
        for (kind, code), of in sorted(found.items(), key=lambda one: one[0])
    ]


def _apart(sharing: Mapping[Link, list[Recording]], works: Mapping[str, str]) -> list[str]:
    """Return which links lead from one work to another, unless the user set them apart."""
    sentences = []
    for link, tracks in sorted(sharing.items(), key=lambda one: one[0]):
        firsts = list({works[track.track_id]: track for track in reversed(tracks)}.values())[::-1]
        if len(firsts) > 1 and (why := _told_apart_by(firsts, link[0])):
            sentences.append(
                f"{described(link)} is that of {_names(firsts)}, which stay different works, since "
                f"they differ in {why}"
            )
    return sentences


def _heard_apart(tracks: Iterable[Recording], works: Mapping[str, str]) -> list[str]:
    ordered = list(tracks)
    by_id = {track.track_id: track for track in ordered}
    sentences = {}
    for track in ordered:
        for other in (by_id[one] for one in heard_by(track) if one in by_id):
            if works[track.track_id] == works[other.track_id]:
                continue
            if why := _told_apart_by([track, other], Kind.EAR):
                pair = in_founding_order([track, other])
                sentences[tuple(one.track_id for one in pair)] = (
                    f"{_names(pair)} sound like one song, but stay different works, since they "
                    f"differ in {why}"
                )
    return list(sentences.values())


def _told_apart_by(tracks: list[Recording], kind: Kind) -> str:
    """Return the strongest codes of works that differ; nothing where the user keeps them apart."""
    values: dict[Kind, set[str]] = {}
    for track in tracks:
        for one, value in links_of(track):
            values.setdefault(one, set()).add(value)
    differing = [one for one in WORK_KINDS if one < kind and len(values.get(one, ())) > 1]
    if Kind.HAND in differing:
        return ""
    return _PLURALS[differing[0]] if differing else "what else is known of their works"


def _several_codes(members: Mapping[str, list[Recording]]) -> list[str]:
    sentences = []
    for tracks in members.values():
        codes: dict[Kind, dict[str, Recording]] = {kind: {} for kind in _PLURALS}
        for track in tracks:
            for kind, value in links_of(track):
                if kind in codes:
                    codes[kind].setdefault(value, track)
        for kind, found in codes.items():
            if len(found) > 1:
                told = "; ".join(
                    f"{described((kind, value))} of {_name(track)}"
                    for value, track in found.items()
                )
                sentences.append(f"one work has several {_PLURALS[kind]}: {told}")
    return sentences


def _names(tracks: list[Recording]) -> str:
    named = [_name(track) for track in tracks[:_NAMED]]
    if len(tracks) > _NAMED:
        named.append(f"{len(tracks) - _NAMED} more")
    return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)


def _name(track: Recording) -> str:
    return f"{track.title!r} ({track.track_id})" if track.title else track.track_id
