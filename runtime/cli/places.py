"""Arguments that name a catalog or recordings, which a shell completes."""

from pathlib import Path

import click

from samesong.runtime.catalog.folder import holds_catalog
from samesong.runtime.cli.settings import CATALOG_VARIABLE, FILE


class CatalogPlace(click.Path):
    """A folder or an object-store address of a catalog.

    Parameters
    ----------
    new : bool, optional
        Whether it may be one that is yet to be made.
    """

    name = "catalog"

    def __init__(self, *, new: bool = False) -> None:
        super().__init__(readable=False)
        self._new = new

    def is_meant(self, argument: str, *, alone: bool) -> bool:
        """Return whether the first argument is a catalog, where it may be left out.

        Parameters
        ----------
        argument : str
            The argument.
        alone : bool
            Whether no other argument follows.

        Returns
        -------
        bool
            True for a catalog, an address, and something that is to become a catalog.
        """
        if holds_catalog(argument):
            return True
        return self._new and not alone and not Path(argument).exists()

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None) -> str:
        """Return what to do where no catalog is given.

        Parameters
        ----------
        param : click.Parameter
            Unused.
        ctx : click.Context or None
            Unused.

        Returns
        -------
        str
            A sentence.
        """
        del param, ctx
        return f"Name one, or set {CATALOG_VARIABLE}, or catalog in {FILE}."


class RecordingPath(click.Path):
    """A recording or a folder of them; whether it can be read is seen when its turn comes."""

    name = "recording"

    def __init__(self) -> None:
        super().__init__(readable=False, allow_dash=True)
