"""Identification in one call, for scripts and notebooks."""

from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import Path

from numpy.typing import ArrayLike

from samesong.features.progress import OnProgress, ignore
from samesong.features.recording import Recording
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.with_model import with_model
from samesong.runtime.identification.failure import Failure
from samesong.runtime.identification.identifier import Identifier
from samesong.runtime.identification.ranking import Ranking
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device


def identify(
    catalog: Catalog | str | Path,
    recording: Recording | ArrayLike,
    top: int = 10,
    *,
    sample_rate: int | None = None,
    model: ModelBundle | str | Path | None = None,
    device: Device = "cpu",
    progress: OnProgress | None = None,
) -> Ranking:
    """Identify one recording; for several, `identify_many` loads the model only once.

    Parameters
    ----------
    catalog : Catalog, str or Path
        The catalog, or where it is.
    recording : Recording or array
        A path, an open file, bytes, or samples as `samesong.AudioSamples` takes them; what is open
        stays open.
    top : int, optional
        Works to return, at most.
    sample_rate : int, optional
        Samples a second of an array.
    model : ModelBundle, str or Path, optional
        The catalog's model; a bundled one need not be given.
    device : {'cpu', 'cuda'}, optional
        Device of the model.
    progress : callable, optional
        Called while the recording is read; what it raises ends the work.

    Returns
    -------
    Ranking
        The works, and the verdict on the first one.

    Raises
    ------
    AudioError
        If the recording cannot be used.
    CatalogError, MismatchError, BundleError
        If the catalog or its model cannot.

    Examples
    --------
    >>> import samesong
    >>> from samesong.runtime.demo.run import DEMO_AUDIO
    >>> with samesong.CatalogWriter("catalog", bundle := samesong.ModelBundle.load()) as writer:
    ...     studio = [DEMO_AUDIO / "studio_greensleeves.opus"]
    ...     _ = samesong.Indexer(writer, samesong.Analyser(bundle)).index(studio)
    >>> live = DEMO_AUDIO / "live_greensleeves.opus"
    >>> samesong.identify("catalog", live.read_bytes()).matches[0].title
    'Greensleeves'
    >>> samples = samesong.features.load(live, sample_rate=16_000)
    >>> samesong.identify("catalog", samples, sample_rate=16_000).accepted
    True
    """
    opened, bundle = with_model(catalog, model)
    identifier = Identifier(bundle, opened, device)
    return identifier.identify(recording, top, sample_rate=sample_rate, progress=progress)


def identify_many(
    catalog: Catalog | str | Path,
    recordings: Iterable[Recording] | str | PathLike[str],
    top: int = 10,
    *,
    model: ModelBundle | str | Path | None = None,
    device: Device = "cpu",
    progress: OnProgress = ignore,
) -> Iterator[Ranking | Failure]:
    """Identify recordings one after the other, and yield each answer as soon as it is found.

    One that cannot be read takes no other with it.

    Parameters
    ----------
    catalog : Catalog, str or Path
        The catalog, or where it is.
    recordings : iterable of Recording, or path
        As `Identifier.identify_many` takes them: files, folders, bytes, `samesong.AudioSamples`.
    top : int, optional
        Works to return of each, at most.
    model : ModelBundle, str or Path, optional
        The catalog's model; a bundled one need not be given.
    device : {'cpu', 'cuda'}, optional
        Device of the model.
    progress : callable, optional
        Called after each recording.

    Returns
    -------
    iterator of Ranking or Failure
        One a recording, in order; `error` is None of a ranking.

    Raises
    ------
    CatalogError, MismatchError, BundleError
        If the catalog or its model cannot be used: at once, before anything is identified.

    Examples
    --------
    >>> import samesong
    >>> from samesong.runtime.demo.run import DEMO_AUDIO
    >>> with samesong.CatalogWriter("catalog", bundle := samesong.ModelBundle.load()) as writer:
    ...     studio = [DEMO_AUDIO / "studio_greensleeves.opus"]
    ...     _ = samesong.Indexer(writer, samesong.Analyser(bundle)).index(studio)
    >>> live = [DEMO_AUDIO / "live_greensleeves.opus", "missing.flac"]
    >>> for answer in samesong.identify_many("catalog", live):
    ...     print(answer.error or answer.matches[0].title)
    Greensleeves
    'missing.flac' does not exist; check the path
    """
    opened, bundle = with_model(catalog, model)
    identifier = Identifier(bundle, opened, device)
    return identifier.identify_many(recordings, top, progress=progress)
