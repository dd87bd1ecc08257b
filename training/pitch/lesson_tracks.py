"""Lessons as recorded works for a matching network: what `notes` makes of them, degraded or not."""

from pathlib import Path

from samesong.features.errors import TrainingError
from samesong.features.frontend import FrontEnd
from samesong.features.notes import FINE, NotesFrontEnd, name_notes
from samesong.training.feature_cache import RecordedTrack
from samesong.training.pitch.ear import spectrogram
from samesong.training.pitch.grid import LEVELS
from samesong.training.pitch.pack import SUFFIX, load


def lessons_below(folder: Path) -> list[Path]:
    """Return the lessons of recordings in a folder.

    Those of rendered works are left out: their works in notes may be held out.

    Parameters
    ----------
    folder : Path
        As `samesong.training.pitch.pack` makes it, or any other.

    Returns
    -------
    list of Path
        In order of their names; empty for other folders.
    """
    return sorted(folder.glob(f"recording-*[0-9]{SUFFIX}"))


def lesson_tracks(paths: list[Path], front_end: FrontEnd) -> dict[str, list[RecordedTrack]]:
    """Let the front end `notes` name the notes of lessons, without any sound.

    Parameters
    ----------
    paths : list of Path
        The lessons.
    front_end : FrontEnd
        The front end that a network is trained for.

    Returns
    -------
    dict of str to list of RecordedTrack
        By recording: one track a piece, with its degraded versions as live ones.

    Raises
    ------
    TrainingError
        If the front end is another one.
    """
    if not isinstance(front_end, NotesFrontEnd):
        raise TrainingError(
            f"{paths[0].parent} holds lessons, which front end {front_end.name!r} cannot hear: "
            "they are for 'notes'; train it on recordings."
        )
    works: dict[str, list[RecordedTrack]] = {}
    for path in paths:
        heard = load(path).heard
        n_samples = (heard.shape[2] - 1) * FINE.hop
        clean, *degraded = (
            spectrogram(name_notes(LEVELS[version]), n_samples) for version in heard
        )
        works[path.stem] = [RecordedTrack("studio", clean, tuple(degraded))]
    return works
