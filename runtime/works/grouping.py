"""Recordings put together into works, by the links that contradict no stronger ones."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from samesong.runtime.works.links import WORK_KINDS, Kind, Link, Recording, described, links_of

_NOBODY: frozenset[int] = frozenset()

AnyRecording = TypeVar("AnyRecording", bound=Recording)


@dataclass(frozen=True)
class Membership:
    """The work of a recording.

    Attributes
    ----------
    work_id : str
        What the user calls it by hand, or else the track_id of the recording that was added
        first; empty for a recording alone.
    reason : str
        Why it belongs there, in a few words; empty for a recording alone.
    """

    work_id: str = ""
    reason: str = ""


def group(tracks: Iterable[Recording]) -> dict[str, Membership]:
    """Put recordings together into works.

    Recordings that share a link are of one work: a value given by hand, a code of the work, a
    code of the recording, artist and title, or what the model heard, in this order. A link counts
    only where it joins nothing that stronger ones tell apart: recordings with different values
    given by hand are never together; those with different codes of works, or that the user split
    from each other, only by hand.

    Parameters
    ----------
    tracks : iterable of Recording
        All recordings, in any order, no two of the same track_id.

    Returns
    -------
    dict of str to Membership
        The work of each, by track_id. Adding recordings changes no work_id, except that of works
        that they show to be one, or two.
    """
    ordered = in_founding_order(tracks)
    linked = [links_of(track) for track in ordered]
    sharing = _sharing(ordered, linked)
    clusters = _Clusters(linked, _split(ordered))
    for link, members in sharing:
        clusters.join(link[0], members)
    reasons: dict[int, str] = {}
    for link, members in sharing:
        for together in clusters.together(members):
            for i in together:
                reasons.setdefault(i, described(link))
    return _memberships(ordered, linked, clusters, reasons)


def in_founding_order(tracks: Iterable[AnyRecording]) -> list[AnyRecording]:
    """Return recordings in the order in which they were added.

    Parameters
    ----------
    tracks : iterable of Recording
        In any order.

    Returns
    -------
    list of Recording
        Those added at the same time sorted by track_id.
    """
    return sorted(tracks, key=lambda track: (track.added, track.track_id))


def _sharing(
    ordered: Sequence[Recording], linked: Sequence[Sequence[Link]]
) -> list[tuple[Link, list[int]]]:
    """Return each link that several recordings share, the strongest kinds and oldest first."""
    members: dict[Link, list[int]] = {}
    for i, links in enumerate(linked):
        for link in links:
            members.setdefault(link, []).append(i)
    # Who is heard as a recording belongs to it, before it belongs to others that are as well.
    for i, track in enumerate(ordered):
        if (link := (Kind.EAR, track.track_id)) in members:
            members[link] = [i, *(other for other in members[link] if other != i)]
    shared = [(link, indices) for link, indices in members.items() if len(indices) > 1]
    return sorted(shared, key=lambda one: (one[0][0], min(one[1]), one[0][1]))


def _split(ordered: Sequence[Recording]) -> dict[int, frozenset[int]]:
    """Return the recordings that each was split from by the user."""
    if not any(track.split_from for track in ordered):
        return {}
    places = {track.track_id: i for i, track in enumerate(ordered)}
    return {
        i: frozenset(places[one] for one in track.split_from.split() if one in places)
        for i, track in enumerate(ordered)
        if track.split_from
    }


class _Clusters:
    """Recordings joined so far, and what tells clusters of them apart.

    That is the codes of works that they have, and from which recordings they were split.
    """

    def __init__(
        self, linked: Sequence[Sequence[Link]], split: Mapping[int, frozenset[int]]
    ) -> None:
        self._parents = list(range(len(linked)))
        self._split = dict(split)
        self._named = {i: frozenset((i,)) for i in _NOBODY.union(*split.values())}
        self._values: dict[int, dict[Kind, frozenset[str]]] = {}
        for i, links in enumerate(linked):
            values = {kind: frozenset((value,)) for kind, value in links if kind in WORK_KINDS}
            if values:
                self._values[i] = values

    def root(self, i: int) -> int:
        """Return the first recording of the cluster of one."""
        parents = self._parents
        while parents[i] != i:
            parents[i] = parents[parents[i]]
            i = parents[i]
        return i

    def join(self, kind: Kind, members: Sequence[int]) -> None:
        """Join the clusters of recordings that share a link, save those that contradict it."""
        roots = list(dict.fromkeys(self.root(i) for i in members))
        # What the user put somewhere is what others are put to, and what the user split off is the
        # exception; the rest go by age.
        roots.sort(key=lambda root: (root in self._split, not self._of(root, Kind.HAND)))
        joined: list[int] = []
        for root in roots:
            for i, other in enumerate(joined):
                if not self._contradict(kind, root, other):
                    joined[i] = self._unite(root, other)
                    break
            else:
                joined.append(root)

    def together(self, members: Sequence[int]) -> list[list[int]]:
        """Return those of some recordings that share a cluster with others of them."""
        found: dict[int, list[int]] = {}
        for i in members:
            found.setdefault(self.root(i), []).append(i)
        return [indices for indices in found.values() if len(indices) > 1]

    def _of(self, root: int, kind: Kind) -> frozenset[str]:
        return self._values.get(root, {}).get(kind, frozenset())

    def _contradict(self, kind: Kind, one: int, other: int) -> bool:
        if kind > Kind.HAND and self._split and (self._left(one, other) or self._left(other, one)):
            return True
        if one not in self._values or other not in self._values:
            return False
        pairs = [(self._of(one, k), self._of(other, k)) for k in WORK_KINDS if k < kind]
        return any(a and b and a.isdisjoint(b) for a, b in pairs)

    def _left(self, one: int, other: int) -> bool:
        """Return whether the user split recordings of one cluster from some of another."""
        return not self._split.get(one, _NOBODY).isdisjoint(self._named.get(other, _NOBODY))

    def _unite(self, one: int, other: int) -> int:
        first, second = min(one, other), max(one, other)
        self._parents[second] = first
        for of in (self._split, self._named):
            if second in of:
                of[first] = of.get(first, _NOBODY) | of.pop(second)
        values = self._values.pop(second, {})
        if values:
            mine = self._values.get(first, {})
            self._values[first] = {
                kind: self._of(first, kind) | values.get(kind, frozenset())
                for kind in mine.keys() | values.keys()
            }
        return first


def _memberships(
    ordered: Sequence[Recording],
    linked: Sequence[Sequence[Link]],
    clusters: _Clusters,
    reasons: dict[int, str],
) -> dict[str, Membership]:
    by_hand = {links[0][1] for links in linked if links and links[0][0] is Kind.HAND}
    works: dict[int, list[int]] = {}
    for i in range(len(ordered)):
        works.setdefault(clusters.root(i), []).append(i)
    found: dict[str, Membership] = {}
    for members in works.values():
        hand = {track.work_by_hand for i in members if (track := ordered[i]).work_by_hand}
        founder = ordered[members[0]].track_id
        if hand:
            [work_id] = hand
        else:
            work_id = founder if len(members) > 1 else ""
            # The user may call another work by the name of this track.
            while (work_id or founder) in by_hand:
                work_id = f"{work_id or founder}-2"
        for i in members:
            reason = reasons.get(i) or ("by hand" if ordered[i].work_by_hand else "")
            found[ordered[i].track_id] = Membership(work_id or "", reason)
    return found
