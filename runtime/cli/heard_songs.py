"""The set list of ``samesong listen``: what its answers, one after the other, amount to."""

from samesong import __version__
from samesong.runtime.listening.listener import Answer
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.song import Song, SongTrack

NAME = "live sound"
"""Name of what has no file."""


class HeardSongs:
    """Grows a set list of the songs that are named while sound is being heard.

    Parameters
    ----------
    model : str
        Name of the model.
    threshold : float
        Least probability at which a song is named.
    """

    def __init__(self, model: str, threshold: float) -> None:
        self._made_with = {"model": model, "threshold": threshold, "version": __version__}
        self._songs: list[Song] = []

    def add(self, answer: Answer) -> Setlist:
        """Take an answer in.

        Parameters
        ----------
        answer : Answer
            The next one.

        Returns
        -------
        Setlist
            The songs so far. An answer that names the last one again makes it longer.
        """
        if answer.accepted:
            self._take(answer)
        return Setlist.model_validate(
            {
                "recording": NAME,
                "duration": max([answer.heard, *(song.end for song in self._songs)]),
                "songs": tuple(self._songs),
                **self._made_with,
            }
        )

    def _take(self, answer: Answer) -> None:
        best = answer.matches[0]
        start, end = (round(time, 2) for time in best.query_span)
        last = self._songs[-1] if self._songs else None
        if last is not None and last.track is not None and last.track.work_id == best.work_id:
            more = {
                "end": max(last.end, end),
                "probability": max(last.probability or 0.0, best.probability),
            }
            self._songs[-1] = last.model_copy(update=more)
            return
        start = max(0.0, start, 0.0 if last is None else last.end)
        if start < end:  # or it is what was heard before the last one
            self._songs.append(
                Song(
                    start=start,
                    end=end,
                    verdict=answer.verdict,
                    track=SongTrack.of(best.track, (best.track, *best.versions)),
                    probability=best.probability,
                    key_shift=best.key_shift,
                    tempo_ratio=best.tempo_ratio,
                )
            )
