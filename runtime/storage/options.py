"""Options of object stores: credentials, endpoints and the like, given to this process.

They hold for the whole process, as the environment variables do that they stand before. Names are
those of the Rust crate object_store, which LanceDB and obstore are both built on.
"""

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from samesong.runtime.storage.address import SCHEMES

_TRIES = {"client_max_retries": "6", "client_retry_timeout": "30"}
"""Times that a request is sent again where the store is busy or the connection fails, and seconds
within which it is: under the names that LanceDB has for them."""

_FIRST_PAUSE = timedelta(seconds=0.3)
"""Before a request is sent again; each further pause may be twice as long."""

_PREFIXES = dict(zip(SCHEMES, ("aws_", "google_", "azure_storage_"), strict=True))

# One of several names of an option; LanceDB would take the environment's for another option.
_SHORT = {"endpoint_url": "endpoint", "token": "session_token"}

# Options of connections rather than of stores; obstore takes them apart from the others.
_OF_CLIENT = frozenset(
    {
        *("allow_http", "allow_invalid_certificates", "connect_timeout", "http1_only"),
        *("pool_idle_timeout", "pool_max_idle_per_host", "proxy_url", "timeout", "user_agent"),
    }
)

_given: dict[str, str] = {}


def set_storage_options(options: Mapping[str, str]) -> None:
    """Set the options of object stores, in place of all that were set before.

    They hold for every catalog and recording that this process opens from then on, and take
    precedence over environment variables such as AWS_ENDPOINT_URL.

    Parameters
    ----------
    options : mapping of str to str
        Values by names such as ``endpoint``, ``region``, ``aws_access_key_id`` or ``allow_http``.

    Examples
    --------
    >>> from samesong import set_storage_options
    >>> set_storage_options({"endpoint": "http://127.0.0.1:9000", "allow_http": "true"})
    >>> set_storage_options({})
    """
    _given.clear()
    _given.update({name.lower(): value for name, value in options.items()})


def given_options() -> tuple[tuple[str, str], ...]:
    """Return the options that were set, without the environment's.

    Returns
    -------
    tuple of tuple of str
        Names and values, sorted; `set_storage_options` takes them in another process.
    """
    return tuple(sorted(_given.items()))


def in_force() -> tuple[tuple[str, str], ...]:
    """Return all that an object store is reached by: options, and environment variables.

    Returns
    -------
    tuple of tuple of str
        Names and values, sorted; two stores of one address are the same if they are equal.
    """
    names = ("AWS_", "GOOGLE_", "AZURE_")
    inherited = {name: value for name, value in os.environ.items() if name.startswith(names)}
    return tuple(sorted((inherited | _given).items()))


def for_lancedb(location: str) -> dict[str, str]:
    """Return all options as LanceDB takes them.

    Parameters
    ----------
    location : str
        Address of the store.

    Returns
    -------
    dict of str
        Those that were set, and how often and for how long it is to try.
    """
    config, client = _sorted(location)
    return {**_TRIES, **config, **client}


def for_obstore(location: str) -> dict[str, dict[str, Any]]:
    """Return all options as obstore takes them.

    Parameters
    ----------
    location : str
        Address of the store.

    Returns
    -------
    dict of dict
        ``config`` and ``client_options``, as far as there are any, and ``retry_config``.

    Raises
    ------
    ValueError
        If one of them has no such value.
    """
    config, client = _sorted(location)
    times, seconds = (int(client.pop(name, usual)) for name, usual in _TRIES.items())
    tries = {
        "max_retries": times,
        "retry_timeout": timedelta(seconds=seconds),
        "backoff": {"init_backoff": _FIRST_PAUSE, "base": 2},
    }
    # Where obstore is given any options of the client, it reads none from the environment.
    prefix = _prefix(location)
    inherited = {name: os.environ.get(f"{prefix}{name}".upper()) for name in _OF_CLIENT}
    client = {name: value for name, value in inherited.items() if value is not None} | client
    parts: dict[str, dict[str, Any]] = {
        "config": config,
        "client_options": client,
        "retry_config": tries,
    }
    return {name: part for name, part in parts.items() if part}


def _prefix(location: str) -> str:
    return _PREFIXES[location.partition("://")[0]]


def _sorted(location: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the options of a store and those of connections that were set, each by one name."""
    prefix = _prefix(location)
    config, client = {}, {}
    for name, value in _given.items():
        short = name.removeprefix(prefix).removeprefix("azure_")
        if short in _OF_CLIENT or short in _TRIES:
            client[short] = value
        else:
            config[prefix + _SHORT.get(short, short)] = value
    return config, client
