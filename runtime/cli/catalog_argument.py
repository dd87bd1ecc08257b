"""The argument CATALOG, and the options of the object store that it may be in."""

from collections.abc import Callable, Sequence

import click

from samesong.runtime.cli.options import Command
from samesong.runtime.cli.places import CatalogPlace
from samesong.runtime.storage.options import set_storage_options


def catalog_argument(*, new: bool = False) -> Callable[[Command], Command]:
    """Add the argument CATALOG and ``--storage-option``, which every command with a catalog takes.

    Parameters
    ----------
    new : bool, optional
        Whether the catalog may be one that is yet to be made.

    Returns
    -------
    callable
        A decorator; the command is passed the catalog alone.
    """
    option = click.option(
        "--storage-option",
        "storage_options",
        multiple=True,
        metavar="KEY=VALUE",
        expose_value=False,
        callback=_set,
        help="Option of the object store that CATALOG or files are in, such as "
        "endpoint=http://HOST:PORT, region=REGION or allow_http=true; may be given several times. "
        "Environment variables such as AWS_ACCESS_KEY_ID and AWS_ENDPOINT_URL are read as well.",
    )

    def decorate(command: Command) -> Command:
        return click.argument("catalog", type=CatalogPlace(new=new))(option(command))

    return decorate


def _set(_context: click.Context, _option: click.Parameter, given: Sequence[str]) -> None:
    options = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise click.BadParameter(
                f"{text!r} is not of the form KEY=VALUE: give one such as region=eu-west-1"
            )
        options[name] = value
    set_storage_options(options)
