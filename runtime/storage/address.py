"""Addresses: folders on disk, and those in an object store."""

from pathlib import Path

from samesong.features.errors import CatalogError, shown

SCHEMES = ("s3", "gs", "az")
"""Of Amazon S3 and all that speak its protocol, Google Cloud Storage, and Azure Blob Storage."""

_FORMS = "s3://BUCKET/PATH, gs://BUCKET/PATH or az://CONTAINER/PATH"


def is_local(location: str) -> bool:
    """Return whether something is on disk rather than in an object store.

    Parameters
    ----------
    location : str
        A path, or the address of an object store.

    Returns
    -------
    bool
        True for a path.

    Examples
    --------
    >>> is_local("music/catalog"), is_local("s3://bucket/catalog")
    (True, False)
    """
    return "://" not in location


def require_address(location: str | Path) -> str:
    """Return the location of a catalog, if it is one.

    Parameters
    ----------
    location : str or Path
        A path, or the address of an object store.

    Returns
    -------
    str
        The same, without a slash at the end of an address.

    Raises
    ------
    CatalogError
        If it is an address of no object store that is known.

    Examples
    --------
    >>> require_address("s3://bucket/catalog/")
    's3://bucket/catalog'
    """
    text = str(location)
    if is_local(text):
        return text
    scheme, _, rest = text.partition("://")
    if scheme not in SCHEMES or not rest.strip("/") or rest.startswith("/"):
        raise CatalogError(f"{shown(text)} is no address of an object store: give {_FORMS}")
    return text.rstrip("/")
