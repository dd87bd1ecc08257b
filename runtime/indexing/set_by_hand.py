"""What users said about tracks, kept when their files are tagged anew or replaced."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.files.tags import Tags
from samesong.runtime.indexing.code_fields import in_standard_spelling

FROM_TAGS = ("title", "artist", "album", "isrc", "iswc", "mb_work_id", "mb_recording_id")
"""Fields that tags give, unless they were set by hand."""

BY_HAND = ("work_code", "work_by_hand", "split_from", "work_title")
"""Fields that no tag gives."""

_GROUPING = ("work_by_hand", "split_from", "work_title")


def from_tags(tags: Tags) -> dict[str, Any]:
    """Return the fields of a track that its tags give.

    Parameters
    ----------
    tags : Tags
        Of its file.

    Returns
    -------
    dict
        Values by the fields, codes in the spelling of their standard.
    """
    return {name: in_standard_spelling(name, value) for name, value in asdict(tags).items()}


def edited(track: CatalogTrack, values: Mapping[str, str | None]) -> CatalogTrack:
    """Return a track with fields set by hand, which tags will not change.

    Parameters
    ----------
    track : CatalogTrack
        The track.
    values : mapping
        Values by the fields, of `FROM_TAGS` and `BY_HAND`; None empties a field.

    Returns
    -------
    CatalogTrack
        The track as it is to be.
    """
    by_hand = {*track.edited, *(name for name in values if name in FROM_TAGS)}
    names = tuple(name for name in FROM_TAGS if name in by_hand)
    told: dict[str, Any] = {**values, "edited": names}
    changed: CatalogTrack = replace(track, **told)
    return changed


def retagged(track: CatalogTrack, tags: Tags) -> CatalogTrack:
    """Return a track with other tags, but for what was set by hand.

    Parameters
    ----------
    track : CatalogTrack
        The track.
    tags : Tags
        Of its file.

    Returns
    -------
    CatalogTrack
        The track as it is to be.
    """
    told = {name: value for name, value in from_tags(tags).items() if name not in track.edited}
    changed: CatalogTrack = replace(track, **told)
    return changed


def set_by_hand(track: CatalogTrack) -> dict[str, Any]:
    """Return what a user set of a track.

    Parameters
    ----------
    track : CatalogTrack
        The track.

    Returns
    -------
    dict
        The values by the fields, empty ones that were set to be empty included.
    """
    names = [name for name in BY_HAND if getattr(track, name) is not None]
    return {name: getattr(track, name) for name in (*track.edited, *names)}


def inherit(track: CatalogTrack, removed: CatalogTrack) -> CatalogTrack:
    """Return a track with what was set by hand of another one of the same audio.

    Parameters
    ----------
    track : CatalogTrack
        The track; what was set by hand of it counts.
    removed : CatalogTrack
        The track that goes.

    Returns
    -------
    CatalogTrack
        The track as it is to be.
    """
    own = set_by_hand(track)
    kept = {*own, *(_GROUPING if track.work_by_hand else ())}
    return edited(track, {k: v for k, v in set_by_hand(removed).items() if k not in kept})


def succeed(track: CatalogTrack, replaced: CatalogTrack) -> CatalogTrack:
    """Return a track with what was set by hand of the one whose path it takes.

    A file is replaced by a better copy of the same song far more often than by another song.

    Parameters
    ----------
    track : CatalogTrack
        The new track.
    replaced : CatalogTrack
        The track that was read from its path before.

    Returns
    -------
    CatalogTrack
        The new track as it is to be.
    """
    changed: CatalogTrack = replace(track, **set_by_hand(replaced), edited=replaced.edited)
    return changed
