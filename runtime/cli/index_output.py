"""What ``samesong index`` says it did, in lines for people and as JSON."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.display.text import counted
from samesong.runtime.files.discovery import stored_path
from samesong.runtime.indexing.by_ear import Heard
from samesong.runtime.indexing.metadata import Taken
from samesong.runtime.indexing.outcome import Outcome, Status

_SHOWN = 20
"""Lines of one kind; a folder that was renamed moves thousands of files."""

_KINDS = 5
"""Kinds of other files that are told."""

_SENTENCES = {
    Status.MOVED: "{path} was moved from {detail}",
    Status.RETAGGED: "{path} has other tags",
    Status.REPLACED: "{path} has other audio; what was set by hand ({detail}) was kept: check it",
    Status.DUPLICATE: "{path} has the same audio as {detail}",
}


_DROPPED = (
    "{path} had other audio, which was found in no other file: its track was removed, {dropped}"
)


@dataclass(frozen=True)
class IndexingReport:
    """What a run did.

    Attributes
    ----------
    catalog : str
        The catalog.
    n_tracks : int
        Tracks that it has now.
    outcomes : sequence of Outcome
        The outcomes of all files.
    heard : sequence of Heard
        Tracks that have other recordings.
    missing : sequence of CatalogTrack
        Tracks whose files were deleted from the folders that were searched.
    metadata : Taken, optional
        What became of a list of metadata.
    contradictions : sequence of str
        What does not fit together about the works of changed tracks, one sentence each.
    passed_over : sequence of Path
        Files in the folders whose names are not those of audio.
    failures : sequence of str
        What could not be used, one sentence each.
    seconds : float
        How long it took.
    """

    catalog: str
    n_tracks: int
    outcomes: Sequence[Outcome]
    heard: Sequence[Heard]
    missing: Sequence[CatalogTrack]
    metadata: Taken | None
    contradictions: Sequence[str]
    passed_over: Sequence[Path]
    failures: Sequence[str]
    seconds: float

    @property
    def n_done(self) -> int:
        """Files that could be used, and those that a list could be used for."""
        done = sum(outcome.status is not Status.FAILED for outcome in self.outcomes)
        return done + (0 if self.metadata is None else self.metadata.n_files)

    def to_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints.

        Returns
        -------
        dict
            Values that JSON knows.
        """
        taken = self.metadata
        return {
            "catalog": self.catalog,
            "n_tracks": self.n_tracks,
            "files": [
                {
                    "path": str(outcome.path),
                    "status": str(outcome.status),
                    "track_id": outcome.track_id or None,
                    "detail": outcome.detail or None,
                    "dropped": outcome.dropped or None,
                }
                for outcome in self.outcomes
            ],
            "heard": [asdict(one) for one in self.heard],
            "missing": [track.path for track in self.missing],
            "metadata": taken and {"n_files": taken.n_files, "n_updated": len(taken.updated)},
            "contradictions": list(self.contradictions),
            "passed_over": list(map(stored_path, self.passed_over)),
            "failures": list(self.failures),
            "seconds": round(self.seconds, 3),
        }

    def lines(self) -> Iterator[str]:
        """Yield what is printed.

        Yields
        ------
        str
            One line.
        """
        yield from self._known_files()
        if self.metadata is not None:
            yield (
                f"{counted(len(self.metadata.updated), 'track')} updated by the list, which names "
                f"{counted(self.metadata.n_files, 'file')} of the catalog"
            )
        if self.missing:
            yield (
                f"{counted(len(self.missing), 'track')} of the catalog without a file any more, "
                f"such as {self.missing[0].path}: 'samesong catalog prune {self.catalog}' removes "
                "what was deleted"
            )
        if self.passed_over:
            kinds = Counter(path.suffix.lower() or path.name for path in self.passed_over)
            most = ", ".join(f"{number} {kind}" for kind, number in kinds.most_common(_KINDS))
            more = ", ..." if len(kinds) > _KINDS else ""
            yield (
                f"{counted(len(self.passed_over), 'other file')} passed over ({most}{more}); "
                "--json names them all"
            )
        counts = Counter(outcome.status for outcome in self.outcomes)
        numbers = ", ".join(f"{counts[status]} {status}" for status in Status if counts[status])
        tracks = counted(self.n_tracks, "track")
        yield f"{numbers or 'no files to add'}; catalog {self.catalog} has {tracks}"
        yield from self._heard()

    def _known_files(self) -> Iterator[str]:
        for status, sentence in _SENTENCES.items():
            told = [one for one in self.outcomes if one.status is status]
            if status is Status.REPLACED:
                told = [one for one in told if one.detail]
            yield from _some(told, sentence, status)
        dropped = [one for one in self.outcomes if one.dropped]
        yield from _some(dropped, _DROPPED, "removed")

    def _heard(self) -> Iterator[str]:
        n_twins = sum(one.twin_of is not None for one in self.heard)
        if n_twins:
            what = "is a re-encoding of another track"
            if n_twins > 1:
                what = "are re-encodings of other tracks"
            yield f"{n_twins} {what}, and hidden from searches"
        if n_versions := len(self.heard) - n_twins:
            what = "is another recording of a song in the catalog"
            if n_versions > 1:
                what = "are other recordings of songs in the catalog"
            yield f"{n_versions} {what}"


def _some(outcomes: Sequence[Outcome], sentence: str, kind: str) -> Iterator[str]:
    for outcome in outcomes[:_SHOWN]:
        yield sentence.format(path=outcome.path, detail=outcome.detail, dropped=outcome.dropped)
    if len(outcomes) > _SHOWN:
        yield f"... and {len(outcomes) - _SHOWN} more {kind}; --json names them all"
