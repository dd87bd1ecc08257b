"""The option ``--ray``: files are analysed on a Ray cluster."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import click

from samesong.features.decoding.channels import Channel
from samesong.features.errors import MissingExtraError, install_hint
from samesong.runtime.indexing.executor import Executor
from samesong.runtime.inference.bundle import ModelBundle, bundled_models
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.storage.options import given_options

_ADDRESS = re.compile(r"local|auto|(ray://)?[\w.\-]+:\d{1,5}|(ray://)?\[[\da-fA-F:.]+\]:\d{1,5}")


def _checked(_context: click.Context, _option: click.Parameter, address: str | None) -> str | None:
    if address is not None and not _ADDRESS.fullmatch(address):
        raise click.BadParameter(
            f"{address!r} is no address of a Ray cluster: give auto, HOST:PORT or "
            "ray://HOST:PORT, or write --ray last for a cluster on this machine"
        )
    return address


ray_option = click.option(
    "--ray",
    "ray_address",
    is_flag=False,
    flag_value="local",
    metavar="[ADDRESS]",
    callback=_checked,
    help="Analyse files on a Ray cluster: auto, HOST:PORT or ray://HOST:PORT. Written last, "
    "without an address, it starts one on this machine. Needs the extra 'cluster'.",
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
    try:
        from samesong.runtime.cluster.connection import connected  # noqa: PLC0415  (needs an extra)
        from samesong.runtime.cluster.executor import RayExecutor  # noqa: PLC0415
        from samesong.runtime.cluster.job import Job, python_version, sampled  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("ray", "grpc"):
            raise
        raise MissingExtraError(f"--ray needs {error.name!r}: {install_hint('cluster')}") from error
    job = Job(
        python=python_version(),
        samesong=version("samesong"),
        model=model if model in bundled_models() else os.path.abspath(model),
        fingerprint=bundle.fingerprint,
        device=device,
        isolate=isolate,
        channel=channel,
        stream=stream,
        storage=given_options(),
        samples=sampled(list(files)),
    )
    with connected(address):
        yield RayExecutor(job)
