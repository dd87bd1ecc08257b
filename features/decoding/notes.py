"""Remarks on one file: what was chosen in it, mended or left out while it was decoded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from samesong.features.decoding.finite import Silencer

_SECONDS = 1.0
_SHARE = 0.02
"""A header may be wrong by so many seconds or by such a share of the length, and no one is told."""


@dataclass(frozen=True)
class Note:
    """A remark on a file.

    Attributes
    ----------
    text : str
        What was found and what was done, without the name of the file.
    choice : str
        What else a user of the command line can choose; empty if there is nothing.

    Examples
    --------
    >>> str(Note("audio stream 2 of 3 is used", "choose another with --stream"))
    'audio stream 2 of 3 is used; choose another with --stream'
    """

    text: str
    choice: str = ""

    def __str__(self) -> str:
        return f"{self.text}; {self.choice}" if self.choice else self.text


@dataclass
class Notes:
    """Remarks on one file, in the order in which they were made.

    Attributes
    ----------
    cancelled_seconds : float
        Seconds in which channels cancelled each other.
    """

    cancelled_seconds: float = 0.0
    _made: list[Note] = field(default_factory=list)
    _damaged: list[float] = field(default_factory=list)
    _silenced: str = ""

    def __iter__(self) -> Iterator[Note]:
        """Yield each remark once."""
        yield from dict.fromkeys(self._made)
        if self.cancelled_seconds:
            yield Note(
                f"its channels cancel each other in {clock_time(self.cancelled_seconds)} of it, "
                "where their difference is used",
                "choose another with --channel",
            )
        if self._damaged:
            places = f"in {len(self._damaged)} places" if len(self._damaged) > 1 else "in one place"
            yield Note(
                f"it is damaged; only part of it is used (it cannot be decoded {places}, from "
                f"{clock_time(self._damaged[0])} on)"
            )
        if self._silenced:
            yield Note(self._silenced)

    def streams(self, number: int, n_streams: int, wanted: int | None) -> None:
        """Note which of several streams is used, unless a user chose it.

        Parameters
        ----------
        number, n_streams : int
            Its number from 0, and how many there are.
        wanted : int or None
            The number that a user chose.
        """
        if n_streams > 1 and wanted is None:
            why = "the first" if number == 0 else "the first that is not silent"
            self._made.append(
                Note(
                    f"audio stream {number + 1} of {n_streams} is used, {why}",
                    "choose another with --stream",
                )
            )

    def header(self, text: str) -> None:
        """Note a header that is wrong.

        Parameters
        ----------
        text : str
            The remark; empty for none.
        """
        if text:
            self._made.append(Note(text))

    def length(self, told: float | None, begin: float, end: float) -> None:
        """Note a header that gives another length than there is.

        What is cut off cannot be decoded at its end: that is no other damage, and not noted twice.

        Parameters
        ----------
        told : float or None
            Seconds by the header, if it gives them.
        begin, end : float
            Seconds of the recording between which sound was decoded.
        """
        found = end - begin
        if told is not None and abs(told - found) > max(_SECONDS, _SHARE * found):
            text = f"its header tells of {clock_time(told)}, and {clock_time(found)} can be decoded"
            if told > found:
                text += "; if it is cut off, copy or download it again"
                self._damaged = [place for place in self._damaged if place < end - _SECONDS]
            self._made.append(Note(text))

    def damage(self, begin: float, places: Sequence[float]) -> None:
        """Note what could not be decoded.

        Parameters
        ----------
        begin : float
            Seconds of the recording that places are counted from.
        places : sequence of float
            Seconds, rising.
        """
        self._damaged += [begin + place for place in places]

    def cancelled(self, seconds: float) -> None:
        """Note for how long channels cancelled each other.

        Parameters
        ----------
        seconds : float
            Seconds so far.
        """
        self.cancelled_seconds = seconds

    def silenced(self, silencer: Silencer) -> None:
        """Note samples that are no numbers.

        Parameters
        ----------
        silencer : Silencer
            What silenced them.
        """
        if silencer.count:
            first, last = clock_time(silencer.first), clock_time(silencer.last)
            when = f"at {first}" if first == last else f"from {first} to {last}"
            samples = "sample" if silencer.count == 1 else "samples"
            self._silenced = f"{silencer.count} {samples} {when}, not a number, silenced"


def clock_time(seconds: float) -> str:
    """Return a time as players show it.

    Parameters
    ----------
    seconds : float
        0 or above.

    Returns
    -------
    str
        Minutes and seconds, and hours if there are any.

    Examples
    --------
    >>> clock_time(62.4), clock_time(3723)
    ('1:02', '1:02:03')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
