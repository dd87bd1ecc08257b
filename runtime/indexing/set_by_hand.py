"""What users said about tracks, kept when their files are tagged anew or replaced."""

from dataclasses import asdict, fields, replace
from typing import Any

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.files.tags import Tags

EDITABLE = tuple(field.name for field in fields(Tags))
"""Fields that come from tags, and may be set by hand."""

_ALWAYS_BY_HAND = ("work_code", "work_by_hand", "work_title")
"""Fields that no tag gives."""


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
    told = {name: value for name, value in asdict(tags).items() if name not in track.edited}
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
    names = [name for name in _ALWAYS_BY_HAND if getattr(track, name) is not None]
    return {name: getattr(track, name) for name in (*track.edited, *names)}


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
