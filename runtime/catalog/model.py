"""The model that a catalog was made with, as the tracks table's metadata keep it."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from samesong.features.errors import CatalogError, FrontEndError, shown
from samesong.features.spec import FeatureSpec
from samesong.runtime.catalog.columns import FORMAT
from samesong.runtime.inference.bundle import ModelBundle

IDENTITY = b"samesong.catalog"
"""Metadata of the tracks table that no other catalog has."""

_MOST = 100_000  # steps of a window, or numbers of a step: far beyond any model
_LONGEST_NAME = 100
_METADATA_KEY = b"samesong"


@dataclass(frozen=True)
class CatalogModel:
    """The model that all windows of a catalog were made with.

    Attributes
    ----------
    name : str
        Name of the bundle.
    fingerprint : str
        `ModelBundle.fingerprint`, which a bundle that reads the catalog must have.
    front_end : dict
        The bundle's feature specification.
    steps : int
        Steps of the coarsest level of a whole window, which windows are searched by.
    dim : int
        Length of the vectors of that level.
    format : int, optional
        Version of the catalog's tables.
    """

    name: str
    fingerprint: str
    front_end: dict[str, Any]
    steps: int
    dim: int
    format: int = FORMAT

    @classmethod
    def of(cls, bundle: ModelBundle) -> "CatalogModel":
        """Describe a bundle.

        Parameters
        ----------
        bundle : ModelBundle
            The model.

        Returns
        -------
        CatalogModel
            Its description.
        """
        manifest = bundle.manifest
        frames = round(manifest.window_seconds / bundle.spec.frame_period) + 1
        return cls(
            name=manifest.name,
            fingerprint=bundle.fingerprint,
            front_end=bundle.spec.to_dict(),
            steps=-(-frames // manifest.strides[-1]),
            dim=manifest.level_dims[-1],
        )

    def _check(self) -> None:
        """Refuse what no model is: a catalog may be from elsewhere."""
        FeatureSpec.from_dict(self.front_end)
        for number in (self.steps, self.dim):
            if type(number) is not int or not 1 <= number <= _MOST:
                raise ValueError(
                    f"its windows have {shown(self.steps)} by {shown(self.dim)} numbers"
                )
        for text in (self.name, self.fingerprint):
            if not isinstance(text, str) or not text.isprintable() or len(text) > _LONGEST_NAME:
                raise ValueError(f"its model is called {shown(text)}")

    def __str__(self) -> str:
        spec = FeatureSpec.from_dict(self.front_end)
        return f"model {self.name!r} ({self.fingerprint}, front end {spec.name} v{spec.version})"

    def to_metadata(self) -> dict[bytes, bytes]:
        """Return the description as the metadata of an Arrow schema.

        Returns
        -------
        dict of bytes
            One entry, which no other software reads.
        """
        return {_METADATA_KEY: json.dumps(asdict(self)).encode()}

    @classmethod
    def from_metadata(cls, metadata: dict[bytes, bytes] | None, location: str) -> "CatalogModel":
        """Read what `to_metadata` wrote.

        Parameters
        ----------
        metadata : dict of bytes, optional
            Metadata of the tracks table.
        location : str
            The catalog's, for messages.

        Returns
        -------
        CatalogModel
            The description.

        Raises
        ------
        ValueError
            If it is not there.
        CatalogError
            If it is of another format.
        """
        try:
            content = json.loads((metadata or {})[_METADATA_KEY])
            found = content.get("format", 0)
            if found != FORMAT:
                raise CatalogError(_refusal(found, location))
            found = cls(**{field.name: content[field.name] for field in fields(cls)})
            found._check()
            return found
        except (KeyError, TypeError, AttributeError, FrontEndError) as error:
            raise ValueError("it does not say which model it was made with") from error


def _refusal(found: int, location: str) -> str:
    if found < FORMAT:
        age, remedy = "an older", "index the recordings again, into a new catalog"
    else:
        age, remedy = "a newer", "bring samesong up to date"
    return (
        f"catalog {location} was made by {age} version (format {shown(found)}; this one reads "
        f"format {FORMAT}): {remedy}"
    )
