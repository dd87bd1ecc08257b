"""The option ``--ray``: files are analysed, or a catalog is searched, on a Ray cluster."""

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from samesong.features.decoding.channels import Channel
from samesong.features.errors import ClusterError, MissingExtraError, install_hint
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.cli.verbosity import Verbosity, verbosity
from samesong.runtime.indexing.executor import Executor
from samesong.runtime.inference.bundle import ModelBundle, bundled_models
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.storage.address import is_local
from samesong.runtime.storage.options import given_options

if TYPE_CHECKING:
    from samesong.runtime.cluster.serving import Serving

Command = TypeVar("Command", bound=Callable[..., Any])

_ADDRESS = re.compile(r"local|auto|(ray://)?[\w.\-]+:\d{1,5}|(ray://)?\[[\da-fA-F:.]+\]:\d{1,5}")


def _checked(_context: click.Context, _option: click.Parameter, address: str | None) -> str | None:
    if address is not None and not _ADDRESS.fullmatch(address):
        raise click.BadParameter(
            f"{address!r} is no address of a Ray cluster: give auto, HOST:PORT or "
            "ray://HOST:PORT, or write --ray last for a cluster on this machine"
        )
    return address


def ray_option(purpose: str, addresses: str) -> Callable[[Command], Command]:
    """Return the option.

    Parameters
    ----------
    purpose : str
        What the cluster is for, as the help begins.
    addresses : str
        Addresses that it may have.

    Returns
    -------
    callable
        Adds it to a command.
    """
    return click.option(
        "--ray",
        "ray_address",
        is_flag=False,
        flag_value="local",
        metavar="[ADDRESS]",
        callback=_checked,
        help=f"{purpose} on a Ray cluster: {addresses}. Written last, without an address, it "
        "starts one on this machine. Needs the extra 'cluster'.",
    )


@contextmanager
def ray_executor(
    address: str,
    model: str,
    bundle: ModelBundle,
    device: Device,
    files: Sequence[Path],
    *,
    isolate: bool,
    channel: Channel | None,
    stream: int | None,
) -> Iterator[Executor]:
    """Connect to a cluster.

    Parameters
    ----------
    address : str
        As the option gives it.
    model : str
        As of ``--model``.
    bundle : ModelBundle
        The model.
    device : {'cpu', 'cuda'}
        Where workers run it.
    files : sequence of Path
        What is going to be analysed.
    isolate : bool
        As of ``--isolate``.
    channel, stream : str or int, optional
        As of `sound_options`.

    Yields
    ------
    Executor
        Until all files are analysed.

    Raises
    ------
    MissingExtraError
        If Ray is not installed.
    ClusterError, DeviceError, MismatchError
        If the cluster cannot be used.
    """
    with _extra():
        from samesong.runtime.cluster.connection import connected  # noqa: PLC0415
        from samesong.runtime.cluster.executor import RayExecutor  # noqa: PLC0415
        from samesong.runtime.cluster.job import Job, python_version, sampled  # noqa: PLC0415
    job = Job(
        python=python_version(),
        samesong=version("samesong"),
        model=_on_all_nodes(model),
        fingerprint=bundle.fingerprint,
        device=device,
        isolate=isolate,
        channel=channel,
        stream=stream,
        storage=given_options(),
        samples=sampled(list(files)),
    )
    _tell_of_joining(address)
    with connected(address):
        yield RayExecutor(job)


@contextmanager
def ray_serving(
    address: str,
    location: str,
    model: str,
    bundle: ModelBundle,
    device: Device,
    *,
    count: int,
    replicas: tuple[int, int],
) -> Iterator["Serving"]:
    """Have a cluster hold the shards of a catalog, and do the work of set lists.

    Parameters
    ----------
    address : str
        As the option gives it.
    location : str
        The catalog.
    model : str
        As of ``--model``.
    bundle : ModelBundle
        The model.
    device : {'cpu', 'cuda'}
        Where replicas run it.
    count : int
        Number of shards.
    replicas : tuple of int
        Replicas of each, at least and at most.

    Yields
    ------
    Serving
        When all shards have read the catalog.

    Raises
    ------
    MissingExtraError
        If Ray Serve is not installed.
    CatalogError
        If there is no catalog, or an empty one.
    ClusterError, DeviceError, MismatchError
        If the cluster cannot be used, or there are more shards than tracks.
    """
    if address.startswith("ray://"):
        raise ClusterError(
            f"samesong serves from a node of the cluster, not from outside as {address!r} asks: "
            "run it on one, with --ray auto"
        )
    catalog = Catalog(location, bundle)
    catalog.require_tracks()
    if len(catalog) < count:
        raise ClusterError(
            f"--shards {count} is more than the {len(catalog)} tracks of {location}: ask for fewer"
        )
    with _extra():
        from samesong.runtime.cluster.connection import connected  # noqa: PLC0415
        from samesong.runtime.cluster.job import Job, python_version  # noqa: PLC0415
        from samesong.runtime.cluster.serving import served  # noqa: PLC0415
    job = Job(
        python=python_version(),
        samesong=version("samesong"),
        model=_on_all_nodes(model),
        fingerprint=bundle.fingerprint,
        device=device,
        isolate=True,  # strangers may have sent what is read
        storage=given_options(),
        catalog=os.path.abspath(location) if is_local(location) else location,
        identity=catalog.identity,
    )
    _tell_of_joining(address)
    with connected(address), served(job, bundle, count, replicas) as serving:
        yield serving


def _tell_of_joining(address: str) -> None:
    """Give a sign of life on a terminal: on a busy machine, Ray takes half a minute to start."""
    if sys.stderr.isatty() and verbosity() is not Verbosity.QUIET:
        what = "starting Ray on this machine" if address == "local" else "joining the Ray cluster"
        click.echo(f"samesong: {what} ...", err=True)


def _on_all_nodes(model: str) -> str:
    return model if model in bundled_models() else os.path.abspath(model)


@contextmanager
def _extra() -> Iterator[None]:
    """Explain that the extra is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "samesong":
            raise
        raise MissingExtraError(f"--ray needs {error.name!r}: {install_hint('cluster')}") from error
