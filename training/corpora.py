"""The corpora a model is trained on, symbolic and recorded, split by work."""

from collections.abc import Callable, Sequence
from pathlib import Path

from samesong.features.errors import TrainingError
from samesong.features.frontend import FrontEnd, front_end_names, get_front_end
from samesong.features.renderable import ImitableFrontEnd
from samesong.features.spec import FeatureSpec
from samesong.runtime.evaluation.manifest import ListedRecording, read_listed_recordings
from samesong.training.audio_versions import AudioVersions
from samesong.training.batches import VersionSource
from samesong.training.config import TrainingConfig
from samesong.training.corpus import SymbolicWork, holds_notes, is_held_out, read_works
from samesong.training.feature_cache import FeatureCache, RecordedTrack
from samesong.training.mixed_versions import MixedVersions, share_by_kind
from samesong.training.pitch.lesson_tracks import lesson_tracks, lessons_below
from samesong.training.recordings import entries_below, read_recordings
from samesong.training.twin_transform import feature_transform
from samesong.training.versions import SymbolicVersions

#: The two kinds of corpora.
NOTES, RECORDINGS = "works in notes", "works in recordings"

#: Folder below a run's where the features of recordings are kept.
CACHE = "features"

Sides = tuple[VersionSource, VersionSource]


def open_corpora(
    paths: Sequence[Path],
    config: TrainingConfig,
    folder: Path,
    report: Callable[[str], None],
    *,
    device: str = "cpu",
) -> tuple[VersionSource, VersionSource, dict[str, int]]:
    """Read corpora and split each by work.

    Parameters
    ----------
    paths : sequence of Path
        Folders of MIDI files, folders of recordings (each one a work), folders of lessons for
        `notes` (see `samesong.training.pitch.pack`), and CSV files that list recordings.
    config : TrainingConfig
        Names the front end and the held-out share.
    folder : Path
        The run's; features of recordings are kept below it.
    report : callable
        Called with each line that a person should read.
    device : {'cpu', 'cuda'}, optional
        Where features of recordings are made.

    Returns
    -------
    training, held_out : VersionSource
        Works to learn from, and works to measure on.
    contents : dict of str to int
        Number of training works of each kind.

    Raises
    ------
    TrainingError, ManifestError
        If a corpus holds nothing usable, or a front end cannot be trained on it.
    FrontEndError
        If a front end is not installed.
    """
    # Unknown front ends are refused before anything is read.
    front_end = get_front_end(config.front_end)
    others = _others(front_end) if config.other_front_ends else []
    training: list[VersionSource] = []
    held_out: list[VersionSource] = []
    contents = {NOTES: 0, RECORDINGS: 0}
    in_notes = []
    for path in paths:
        lessons = lessons_below(path)
        entries = [] if lessons else _entries(path)
        if entries is None:
            imitable = _imitable(front_end, path)
            sides = _notes(read_works(path, report), imitable, others, config)
        elif lessons:
            sides = _split([lesson_tracks(lessons, front_end)], front_end, config)
        else:
            caches = [
                FeatureCache(
                    folder / CACHE, each, config.seed, transform=feature_transform(each, device)
                )
                for each in (front_end, *others)
            ]
            heard = [read_recordings(entries, cache, report) for cache in caches]
            sides = _split(heard, front_end, config)
        in_notes.append(entries is None)
        training.append(sides[0])
        held_out.append(sides[1])
        contents[NOTES if entries is None else RECORDINGS] += len(sides[0])
    return (
        MixedVersions(training, share_by_kind(training, in_notes, config.recorded)),
        MixedVersions(held_out),
        {kind: count for kind, count in contents.items() if count},
    )


def _grid(spec: FeatureSpec) -> tuple[float, ...]:
    """Return what two front ends must share for one network to read both."""
    return spec.fmin, spec.n_bins, spec.bins_per_octave, spec.frame_period


def _others(front_end: FrontEnd) -> list[FrontEnd]:
    """Return all other installed front ends of the same bins and frames."""
    installed = [get_front_end(name) for name in front_end_names() if name != front_end.name]
    others = [other for other in installed if _grid(other.spec) == _grid(front_end.spec)]
    if not others:
        raise TrainingError(
            f"other_front_ends asks for pairs through other front ends, but none that is installed "
            f"has the bins and frames of {front_end.name!r}: set it to 0."
        )
    return others


def _imitable(front_end: FrontEnd, path: Path) -> ImitableFrontEnd:
    if not isinstance(front_end, ImitableFrontEnd):
        raise TrainingError(
            f"{path} holds notes, but front end {front_end.name!r} cannot be imitated from notes: "
            "it lacks aperture, unpitched_db and finish, or unheard and finish_notes; train it on "
            "recordings."
        )
    return front_end


def _entries(path: Path) -> list[ListedRecording] | None:
    """List the recordings of a corpus; None if it is one of notes."""
    if not path.is_dir():
        return read_listed_recordings(path)
    return None if holds_notes(path) else entries_below(path) or None


def _notes(
    works: Sequence[SymbolicWork],
    front_end: ImitableFrontEnd,
    others: Sequence[FrontEnd],
    config: TrainingConfig,
) -> Sides:
    kept_out = [is_held_out(work.work_id, config.held_out) for work in works]
    return (
        SymbolicVersions(
            [work for work, out in zip(works, kept_out, strict=True) if not out],
            front_end,
            [other for other in others if isinstance(other, ImitableFrontEnd)],
            share=config.other_front_ends,
        ),
        SymbolicVersions(
            [work for work, out in zip(works, kept_out, strict=True) if out], front_end
        ),
    )


def _split(
    by_front_end: Sequence[dict[str, list[RecordedTrack]]],
    front_end: FrontEnd,
    config: TrainingConfig,
) -> Sides:
    bins_per_octave = front_end.spec.bins_per_octave
    works = [work for work in by_front_end[0] if all(work in other for other in by_front_end)]
    own, *others = (
        [one[work] for work in works if not is_held_out(work, config.held_out)]
        for one in by_front_end
    )
    held_out = [by_front_end[0][work] for work in works if is_held_out(work, config.held_out)]
    return (
        AudioVersions(own, others, bins_per_octave=bins_per_octave, share=config.other_front_ends),
        AudioVersions(held_out, bins_per_octave=bins_per_octave),
    )
