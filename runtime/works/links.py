"""What recordings of one work share: the links between them, the strongest kinds first."""

from collections.abc import Callable
from datetime import datetime
from enum import IntEnum
from typing import Protocol

from samesong.runtime.works.codes import Codes, isrcs, iswcs, musicbrainz_ids, own_code
from samesong.runtime.works.titles import name_key


class Recording(Protocol):
    """What is known of a recording; `samesong.runtime.catalog.columns.CatalogTrack` says more."""

    @property
    def track_id(self) -> str:
        """Its name."""

    @property
    def title(self) -> str | None:
        """Its title."""

    @property
    def artist(self) -> str | None:
        """The performer."""

    @property
    def isrc(self) -> str | None:
        """Code of the recording."""

    @property
    def iswc(self) -> str | None:
        """Code of the work."""

    @property
    def mb_work_id(self) -> str | None:
        """MusicBrainz' id of the work."""

    @property
    def mb_recording_id(self) -> str | None:
        """MusicBrainz' id of the recording."""

    @property
    def work_code(self) -> str | None:
        """Code of the work in the user's own system."""

    @property
    def work_by_hand(self) -> str | None:
        """The work that the user put it into."""

    @property
    def split_from(self) -> str | None:
        """Recordings that the user split it from: their track_ids with spaces between."""

    @property
    def added(self) -> datetime:
        """When it was added."""

    @property
    def listened(self) -> datetime | None:
        """When the model last looked for recordings of the same song; None before."""

    @property
    def heard_as(self) -> tuple[str, ...]:
        """Recordings that the model found to be of the same song."""

    @property
    def twin_of(self) -> str | None:
        """The recording that it is another encoding of."""


class Kind(IntEnum):
    """Kinds of links, the strongest first."""

    HAND = 0
    OWN_CODE = 1
    ISWC = 2
    MB_WORK = 3
    ISRC = 4
    MB_RECORDING = 5
    NAME = 6
    EAR = 7


WORK_KINDS = (Kind.HAND, Kind.OWN_CODE, Kind.ISWC, Kind.MB_WORK)
"""Those of which a recording has one value, since it is of one work."""

Link = tuple[Kind, str]
"""Kind of a link, and what its recordings share."""

_LABELS = {
    Kind.OWN_CODE: "work code {}",
    Kind.ISWC: "ISWC {}",
    Kind.MB_WORK: "MusicBrainz work {}",
    Kind.ISRC: "ISRC {}",
    Kind.MB_RECORDING: "MusicBrainz recording {}",
}
_WORDS = {Kind.HAND: "by hand", Kind.NAME: "artist and title", Kind.EAR: "by ear"}
_FIELDS: tuple[tuple[Kind, str, Callable[[str], Codes]], ...] = (
    (Kind.OWN_CODE, "work_code", own_code),
    (Kind.ISWC, "iswc", iswcs),
    (Kind.MB_WORK, "mb_work_id", musicbrainz_ids),
    (Kind.ISRC, "isrc", isrcs),
    (Kind.MB_RECORDING, "mb_recording_id", musicbrainz_ids),
)
# Between the values of one link; no title and no code has it.
_AND = "\0"


def codes_of(recording: Recording) -> list[tuple[Kind, Codes]]:
    """Return the codes that a recording's fields hold.

    Parameters
    ----------
    recording : Recording
        The recording.

    Returns
    -------
    list of tuple of Kind and Codes
        Each kind that its fields say anything of, the strongest first.
    """
    return [
        (kind, read(text)) for kind, field, read in _FIELDS if (text := getattr(recording, field))
    ]


def links_of(recording: Recording) -> list[Link]:
    """Return the links of a recording.

    Parameters
    ----------
    recording : Recording
        The recording.

    Returns
    -------
    list of tuple of Kind and str
        The strongest first. Where a recording has several codes of works it is a medley, which is
        a work of its own: they are one link.
    """
    links = told_links(recording)
    name = name_key(recording.artist, recording.title)
    if name is not None:
        links.append((Kind.NAME, _AND.join(name)))
    links += [(Kind.EAR, other) for other in heard_by(recording)]
    return links


def told_links(recording: Recording) -> list[Link]:
    """Return the links of a recording by what users say of it and by codes.

    Parameters
    ----------
    recording : Recording
        The recording.

    Returns
    -------
    list of tuple of Kind and str
        The strongest first, as of `links_of`.
    """
    links: list[Link] = []
    if recording.work_by_hand:
        links.append((Kind.HAND, recording.work_by_hand))
    for kind, codes in codes_of(recording):
        if kind not in WORK_KINDS:
            links += [(kind, code) for code in codes.valid]
        elif codes.valid:
            links.append((kind, _AND.join(codes.valid)))
    return links


def heard_by(recording: Recording) -> tuple[str, ...]:
    """Return the other recordings that one was found to be of the same song as.

    Parameters
    ----------
    recording : Recording
        The recording.

    Returns
    -------
    tuple of str
        Their track_ids.
    """
    if not recording.twin_of:
        return recording.heard_as
    twin = (recording.twin_of,) if recording.twin_of else ()
    return tuple(dict.fromkeys(twin + tuple(recording.heard_as)))


def described(link: Link) -> str:
    """Return a link in a few words.

    Parameters
    ----------
    link : tuple of Kind and str
        The link.

    Returns
    -------
    str
        Such as "ISWC T-034.524.680-1".

    Examples
    --------
    >>> described((Kind.ISRC, "GBAYE6800011")), described((Kind.EAR, "4603a5ad"))
    ('ISRC GBAYE6800011', 'by ear')
    """
    kind, value = link
    return _WORDS.get(kind) or _LABELS[kind].format(value.replace(_AND, " + "))
