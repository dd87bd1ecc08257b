"""Which recordings a change of others may put into other works: the rest need not be grouped."""

from collections.abc import Iterable

from samesong.runtime.works.links import Kind, Link, Recording, links_of


class LinkIndex:
    """The links of recordings, by which those that hang together are found.

    Parameters
    ----------
    tracks : iterable of Recording
        Recordings, no two of the same track_id.

    Examples
    --------
    >>> from samesong.runtime.works.link_index import LinkIndex
    >>> LinkIndex([]).reachable(["4603a5ad"])
    set()
    """

    def __init__(self, tracks: Iterable[Recording]) -> None:
        self._links: dict[str, list[Link]] = {}
        self._members: dict[Link, list[str]] = {}
        self.put(tracks)

    def put(self, tracks: Iterable[Recording]) -> None:
        """Add recordings, or take the place of those of the same track_id.

        Parameters
        ----------
        tracks : iterable of Recording
            The recordings.
        """
        for track in tracks:
            self.remove([track.track_id])
            links = self._links[track.track_id] = links_of(track)
            for link in links:
                self._members.setdefault(link, []).append(track.track_id)

    def remove(self, track_ids: Iterable[str]) -> None:
        """Remove recordings.

        Parameters
        ----------
        track_ids : iterable of str
            Their track_ids; there may be none of some.
        """
        for track_id in track_ids:
            for link in self._links.pop(track_id, ()):
                members = self._members[link]
                members.remove(track_id)
                if not members:
                    del self._members[link]

    def reachable(self, track_ids: Iterable[str]) -> set[str]:
        """Return the recordings that links lead to, over any number of others.

        What one group of them is put into does not depend on the rest, whatever contradicts.

        Parameters
        ----------
        track_ids : iterable of str
            Where to start; there may be no recordings of some.

        Returns
        -------
        set of str
            Those recordings, and those that it starts from.
        """
        seen: set[str] = set()
        followed: set[Link] = set()
        remaining = list(track_ids)
        while remaining:
            track_id = remaining.pop()
            if track_id in seen:
                continue
            seen.add(track_id)
            # Others may be heard as it, or be put by hand into a work that is called as it.
            by_its_id = [(Kind.EAR, track_id), (Kind.HAND, track_id)]
            for link in {*self._links.get(track_id, ()), *by_its_id} - followed:
                followed.add(link)
                remaining += self._members.get(link, ())
                if link[0] in (Kind.EAR, Kind.HAND):
                    remaining.append(link[1])
        return seen & self._links.keys()
