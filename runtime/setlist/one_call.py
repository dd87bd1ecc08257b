"""A set list in one call, for scripts and notebooks."""

from pathlib import Path

from numpy.typing import ArrayLike

from samesong.features.progress import OnProgress
from samesong.features.recording import Recording
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.with_model import with_model
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.setlist.concert_audio import ConcertAudio
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.finder import SetlistFinder


def make_setlist(
    catalog: Catalog | str | Path,
    recording: Recording | ArrayLike | ConcertAudio,
    *,
    sample_rate: int | None = None,
    talk: bool = False,
    model: ModelBundle | str | Path | None = None,
    device: Device = "cpu",
    progress: OnProgress | None = None,
) -> Setlist:
    """Find the songs of a concert.

    Parameters
    ----------
    catalog : Catalog, str or Path
        The catalog, or where it is.
    recording : Recording, array or ConcertAudio
        As `samesong.SetlistFinder.find` takes it.
    sample_rate : int, optional
        Samples a second of an array.
    talk : bool, optional
        List talk, applause and tuning as well.
    model : ModelBundle, str or Path, optional
        The catalog's model; a bundled one need not be given.
    device : {'cpu', 'cuda'}, optional
        Device of the model.
    progress : callable, optional
        Called from time to time; what it raises ends the work.

    Returns
    -------
    Setlist
        The songs in their order.

    Raises
    ------
    AudioError
        If the recording cannot be used, or is silent.
    CatalogError, MismatchError, BundleError
        If the catalog or its model cannot.

    Examples
    --------
    >>> import samesong
    >>> from samesong.runtime.demo.run import DEMO_AUDIO
    >>> with samesong.CatalogWriter("catalog", bundle := samesong.ModelBundle.load()) as writer:
    ...     studio = [DEMO_AUDIO / "studio_greensleeves.opus"]
    ...     _ = samesong.Indexer(writer, samesong.Analyser(bundle)).index(studio)
    >>> setlist = samesong.make_setlist("catalog", DEMO_AUDIO / "live_greensleeves.opus")
    >>> [song.track.title for song in setlist.songs]
    ['Greensleeves']
    """
    opened, bundle = with_model(catalog, model)
    finder = SetlistFinder(bundle, opened, device)
    return finder.find(recording, sample_rate=sample_rate, talk=talk, progress=progress)
