"""A catalog and the model that reads it, by as little as a user gives."""

from pathlib import Path

from samesong.features.errors import MismatchError
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.inference.bundle import ModelBundle, bundle_of, bundled_models


def with_model(
    catalog: Catalog | str | Path, model: ModelBundle | str | Path | None = None
) -> tuple[Catalog, ModelBundle]:
    """Open a catalog that has tracks, and load the model that it was made with.

    Parameters
    ----------
    catalog : Catalog, str or Path
        The catalog, or where it is.
    model : ModelBundle, str or Path, optional
        Its model: loaded, or as `ModelBundle.load` takes it. A bundled one need not be given.

    Returns
    -------
    catalog : Catalog
        It, open.
    bundle : ModelBundle
        Its model.

    Raises
    ------
    CatalogError
        If the catalog cannot be read, or has no tracks.
    MismatchError
        If it was made with another model.
    BundleError
        As `ModelBundle.load` does.
    """
    opened = catalog if isinstance(catalog, Catalog) else Catalog(catalog)
    opened.require_tracks()
    if model is None:
        model = opened.model.name
        if model not in bundled_models():
            raise MismatchError(
                f"catalog {opened.location} was made with {opened.model}, which is not bundled: "
                "give model=, the folder of its bundle"
            )
    return opened, bundle_of(model)
