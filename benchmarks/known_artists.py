"""Fits and measures what is gained by knowing an artist, or by learning them from the concert.

Concerts are drawn from live and studio recordings of whole songs: of each, most songs are by one
artist, some by others of the catalog, and some are not in it::

    python benchmarks/matching_trials.py OUT --seconds 290
    python benchmarks/known_artists.py OUT/list.csv --keep pairs.npz

For several odds of the artist's songs, it prints the log-loss and the songs named rightly and
wrongly: with the artist given, and some other works compared as well, and with the artist learnt.
Half of the works serve for the fit, the others for the check.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from kept_evidence import kept
from markdown import table
from numpy.typing import NDArray
from tempo_pairs import TempoPairs, compare

from samesong.runtime.identification.posterior import posteriors, reweigh
from samesong.runtime.identification.verdict import ACCEPTED
from samesong.runtime.inference.bundle import DEFAULT_MODEL, ModelBundle
from samesong.runtime.inference.fitted import Fitted
from samesong.runtime.setlist.artists import SONGS
from samesong.runtime.setlist.cell_evidence import KEPT

ODDS = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)
OTHERS = (0, 16, 64, 1000)
CONCERTS = 100
BY_ARTIST, BY_OTHERS, STRANGERS = 13, 1, 3

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Drawn:
    """A concert: its songs, the works of the catalog, and those of its artist.

    Attributes
    ----------
    songs : ndarray
        (n_songs,) int64: the work of each song.
    catalog : ndarray
        (n_works,) int64: works of the catalog.
    artist : ndarray
        (n,) int64: those by the concert's artist.
    """

    songs: NDArray[np.int64]
    catalog: NDArray[np.int64]
    artist: NDArray[np.int64]


@dataclass
class Tally:
    """Log-probabilities of the truth, and songs named rightly and wrongly."""

    log_loss: float = 0.0
    n: int = 0
    right: int = 0
    wrong: int = 0

    def add(self, probabilities: Array, true: int | None) -> None:
        """Count a song.

        Parameters
        ----------
        probabilities : ndarray
            (n,) float64: of the works that it may be.
        true : int or None
            Place of the right one; None if it is none of them.
        """
        none = max(1 - probabilities.sum(), 1e-6)
        self.log_loss -= float(np.log(max(none if true is None else probabilities[true], 1e-6)))
        self.n += 1
        best = int(probabilities.argmax())
        if probabilities[best] >= ACCEPTED:
            self.right += best == true
            self.wrong += best != true

    def row(self) -> list[str]:
        """Return the figures as cells."""
        return [f"{self.log_loss / self.n:.4f}", *map(str, (self.n, self.right, self.wrong))]


def draw(works: NDArray[np.int64], rng: np.random.Generator) -> Iterator[Drawn]:
    """Yield concerts of some works; the artist has as many in the catalog as artists have.

    Parameters
    ----------
    works : ndarray
        (n,) int64: the works.
    rng : numpy.random.Generator
        Draws everything.

    Yields
    ------
    Drawn
        A concert.
    """
    for _ in range(CONCERTS):
        order = rng.permutation(works)
        strangers, catalog = order[:STRANGERS], order[STRANGERS:]
        artist = catalog[: int(rng.integers(BY_ARTIST, 3 * BY_ARTIST))]
        others = catalog[len(artist) :]
        songs = [*artist[:BY_ARTIST], *others[:BY_OTHERS], *strangers]
        yield Drawn(np.array(songs), np.sort(catalog), np.sort(artist))


def given(
    concerts: Sequence[Drawn], evidence: Array, fitted: Fitted, *, n_others: int, odds: float
) -> Tally:
    """Identify each song among the artist's works, with some others compared as well.

    Parameters
    ----------
    concerts : sequence of Drawn
        The concerts.
    evidence : ndarray
        (n_works, n_works) float64: log-odds of each work's live version for each work.
    fitted : Fitted
        Of the model that the evidence is from.
    n_others : int
        Works that are compared as well.
    odds : float
        Factor of the odds beforehand of the artist's works.

    Returns
    -------
    Tally
        What was named.
    """
    tally = Tally()
    for concert in concerts:
        rest = np.setdiff1d(concert.catalog, concert.artist)
        others = np.random.default_rng(3).permutation(rest)[:n_others]
        works = np.concatenate([concert.artist, others])
        mine = np.arange(len(works)) < len(concert.artist)
        for song in concert.songs:
            found = posteriors(evidence[song, works], len(works), fitted.posterior)
            tally.add(reweigh(found, np.where(mine, odds, 1.0))[mine], _place(concert.artist, song))
    return tally


def learnt(concerts: Sequence[Drawn], evidence: Array, fitted: Fitted, odds: float) -> Tally:
    """Identify each song among all, and what is left again, as a set list does.

    Parameters
    ----------
    concerts : sequence of Drawn
        The concerts.
    evidence : ndarray
        (n_works, n_works) float64: log-odds of each work's live version for each work.
    fitted : Fitted
        Of the model that the evidence is from.
    odds : float
        Factor of the odds of works of the concert's own artist.

    Returns
    -------
    Tally
        What was named.
    """
    tally = Tally()
    for concert in concerts:
        first = [_near(evidence, song, concert, fitted) for song in concert.songs]
        is_artists = [np.isin(works, concert.artist) for works, _ in first]
        named = {
            int(works[found.argmax()])
            for (works, found), mine in zip(first, is_artists, strict=True)
            if found.max() >= ACCEPTED and mine[found.argmax()]
        }
        for song, (works, found), mine in zip(concert.songs, first, is_artists, strict=True):
            settled = found.max() >= ACCEPTED and mine[found.argmax()]
            again = len(named) >= SONGS and not settled
            tally.add(
                reweigh(found, np.where(mine, odds, 1.0)) if again else found, _place(works, song)
            )
    return tally


def _near(
    evidence: Array, song: int, concert: Drawn, fitted: Fitted
) -> tuple[NDArray[np.int64], Array]:
    """Return the works that are near a song, and their probabilities."""
    works = concert.catalog[np.argsort(-evidence[song, concert.catalog])[:KEPT]]
    return works, posteriors(evidence[song, works], len(works), fitted.posterior)


def _place(works: NDArray[np.int64], song: int) -> int | None:
    places = np.flatnonzero(works == song)
    return int(places[0]) if len(places) else None


def live_among_studio(pairs: TempoPairs, tempo_works: int) -> Array:
    """Return the evidence of the live recording of each work for the studio ones of all.

    Parameters
    ----------
    pairs : TempoPairs
        One live and one studio recording of each work.
    tempo_works : int
        Best works of each query that are scored again.

    Returns
    -------
    ndarray
        (n_works, n_works) float64: log-odds.
    """
    studio = np.flatnonzero(pairs.kinds == "studio").tolist()
    works = sorted(set(pairs.works.tolist()))
    live = {
        str(pairs.works[recording]): query
        for query, recording in enumerate(pairs.queries)
        if pairs.kinds[recording] == "live" and pairs.whole[query]
    }
    rows = [pairs.among(live[work], studio, tempo_works) for work in works]
    return np.array([[row[work] for work in works] for row in rows])


@click.command()
@click.argument("recordings", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="Name or folder.")
@click.option("--keep", type=click.Path(path_type=Path), help="NPZ file to keep the evidence in.")
def main(recordings: Path, model: str, keep: Path | None) -> None:
    """Print figures of both numbers, on half of the works of RECORDINGS, a CSV, and on the rest."""
    fitted = ModelBundle.load(model).fitted
    tempo_works = 0 if fitted.tempo is None else fitted.tempo.works
    evidence = live_among_studio(
        kept(keep, TempoPairs, lambda: compare(recordings, model)), tempo_works
    )
    order = np.random.default_rng(1).permutation(len(evidence))
    for name, works in (("fit", order[::2]), ("check", order[1::2])):
        concerts = list(draw(works, np.random.default_rng(2)))
        rows = [
            ["given", n, odds, *given(concerts, evidence, fitted, n_others=n, odds=odds).row()]
            for n in OTHERS
            for odds in ODDS
        ]
        rows += [
            ["learnt", "", odds, *learnt(concerts, evidence, fitted, odds).row()] for odds in ODDS
        ]
        heads = ["artist", "others", "odds", "log-loss", "songs", "right", "wrong"]
        click.echo(f"{name}: {len(concerts)} concerts\n\n{table(heads, rows)}\n")


if __name__ == "__main__":
    main()
