"""Copies of immutable objects on this machine, so that they are read once over the network."""

import hashlib
import os
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import IO


def cache_folder() -> Path:
    """Return the folder of everything that can be fetched again.

    Returns
    -------
    Path
        ``samesong`` in the folder that XDG_CACHE_HOME names, or else in ``~/.cache``; it need not
        exist.
    """
    named = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(named) if os.path.isabs(named) else Path("~/.cache").expanduser()) / "samesong"


class ObjectCache:
    """Copies of the objects of one owner, under names that are the SHA-256 of their content.

    Parameters
    ----------
    owner : str
        Whose they are: objects of another are left alone.
    """

    def __init__(self, owner: str) -> None:
        self._folder = cache_folder() / hashlib.sha256(owner.encode()).hexdigest()[:32]

    def open(self, digest: str, fetch: Callable[[], bytes]) -> IO[bytes]:
        """Open a copy; it is fetched unless there is one, which is taken to be sound.

        Parameters
        ----------
        digest : str
            Its SHA-256 in hexadecimal.
        fetch : callable
            Returns its content.

        Returns
        -------
        file
            The copy. Where none can be kept, as on a full disk, a temporary file.

        Raises
        ------
        ValueError
            If what is fetched is not what it should be.
        OSError
            If `fetch` raises it.
        """
        path = self._folder / digest
        with suppress(OSError):
            return path.open("rb")
        content = fetch()
        if hashlib.sha256(content).hexdigest() != digest:
            raise ValueError(f"what is in object {digest[:8]}... is not what was written")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self._folder, delete=False) as part:
                try:
                    part.write(content)
                    part.flush()
                    os.replace(part.name, path)
                except BaseException:
                    os.unlink(part.name)
                    raise
            return path.open("rb")
        except OSError:
            temporary = TemporaryFile()  # noqa: SIM115  (closed by whoever reads it)
            temporary.write(content)
            temporary.flush()
            return temporary

    def drop(self, digest: str) -> None:
        """Delete a copy, if there is one, as where it was damaged.

        Parameters
        ----------
        digest : str
            Its SHA-256 in hexadecimal.
        """
        with suppress(OSError):
            (self._folder / digest).unlink()

    def keep(self, digests: Collection[str]) -> None:
        """Delete all copies but some; whoever reads another goes on with it.

        Parameters
        ----------
        digests : collection of str
            Those that stay.
        """
        with suppress(OSError):
            for path in self._folder.iterdir():
                if path.name not in digests:
                    path.unlink(missing_ok=True)
