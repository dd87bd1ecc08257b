"""What a model is trained on: any mixture of symbolic and recorded corpora, split by work."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from samesong.features.frontend import get_front_end
from samesong.runtime.evaluate import read_entries
from samesong.training.audio_versions import AudioVersions, FeatureCache, read_recordings
from samesong.training.config import TrainingConfig
from samesong.training.corpus import is_held_out, read_works
from samesong.training.versions import Spectrogram, SymbolicVersions, VersionSource

#: Folder below a run's where the features of recordings are kept.
CACHE = "features"


class MixedVersions:
    """Several corpora as one.

    Parameters
    ----------
    sources
        The corpora.
    shares
        How often each of them is to be drawn from, adding up to 1; None: as often as it has works.
    """

    def __init__(
        self, sources: Sequence[VersionSource], shares: Sequence[float] | None = None
    ) -> None:
        self.sources = sources
        sizes = [len(source) for source in sources]
        self.ends = np.cumsum(sizes)
        self.chances = (
            None if shares is None else np.repeat(np.divide(shares, np.maximum(sizes, 1)), sizes)
        )

    def __len__(self) -> int:
        return int(self.ends[-1])

    def draw_pair(
        self, work: int, studio_frames: int, live_frames: int, rng: np.random.Generator
    ) -> tuple[Spectrogram, Spectrogram]:
        """Draw a studio and a live version of a work, (72, studio_frames) and (72, live_frames)."""
        index = int(np.searchsorted(self.ends, work, side="right"))
        first = int(self.ends[index]) - len(self.sources[index])
        return self.sources[index].draw_pair(work - first, studio_frames, live_frames, rng)


def _shares(
    sources: Sequence[VersionSource], in_notes: Sequence[bool], recorded: float
) -> list[float] | None:
    """Return how often to draw from each corpus, if there are both kinds; within one, by size."""
    sizes = np.array([len(source) for source in sources], float)
    notes = np.array(in_notes)
    if not sizes[notes].any() or not sizes[~notes].any():
        return None
    for kind, share in ((notes, 1 - recorded), (~notes, recorded)):
        sizes[kind] *= share / sizes[kind].sum()
    return [float(share) for share in sizes]


def open_corpora(
    paths: Sequence[Path], config: TrainingConfig, folder: Path, report: Callable[[str], None]
) -> tuple[VersionSource, VersionSource, dict[str, int]]:
    """Read corpora and split each by work.

    Parameters
    ----------
    paths
        Folders of MIDI files, and CSV files that list recordings.
    config
        Names the front end and the held-out share.
    folder
        The run's; features of recordings are kept below it.
    report
        Called with what a person should know.

    Returns
    -------
    training, held_out : VersionSource
    contents : dict
        Number of training works of each kind.

    Raises
    ------
    TrainingError, ManifestError
        If a corpus holds nothing usable.
    """
    front_end = get_front_end(config.front_end)
    training: list[VersionSource] = []
    held_out: list[VersionSource] = []
    contents = {"works in notes": 0, "works in recordings": 0}

    for path in paths:
        if path.is_dir():
            works = read_works(path, report)
            sides = [
                [w for w in works if is_held_out(w.work_id, config.held_out) is side]
                for side in (False, True)
            ]
            sources: list[VersionSource] = [
                SymbolicVersions(sides[0], front_end.name, others=config.other_front_ends),
                SymbolicVersions(sides[1], front_end.name),
            ]
            kind = "works in notes"
        else:
            cache = FeatureCache(folder / CACHE, front_end, config.seed)
            recorded = read_recordings(read_entries(path), cache, report)
            sources = [
                AudioVersions(
                    [t for w, t in recorded.items() if is_held_out(w, config.held_out) is side]
                )
                for side in (False, True)
            ]
            kind = "works in recordings"
        training.append(sources[0])
        held_out.append(sources[1])
        contents[kind] += len(sources[0])
    kinds = [path.is_dir() for path in paths]
    return (
        MixedVersions(training, _shares(training, kinds, config.recorded)),
        MixedVersions(held_out),
        {k: n for k, n in contents.items() if n},
    )
