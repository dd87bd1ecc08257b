"""Segments: stretches of a recording, each taken for one song."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from samesong.runtime.identification.retrieval import Contender
from samesong.runtime.identification.verdict import ACCEPTED, Verdict

LONGEST_PAUSE = 45.0
"""Seconds for which a song may be interrupted and still be one song."""
SHORTEST_UNKNOWN = 45.0
"""Seconds from which music that is of no work is a song of its own."""


@dataclass(frozen=True)
class Segment:
    """A stretch of music: of a work, or of a song that is not in the catalog.

    Attributes
    ----------
    work_id : str or None
        The work; None for a song that is not in the catalog.
    start, end : float
        In seconds of the recording.
    probability : float
        Probability of the work, 0 to 1; 0 where there is none.
    track_id : str or None
        The recording of the work that it is closest to, once it was named.
    verdict : Verdict
        Once it was named: on the first candidate.
    candidates : tuple of Contender
        The works that it may be, best first, once it was named.
    begins_file : bool
        True if it begins with a file of its own: an unknown song before it is another one.
    """

    work_id: str | None
    start: float
    end: float
    probability: float = 0.0
    track_id: str | None = None
    verdict: Verdict = Verdict.NONE
    candidates: tuple[Contender, ...] = ()
    begins_file: bool = False

    @property
    def is_song(self) -> bool:
        """True if it is long enough to be listed, as any segment of a work is."""
        return self.work_id is not None or self.end - self.start >= SHORTEST_UNKNOWN

    @property
    def likely_work(self) -> str | None:
        """The work that it is likelier of than of all others, be it named or below a threshold."""
        if self.work_id is None and self.candidates:
            best = self.candidates[0]
            return best.work_id if best.probability >= ACCEPTED else None
        return self.work_id


def merge(segments: Iterable[Segment]) -> list[Segment]:
    """Merge segments of one work that was interrupted, and unknown ones that are not parted.

    Unknown ones are parted by a pause, or by the beginning of a file.

    What is known of both is what is known of the one with the higher probability. Unknown segments
    that are likely of different works stay two: a high threshold leaves more songs unnamed, and
    joins none.

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
        longest_pause = 0.0 if segment.work_id is None else LONGEST_PAUSE
        if (
            before is not None
            and before.work_id == segment.work_id
            and before.likely_work == segment.likely_work
            and segment.start - before.end <= longest_pause
            and not (segment.begins_file and segment.work_id is None)
        ):
            surer = before if before.probability >= segment.probability else segment
            merged[-1] = replace(
                surer, start=before.start, end=segment.end, begins_file=before.begins_file
            )
        else:
            merged.append(segment)
    return merged
