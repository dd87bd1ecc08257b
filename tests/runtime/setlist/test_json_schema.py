"""The schema that users are given, against the definition that it is generated from."""

import json
from typing import Any

import jsonschema
import pytest

from samesong.runtime.reports.json_ import schema
from samesong.runtime.setlist.document import SCHEMA
from samesong.runtime.setlist.json_schema import setlist_schema


def test_the_file_is_up_to_date() -> None:
    assert schema() == setlist_schema(), "run: python scripts/generate_schemas.py"


def test_it_is_a_schema_whose_example_is_valid() -> None:
    validator = jsonschema.Draft202012Validator
    validator.check_schema(schema())
    assert schema()["properties"]["schema"]["const"] == SCHEMA
    for example in schema()["examples"]:
        validator(schema()).validate(json.loads(json.dumps(example)))


@pytest.mark.parametrize("name", ["Setlist", "Song", "SongTrack"])
def test_every_key_is_required_and_described(name: str) -> None:
    found: dict[str, Any] = {"Setlist": schema(), **schema()["$defs"]}[name]
    assert found["required"] == list(found["properties"])
    assert all(value["description"] for value in found["properties"].values())
