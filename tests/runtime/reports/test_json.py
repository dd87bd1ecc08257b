import json

import jsonschema
import pytest
from hypothesis import given, settings

from samesong.runtime.reports import FORMATS, schema
from samesong.runtime.setlist.songs import SCHEMA, Setlist
from tests.runtime.reports.conftest import setlists

VALIDATOR = jsonschema.Draft202012Validator


@settings(deadline=None)
@given(setlists())
def test_what_is_written_fits_the_schema_and_reads_back_as_it_was(setlist):
    text = FORMATS["json"].write(setlist)
    assert text.isascii()
    told = json.loads(text)
    VALIDATOR(schema()).validate(told)
    assert Setlist.from_dict(told) == setlist


def test_the_schema_is_one_of_the_version_that_is_written():
    VALIDATOR.check_schema(schema())
    assert schema()["properties"]["schema"]["const"] == SCHEMA


def documented(node):
    """Yield the keys that a schema's objects may have."""
    for name, inner in node.get("properties", {}).items():
        yield name
        assert inner.get("description") or "$ref" in inner, f"{name} is not documented"
    for definition in node.get("$defs", {}).values():
        yield from documented(definition)


def test_every_key_that_is_written_is_documented(setlist):
    told = json.loads(FORMATS["json"].write(setlist))
    known = set(documented(schema()))
    song = told["songs"][0]
    assert {*told, *song, *song["track"]} == known


@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: told.update(schema=2),
        lambda told: told.pop("songs"),
        lambda told: told["songs"][0].update(confidence=1.5),
        lambda told: told["songs"][0].update(start="0:12"),
        lambda told: told["songs"][0]["track"].pop("track_id"),
        lambda told: told["songs"][0].pop("track"),
    ],
)
def test_the_schema_refuses_what_is_wrong(setlist, spoil):
    told = setlist.to_dict()
    VALIDATOR(schema()).validate(told | {"songs": list(told["songs"])})
    spoil(told)
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR(schema()).validate(told)
