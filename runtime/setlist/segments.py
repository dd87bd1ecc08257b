"""Segments: stretches of a recording, each taken for one song."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

LONGEST_PAUSE = 45.0
"""Seconds for which a track may be interrupted and still be one song."""
SHORTEST_UNKNOWN = 45.0
"""Seconds from which music that is of no track is a song of its own."""


@dataclass(frozen=True)
class Segment:
    """A stretch of music: of a track, or of a song that is not in the catalog.

    Attributes
    ----------
    track_id : str or None
        The track; None for a song that is not in the catalog.
    start, end : float
        In seconds of the recording.
    confidence : float
        Probability that it is what it was taken for, 0 to 1.
    """

    track_id: str | None
    start: float
    end: float
    confidence: float = 0.0

    @property
    def is_song(self) -> bool:
        """True if it is long enough to be listed, as any segment of a track is."""
        return self.track_id is not None or self.end - self.start >= SHORTEST_UNKNOWN


def merge(segments: Iterable[Segment]) -> list[Segment]:
    """Merge segments of one track that was interrupted, and unknown ones without a pause between.

    The higher confidence is that of both.

    Parameters
    ----------
    segments : iterable of Segment
        In order, none overlapping another.

    Returns
    -------
    list of Segment
        In order.
    """
    merged: list[Segment] = []
    for segment in segments:
        before = merged[-1] if merged else None
        longest_pause = 0.0 if segment.track_id is None else LONGEST_PAUSE
        if (
            before is not None
            and before.track_id == segment.track_id
            and segment.start - before.end <= longest_pause
        ):
            confidence = max(before.confidence, segment.confidence)
            merged[-1] = replace(before, end=segment.end, confidence=confidence)
        else:
            merged.append(segment)
    return merged
