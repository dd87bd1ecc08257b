"""The JSON schema of a set list, generated from its definition."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import CoreSchema

from samesong.runtime.setlist.document import SCHEMA, Setlist


def setlist_schema() -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) of a set list as `Setlist.to_dict` returns it."""
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": f"urn:samesong:setlist:{SCHEMA}",
        **Setlist.model_json_schema(mode="serialization", schema_generator=_Untitled),
    }


class _Untitled(GenerateJsonSchema):
    """Leaves out the titles that pydantic derives from the names of keys."""

    def field_title_should_be_set(self, schema: CoreSchema) -> bool:
        del schema
        return False
