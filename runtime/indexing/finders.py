"""Where other recordings of tracks are looked for: in this process, or wherever `Finders` are."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.identification.version_finder import VersionFinder
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.representation.window import Window

Question = Callable[[VersionFinder, str, Sequence[Window]], list[str]]
"""A method of `VersionFinder`: `twins` or `versions`."""

Answer = tuple[str, list[str]]
"""A track and other recordings."""


class Finders(Protocol):
    """Finders of one version of a catalog; used by one thread."""

    def renew(self) -> None:
        """Search the catalog as it is now from here on.

        Raises
        ------
        SamesongError
            If it cannot be read.
        """

    def ask(self, question: Question, batches: Iterable[Sequence[str]]) -> Iterator[Answer]:
        """Ask about tracks.

        Parameters
        ----------
        question : callable
            A method of `VersionFinder`.
        batches : iterable of sequence of str
            track_ids of tracks that are looked at together. They may be drawn before the tracks
            of other batches are answered.

        Yields
        ------
        tuple of str and list of str
            The answer about each track, in their order; an empty one about a track that is gone.

        Raises
        ------
        SamesongError
            If the catalog cannot be read.
        """


class LocalFinder:
    """One finder in this process; a `Finders`.

    Parameters
    ----------
    location : str
        The catalog.
    bundle : ModelBundle
        Its model.
    device : {'cpu', 'cuda'}
        As `samesong.runtime.inference.onnx_session.Session` takes it.
    """

    def __init__(self, location: str, bundle: ModelBundle, device: Device) -> None:
        self._location, self._bundle, self._device = location, bundle, device

    def renew(self) -> None:
        """As of `Finders`."""
        catalog = Catalog(self._location, self._bundle)
        self._finder = VersionFinder(self._bundle, catalog, self._device)

    def ask(
        self, question: Question, batches: Iterable[Sequence[str]]
    ) -> Iterator[Answer]:  # numpydoc ignore=PR01
        """As of `Finders`."""
        for batch in batches:
            yield from answers(self._finder, question, batch)


def answers(finder: VersionFinder, question: Question, batch: Sequence[str]) -> Iterator[Answer]:
    """Ask a finder about some tracks, whose windows are read at once.

    Parameters
    ----------
    finder : VersionFinder
        The finder.
    question : callable
        One of its methods.
    batch : sequence of str
        track_ids of the tracks.

    Yields
    ------
    tuple of str and list of str
        As of `Finders.ask`.
    """
    windows = finder.windows_of(batch)
    for track_id in batch:
        found = windows[track_id]
        yield track_id, question(finder, track_id, found) if found else []
