"""Several corpora as one source of versions."""

from collections.abc import Sequence

import numpy as np

from samesong.training.batches import Pair, Rng, VersionSource


class MixedVersions:
    """Several corpora as one.

    Parameters
    ----------
    sources : sequence of VersionSource
        The corpora.
    shares : sequence of float, optional
        How often each of them is to be drawn from, adding up to 1; by default as often as it has
        works.
    """

    def __init__(
        self, sources: Sequence[VersionSource], shares: Sequence[float] | None = None
    ) -> None:
        self.sources = sources
        sizes = [len(source) for source in sources]
        self.ends = np.cumsum(sizes)
        self.probabilities = (
            None if shares is None else np.repeat(np.divide(shares, np.maximum(sizes, 1)), sizes)
        )

    def __len__(self) -> int:
        return int(self.ends[-1])

    def draw_pair(self, work: int, studio_frames: int, live_frames: int, rng: Rng) -> Pair:
        """Draw a studio and a live version of a work.

        Parameters
        ----------
        work : int
            Index of the work, counted through all corpora.
        studio_frames, live_frames : int
            Lengths in frames of the front end.
        rng : numpy.random.Generator
            Draws everything.

        Returns
        -------
        studio : ndarray, shape (n_bins, studio_frames), float32
            Of the studio version.
        live : ndarray, shape (n_bins, live_frames), float32
            Of the live version.
        """
        index = int(np.searchsorted(self.ends, work, side="right"))
        first = int(self.ends[index]) - len(self.sources[index])
        return self.sources[index].draw_pair(work - first, studio_frames, live_frames, rng)


def share_by_kind(
    sources: Sequence[VersionSource], in_notes: Sequence[bool], recorded: float
) -> list[float] | None:
    """Share draws between corpora of notes and of recordings.

    Parameters
    ----------
    sources : sequence of VersionSource
        The corpora.
    in_notes : sequence of bool
        True for each corpus of notes, False for each of recordings.
    recorded : float
        Share of the draws that come from recordings, in [0, 1).

    Returns
    -------
    list of float or None
        Share of each corpus; those of a kind share by their sizes. None where all works are of one
        kind.
    """
    sizes = np.array([len(source) for source in sources], float)
    notes = np.array(in_notes)
    if not sizes[notes].any() or not sizes[~notes].any():
        return None
    for kind, share in ((notes, 1 - recorded), (~notes, recorded)):
        sizes[kind] *= share / sizes[kind].sum()
    return [float(share) for share in sizes]
