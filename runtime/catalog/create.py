"""Making a catalog: its two tables, empty."""

from pathlib import Path
from uuid import uuid4

from samesong.runtime.catalog.columns import TRACKS, windows_schema
from samesong.runtime.catalog.index_files import INDEX
from samesong.runtime.catalog.lance import connect, explained, find_table
from samesong.runtime.catalog.model import IDENTITY, CatalogModel
from samesong.runtime.inference.bundle import ModelBundle


def create_catalog(location: str, folder: Path | None, bundle: ModelBundle) -> None:
    """Make a catalog unless there is one.

    Parameters
    ----------
    location : str
        Its location.
    folder : Path, optional
        Its folder; None in an object store.
    bundle : ModelBundle
        The model of its windows.

    Raises
    ------
    CatalogError
        If it cannot be made.
    """
    with explained("make", location):
        database = connect(location)
        if find_table(database, "tracks") is not None:
            return
        if folder is not None:
            (folder / INDEX).unlink(missing_ok=True)  # of a catalog that was deleted
        model = CatalogModel.of(bundle)
        metadata = {**model.to_metadata(), IDENTITY: uuid4().hex.encode()}
        for name, schema in (
            ("windows", windows_schema(model.dim)),
            # Last, since it makes the database a catalog.
            ("tracks", TRACKS.with_metadata(metadata)),
        ):
            database.drop_table(name, ignore_missing=True)  # of an attempt that died here
            database.create_table(name, schema=schema)
