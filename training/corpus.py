"""Works and their versions from a folder of symbolic music, near-duplicates joined."""

import hashlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from samesong.features.errors import TrainingError
from samesong.training.symbolic import Notes, read_midi

#: Suffixes of the files that hold notes.
MIDI = (".mid", ".midi")

#: Notes in one melodic n-gram; two works that share most of theirs are the same tune.
NGRAM = 10

#: Share of the smaller file's n-grams that makes two files versions of one work.
SAME_WORK = 0.4

#: An n-gram found in more files than this is a scale or a drone and joins nothing.
COMMON_NGRAM = 12

#: Folder whose files are versions of the one work of the folder that holds it.
VERSIONS_FOLDER = "versions"


@dataclass(frozen=True)
class SymbolicWork:
    """A composition and the scores of its versions.

    Attributes
    ----------
    work_id : str
        Its name: the path of its first file.
    versions : tuple of Notes
        One score a file.
    """

    work_id: str
    versions: tuple[Notes, ...]


def read_works(folder: Path, report: Callable[[str], None] = lambda _: None) -> list[SymbolicWork]:
    """Read every MIDI file below a folder and group the files into works.

    Files in a folder named ``versions`` and those beside it are one work. Beyond that, files whose
    top voices share most of their melodic n-grams, in any key and tempo, are one work, so that
    the same tune under two names cannot stand on both sides of a split.

    Parameters
    ----------
    folder : Path
        The folder.
    report : callable, optional
        Called with a line on how many files and works there are.

    Returns
    -------
    list of SymbolicWork
        At least one.

    Raises
    ------
    TrainingError
        If the folder holds no usable MIDI file.
    """
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in MIDI)
    names: list[str] = []
    scores: list[Notes] = []
    n_skipped = 0
    for path in paths:
        try:
            scores.append(read_midi(path))
        except TrainingError:
            n_skipped += 1
            continue
        names.append(str(home_of(path, folder).relative_to(folder)))
    if not scores:
        raise TrainingError(f"{folder}: no usable MIDI file (.mid, .midi) below this folder.")
    groups = group_versions(names, [melodic_ngrams(score) for score in scores])
    report(
        f"{len(paths)} MIDI files, {n_skipped} skipped (unreadable or too short), "
        f"{len(groups)} works"
    )
    return [
        SymbolicWork(names[members[0]], tuple(scores[index] for index in members))
        for members in groups
    ]


def holds_notes(folder: Path) -> bool:
    """Look for a MIDI file below a folder.

    Parameters
    ----------
    folder : Path
        The folder.

    Returns
    -------
    bool
        True if there is one.
    """
    return any(path.suffix.lower() in MIDI for path in folder.rglob("*"))


def home_of(path: Path, folder: Path) -> Path:
    """Return the folder whose files are all versions of one work, or the file itself.

    Parameters
    ----------
    path : Path
        A MIDI file.
    folder : Path
        The folder of the corpus.

    Returns
    -------
    Path
        What files of the same work have in common.
    """
    if path.parent.name == VERSIONS_FOLDER and path.parent != folder:
        return path.parent.parent
    return path.parent if (path.parent / VERSIONS_FOLDER).is_dir() else path


def melodic_ngrams(notes: Notes) -> frozenset[int]:
    """Hash each run of intervals in the top voice; the same in every key and tempo.

    Parameters
    ----------
    notes : Notes
        A score.

    Returns
    -------
    frozenset of int
        Hashes of `NGRAM` intervals each; repetitive runs, such as trills, are left out.
    """
    pitched = notes.select(~notes.is_drum)
    # The highest note that starts within each 50 ms stands for the voice a listener follows.
    moment = np.round(pitched.onset / 0.05).astype(np.int64)
    order = np.lexsort((-pitched.pitch, moment))
    first = np.unique(moment[order], return_index=True)[1]
    intervals = np.diff(pitched.pitch[order][first].astype(np.int64)).clip(-60, 60) + 60
    if len(intervals) < NGRAM:
        return frozenset()
    windows = np.lib.stride_tricks.sliding_window_view(intervals, NGRAM)
    weights = np.array([121**power for power in range(NGRAM - 1)] + [1000003], dtype=np.uint64)
    with np.errstate(over="ignore"):
        hashes = (windows.astype(np.uint64) * weights).sum(axis=1)
    varied = (np.abs(np.diff(windows, axis=1)) > 0).sum(axis=1) >= NGRAM // 2
    return frozenset(hashes[varied].tolist())


def group_versions(names: list[str], ngrams: list[frozenset[int]]) -> list[list[int]]:
    """Group files by name and by shared n-grams.

    Parameters
    ----------
    names : list of str
        A name for each file; files of the same name are one work.
    ngrams : list of frozenset of int
        Melodic n-grams of each file.

    Returns
    -------
    list of list of int
        Indices of the files of each work.
    """
    parent = list(range(len(names)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    by_name: dict[str, int] = {}
    files_of: dict[int, list[int]] = defaultdict(list)
    for index, name in enumerate(names):
        parent[index] = by_name.setdefault(name, index)
        for ngram in ngrams[index]:
            files_of[ngram].append(index)
    shared: dict[tuple[int, int], int] = defaultdict(int)
    for files in files_of.values():
        if len(files) > COMMON_NGRAM:
            continue
        for position, left in enumerate(files):
            for right in files[position + 1 :]:
                shared[left, right] += 1
    for (left, right), count in shared.items():
        if count >= SAME_WORK * min(len(ngrams[left]), len(ngrams[right])):
            parent[root(left)] = root(right)
    groups: dict[int, list[int]] = defaultdict(list)
    for index in range(len(names)):
        groups[root(index)].append(index)
    return list(groups.values())


def is_held_out(work_id: str, share: float) -> bool:
    """Assign a work to the training or the held-out side, the same on every machine and run.

    Parameters
    ----------
    work_id : str
        Its name, which alone decides.
    share : float
        Share of all works that is held out, in [0, 1).

    Returns
    -------
    bool
        True if it is held out.
    """
    digest = hashlib.sha256(work_id.encode()).digest()
    return int.from_bytes(digest[:4], "big") < share * 2**32
