"""Says in a sentence what is wrong with a set list: where it is, the value, and what to give."""

from typing import Any

from pydantic import ValidationError

Schema = dict[str, Any]

_NOUNS = {
    "array": "a list",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a text",
}
_LONGEST = 60  # characters of a value that are shown


def explain(error: ValidationError, schema: Schema) -> str:
    """Return the first problem that validation found as a sentence.

    Parameters
    ----------
    error : pydantic.ValidationError
        The error of validating a set list.
    schema : dict
        The JSON schema of a set list, which says what is wanted at each place.

    Returns
    -------
    str
        For example ``song 2: start is '1:00'; give a number from 0 to 3600000``.
    """
    first = error.errors()[0]
    place, kind, value = first["loc"], first["type"], first["input"]
    if kind == "order":
        return first["msg"]
    number = f"{str(place[0]).removesuffix('s')} {int(place[1]) + 1}" if len(place) > 1 else ""
    if kind in {"span", "verdict"}:
        return f"{number}: {first['msg']}"
    wanted = _wanted(_at(place, schema), schema)
    # JSON has integers that no float holds.
    too_large = kind == "float_type" and isinstance(value, int) and not isinstance(value, bool)
    if kind == "finite_number" or too_large:
        wanted = wanted.replace("a number", "a finite number")
    found = "missing" if kind == "missing" else short(value)
    return f"{_name(place, number)} is {found}; give {wanted}"


def short(value: object) -> str:
    """Return the representation of a value, cut where it is long.

    Parameters
    ----------
    value : object
        Any value.

    Returns
    -------
    str
        At most 60 characters.
    """
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _name(place: tuple[int | str, ...], number: str) -> str:
    if not place:
        return "a set list"
    if len(place) == 1:
        return str(place[0])
    if len(place) == 2:
        return number
    owner = "track's " if place[2] == "track" and len(place) > 3 else ""
    return f"{number}: {owner}{place[-1]}"


def _at(place: tuple[int | str, ...], root: Schema) -> Schema:
    found = root
    for step in place:
        (inside,) = [
            target
            for option in found.get("anyOf", [found])
            if (target := _target(option, root))["type"] != "null"
        ]
        found = inside["items"] if isinstance(step, int) else inside["properties"][step]
    return found


def _target(schema: Schema, root: Schema) -> Schema:
    found: Schema = root["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return found


def _wanted(schema: Schema, root: Schema) -> str:
    options = [_target(option, root) for option in schema.get("anyOf", [schema])]
    return " or ".join(map(_wanted_option, options))


def _wanted_option(option: Schema) -> str:
    if "enum" in option:
        *others, last = map(repr, option["enum"])
        return f"{', '.join(others)} or {last}"
    if option.get("format") == "date":
        return "a day of the calendar as YYYY-MM-DD"
    return _NOUNS[option["type"]] + _bounds(option)


def _bounds(schema: Schema) -> str:
    if "maximum" in schema:
        return f" from {schema['minimum']} to {schema['maximum']}"
    if "exclusiveMinimum" in schema:
        return f" above {schema['exclusiveMinimum']}"
    return f" of {schema['minimum']} or above" if "minimum" in schema else ""
