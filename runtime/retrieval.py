"""Which windows of a catalog are most like those of a query: every track's best pair."""

from collections.abc import Sequence
from dataclasses import dataclass

from samesong.features.errors import MismatchError
from samesong.runtime.bundle import ModelBundle
from samesong.runtime.recording import Window
from samesong.runtime.references import ReferenceCatalog
from samesong.runtime.scorer import Scorer
from samesong.runtime.session import Device


@dataclass(frozen=True, eq=False)
class Pair:
    """A query's window and a track's, and how surely they are the same song.

    Attributes
    ----------
    score
        Probability that they are, 0 to 1.
    query
        The query's window.
    reference_start
        Where the track's window begins, in seconds.
    """

    score: float
    query: Window
    reference_start: float


class Retriever:
    """Compares windows of a query with those of a catalog.

    Parameters
    ----------
    bundle
        The model that the catalog was made with.
    catalog
        Its tracks and windows.
    device, threads
        As `samesong.runtime.session.Session` takes them; so are the errors raised.

    Raises
    ------
    MismatchError
        If the catalog was made with another model.
    """

    def __init__(
        self,
        bundle: ModelBundle,
        catalog: ReferenceCatalog,
        device: Device = "cpu",
        *,
        threads: int | None = None,
    ) -> None:
        if catalog.fingerprint != bundle.fingerprint:
            raise MismatchError(
                f"the catalog was made with model {catalog.fingerprint}, but model "
                f"{bundle.manifest.name!r} is {bundle.fingerprint}: use the model that the catalog "
                "was made with, or index the recordings again"
            )
        self._catalog = catalog
        self._scorer = Scorer(bundle, device, threads=threads)

    def best_pairs(self, queries: Sequence[Window]) -> dict[str, Pair]:
        """Return the best pair of windows of each track that was compared, by track_id.

        Parameters
        ----------
        queries
            Windows of one recording, of any lengths.
        """
        best: dict[str, Pair] = {}
        for batch in self._catalog.iter_windows():
            scores = self._scorer.matrix(
                [query.sequences for query in queries],
                [stored.window.sequences for stored in batch],
            )
            for stored, column in zip(batch, scores.T, strict=True):
                index = int(column.argmax())
                pair = Pair(float(column[index]), queries[index], stored.window.start)
                known = best.get(stored.track_id)
                if known is None or pair.score > known.score:
                    best[stored.track_id] = pair
        return best
