"""What a model is trained on: any mixture of symbolic and recorded corpora, split by work."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from samesong.features.frontend import get_front_end
from samesong.runtime.evaluation.manifest import ListedRecording, read_listed_recordings
from samesong.training.audio_versions import AudioVersions
from samesong.training.config import TrainingConfig
from samesong.training.corpus import SymbolicWork, holds_notes, is_held_out, read_works
from samesong.training.recordings import FeatureCache, entries_below, read_recordings
from samesong.training.render import APERTURES
from samesong.training.versions import Spectrogram, SymbolicVersions, VersionSource

#: What a corpus may hold.
NOTES, RECORDINGS = "works in notes", "works in recordings"

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
        Folders of MIDI files, folders of recordings (each one a work), and CSV files that list
        recordings.
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
    get_front_end(config.front_end)  # an unknown one is refused before anything is read
    training: list[VersionSource] = []
    held_out: list[VersionSource] = []
    contents = {NOTES: 0, RECORDINGS: 0}
    kinds = []
    for path in paths:
        entries = _entries(path)
        if entries is None:
            sources = _notes(read_works(path, report), config)
        else:
            sources = _recordings(entries, config, folder, report)
        kinds.append(entries is None)
        training.append(sources[0])
        held_out.append(sources[1])
        contents[NOTES if entries is None else RECORDINGS] += len(sources[0])
    return (
        MixedVersions(training, _shares(training, kinds, config.recorded)),
        MixedVersions(held_out),
        {k: n for k, n in contents.items() if n},
    )


def _entries(path: Path) -> list[ListedRecording] | None:
    """List the recordings of a corpus; None if it is one of notes."""
    if not path.is_dir():
        return read_listed_recordings(path)
    return None if holds_notes(path) else entries_below(path) or None


def _notes(
    works: Sequence[SymbolicWork], config: TrainingConfig
) -> tuple[VersionSource, VersionSource]:
    held_out = [is_held_out(work.work_id, config.held_out) for work in works]
    return (
        SymbolicVersions(
            [work for work, held in zip(works, held_out, strict=True) if not held],
            config.front_end,
            others=config.other_front_ends,
        ),
        SymbolicVersions(
            [work for work, held in zip(works, held_out, strict=True) if held], config.front_end
        ),
    )


def _recordings(
    entries: Sequence[ListedRecording],
    config: TrainingConfig,
    folder: Path,
    report: Callable[[str], None],
) -> tuple[VersionSource, VersionSource]:
    names = [config.front_end]
    if config.other_front_ends:
        names += [name for name in APERTURES if name != config.front_end]
    heard = []
    for name in names:
        cache = FeatureCache(folder / CACHE, get_front_end(name), config.seed)
        heard.append(read_recordings(entries, cache, report))
    works = [work for work in heard[0] if all(work in other for other in heard)]
    own, *others = (
        [one[work] for work in works if not is_held_out(work, config.held_out)] for one in heard
    )
    held_out = [heard[0][work] for work in works if is_held_out(work, config.held_out)]
    return AudioVersions(own, others, share=config.other_front_ends), AudioVersions(held_out)
