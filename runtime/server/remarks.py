"""What was found wrong with a recording, told to the client that sent it."""

from collections.abc import Iterable

from samesong.features.decoding.notes import Note


def remarks_on(name: str, notes: Iterable[Note]) -> list[str]:
    """Return remarks on a recording; what a user of the command line could choose is left out.

    Parameters
    ----------
    name : str
        The client's name for it.
    notes : iterable of Note
        What was found.

    Returns
    -------
    list of str
        One for each note.

    Examples
    --------
    >>> remarks_on("a.mka", [Note("audio stream 2 of 3 is used", "choose another with --stream")])
    ["'a.mka': audio stream 2 of 3 is used"]
    """
    return [f"{name!r}: {note.text}" for note in notes]
