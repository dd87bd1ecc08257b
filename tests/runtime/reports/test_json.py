import json

import jsonschema
import pytest
from hypothesis import given, settings

from samesong.runtime.reports.formats import FORMATS
from samesong.runtime.reports.json_ import schema
from samesong.runtime.setlist.document import Setlist
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


def test_every_key_that_is_written_is_in_the_schema(setlist):
    told = json.loads(FORMATS["json"].write(setlist))
    song = told["songs"][0]
    defined = schema()["$defs"]
    assert told.keys() == schema()["properties"].keys()
    assert song.keys() == defined["Song"]["properties"].keys()
    assert song["track"].keys() == defined["SongTrack"]["properties"].keys()
    (candidate, *_) = told["songs"][1]["candidates"]
    assert candidate.keys() == defined["Candidate"]["properties"].keys()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: told.update(schema=1),
        lambda told: told.pop("songs"),
        lambda told: told["songs"][0].update(probability=1.5),
        lambda told: told["songs"][0].update(start="0:12"),
        lambda told: told["songs"][0].update(verdict="perhaps"),
        lambda told: told["songs"][1]["candidates"][0].update(probability=37),
        lambda told: told["songs"][0]["track"].pop("track_id"),
        lambda told: told["songs"][0].pop("track"),
    ],
)
def test_the_schema_refuses_what_is_wrong(setlist, spoil):
    told = setlist.to_dict()
    VALIDATOR(schema()).validate(told)
    spoil(told)
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR(schema()).validate(told)
