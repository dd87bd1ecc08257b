"""Analysis of a concert: its timeline, and the evidence for tracks in each cell."""

import math
from pathlib import Path
from time import monotonic

from samesong.features.progress import OnProgress, Progress
from samesong.runtime.catalog.interface import ReferenceCatalog
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.setlist.cell_evidence import CELL, compare_cell, context_of, n_cells
from samesong.runtime.setlist.concert_audio import ConcertAudio
from samesong.runtime.setlist.partial_analysis import PartialAnalysis
from samesong.runtime.setlist.timeline import concatenate
from samesong.runtime.setlist.timeline_reader import TimelineReader

_SAVE_SECONDS = 20.0


class ConcertAnalyser:
    """Analyses recordings of any length.

    Parameters
    ----------
    bundle : ModelBundle
        The model.
    analyser : Analyser
        An analyser with that model.
    retriever : Retriever
        Of the catalog that recordings are compared with.
    catalog : ReferenceCatalog
        That catalog.
    """

    def __init__(
        self,
        bundle: ModelBundle,
        analyser: Analyser,
        retriever: Retriever,
        catalog: ReferenceCatalog,
    ) -> None:
        self._reader = TimelineReader(bundle, analyser)
        self._retriever = retriever
        self._catalog = catalog
        self._least_music = bundle.fitted.setlist.least_music

    def complete(
        self,
        analysis: PartialAnalysis,
        concert: ConcertAudio,
        *,
        progress: OnProgress,
        resume: Path | None = None,
    ) -> None:
        """Analyse the rest of a recording.

        Parameters
        ----------
        analysis : PartialAnalysis
            The recording so far; it grows to the whole.
        concert : ConcertAudio
            The recording.
        progress : callable
            Called from time to time; what it raises ends the work.
        resume : Path, optional
            File in which the analysis is kept from time to time.

        Raises
        ------
        AudioError
            If the recording cannot be used.
        """
        saved = monotonic()
        duration = concert.end - concert.start
        progress(_compared(analysis, duration))
        for stretch in self._reader.read(concert, skip=len(analysis.timelines)):
            analysis.timelines.append(stretch)
            self._compare(analysis, duration, progress)
            if resume is not None and monotonic() - saved > _SAVE_SECONDS:
                analysis.save(resume)
                saved = monotonic()
        self._compare(analysis, duration, progress, whole=True)

    def _compare(
        self,
        analysis: PartialAnalysis,
        duration: float,
        progress: OnProgress,
        *,
        whole: bool = False,
    ) -> None:
        """Collect the evidence of the cells whose surroundings are known by now."""
        recent = concatenate(analysis.timelines[-3:])  # longer than a stretch and a cell's context
        last = analysis.end if whole else math.inf
        while len(analysis.evidence) < n_cells(analysis.end):
            span = context_of(len(analysis.evidence), last)
            if span[1] > analysis.end:
                break
            analysis.evidence.append(
                compare_cell(recent, span, self._retriever, self._catalog, self._least_music)
            )
            progress(_compared(analysis, duration))


def _compared(analysis: PartialAnalysis, duration: float) -> Progress:
    done = min(analysis.end, len(analysis.evidence) * CELL)
    return Progress("setlist", 0, 1, done, duration)
