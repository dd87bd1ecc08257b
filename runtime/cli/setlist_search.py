"""The search of ``samesong setlist``, shown while it goes on."""

from dataclasses import dataclass
from pathlib import Path

from samesong.features.progress import Progress
from samesong.runtime.cli.formats import Report, save_growing
from samesong.runtime.cli.output import complain
from samesong.runtime.cli.progress import ProgressDisplay
from samesong.runtime.cli.setlist_table import print_setlist
from samesong.runtime.cli.standard_input import NAME
from samesong.runtime.display.text import short_time, span
from samesong.runtime.reports.song_names import artist_and_title, probability_in_words
from samesong.runtime.setlist.concert_audio import ConcertAudio
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.finder import SetlistFinder
from samesong.runtime.setlist.song import Song

_MINUTE = 60.0
_SETTLED = 120.0  # seconds behind the analysis at which no song changes any more, or hardly one


@dataclass
class SetlistSearch:
    """Finds a set list, and shows it while it grows.

    Attributes
    ----------
    finder : SetlistFinder
        Finds the songs.
    audio : ConcertAudio
        The concert.
    talk : bool
        List interludes as well.
    form : str
        Format of what is printed when the search is interrupted.
    reports : list of (str, Path)
        Format and file of each report.
    name : str, optional
        Name of the recording, where its file is a temporary one.
    until : float
        Seconds that were analysed so far.
    minute : int
        Minute that was shown last.
    told : float
        End of the last song that was shown, in seconds.
    """

    finder: SetlistFinder
    audio: ConcertAudio
    talk: bool
    form: str
    reports: list[Report]
    name: str | None = None
    until: float = 0.0
    minute: int = -1
    told: float = 0.0

    def find(self, state: Path, kept: Path | None) -> Setlist:
        """Find the set list; when interrupted, print what there is of it.

        Parameters
        ----------
        state : Path
            File for the state of the analysis.
        kept : Path or None
            That file, if a later command can resume from it.

        Returns
        -------
        Setlist
            The set list.
        """
        try:
            with ProgressDisplay("minutes") as progress:

                def show(state: Progress) -> None:
                    self.until = done = state.seconds_done
                    duration = state.seconds or 0.0
                    if (minute := int(done / _MINUTE)) > self.minute:
                        self.minute = minute
                        progress.step("listen", minute, max(minute, int(duration / _MINUTE)))

                def tell(found: Setlist) -> None:
                    for song in found.songs:
                        settled = (found.end or found.duration) - _SETTLED
                        if self.told <= song.start and song.end < settled:
                            self.told = song.end
                            progress.line(_in_words(song))
                    save_growing(self._named(found), self.reports)

                return self._named(
                    self.finder.find(
                        self.audio, talk=self.talk, progress=show, found=tell, resume=state
                    )
                )
        except KeyboardInterrupt:
            complain(
                f"songs until {short_time(self.audio.start + self.until)}; "
                + (
                    f"run the same command to resume from {kept}"
                    if kept
                    else "no progress was saved"
                )
            )
            found = self.finder.so_far(self.audio, state, talk=self.talk)
            print_setlist(self._named(found), self.form)
            raise

    def _named(self, found: Setlist) -> Setlist:
        if self.name is None:
            return found
        return found.model_copy(update={"recording": self.name, "title": found.title or NAME})


def _in_words(song: Song) -> str:
    sure = probability_in_words(song)
    return f"{span((song.start, song.end))} {artist_and_title(song)}" + (sure and f" ({sure})")
