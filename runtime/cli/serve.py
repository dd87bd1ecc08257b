"""``samesong serve``: a catalog as a web page and an HTTP API."""

import secrets
import signal
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from samesong.features.errors import MissingExtraError, install_hint
from samesong.runtime.catalog.folder import holds_catalog
from samesong.runtime.catalog.store_folder import store_holds_catalog
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.cli.catalog_argument import catalog_argument
from samesong.runtime.cli.cluster import ray_option, ray_serving
from samesong.runtime.cli.command import Command
from samesong.runtime.cli.exit_codes import DONE
from samesong.runtime.cli.options import FiniteRange, model_options
from samesong.runtime.cli.output import say
from samesong.runtime.cli.replicas import Replicas
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.server.settings import Limits, Settings, is_loopback
from samesong.runtime.storage.address import is_local

if TYPE_CHECKING:
    from samesong.runtime.cluster.serving import Serving

_MEGABYTE = 10**6
_SHORTEST_TOKEN = 16  # characters; a shorter one can be guessed


def _seconds(_context: click.Context, _option: click.Parameter, minutes: float) -> float:
    return minutes * 60


@click.command(cls=Command)
@catalog_argument(new=True)
@click.option("--host", default=Settings.host, show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8000,
    show_default=True,
    help="Port to listen on; 0 picks a free one.",
)
@click.option(
    "--token",
    envvar="SAMESONG_TOKEN",
    show_envvar=True,
    help="Bearer token that clients must send; on addresses that others can reach, one is made "
    "if none is given.",
)
@click.option(
    "--max-upload-mb",
    type=click.IntRange(min=1),
    default=Settings.upload_bytes // _MEGABYTE,
    show_default=True,
    help="Maximum size of an upload in MB.",
)
@click.option(
    "--max-minutes",
    "seconds",
    type=FiniteRange(min=0, min_open=True),
    callback=_seconds,
    default=Settings.seconds / 60,
    show_default=True,
    help="Maximum length of a recording to identify, compare or add.",
)
@click.option(
    "--max-concert-minutes",
    "concert_seconds",
    type=FiniteRange(min=0, min_open=True),
    callback=_seconds,
    default=Settings.concert_seconds / 60,
    show_default=True,
    help="Maximum length of a recording for a set list.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=Settings.workers,
    show_default=True,
    help="Number of recordings processed at the same time.",
)
@click.option(
    "--audio-folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for recordings added through the page; CATALOG/audio by default.",
)
@click.option(
    "--music",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    help="Folder of indexed recordings that may be played; may be given more than once. By default "
    "only those of the audio folder may.",
)
@click.option(
    "--setlist-folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for set lists and the audio of concerts; CATALOG/setlists by default. Without it, "
    "those of a catalog in an object store are kept until the server stops.",
)
@click.option(
    "--keep-audio",
    type=FiniteRange(min=0),
    default=Settings.keep_audio,
    show_default=True,
    metavar="DAYS",
    help="Days for which the audio of a concert is kept, to be played; 0 keeps none.",
)
@click.option(
    "--max-connections",
    type=click.IntRange(min=1),
    default=Limits.connections,
    show_default=True,
    help="Maximum number of connections.",
)
@click.option(
    "--max-connections-per-address",
    type=click.IntRange(min=1),
    default=Limits.connections_for_each,
    show_default=True,
    help="Maximum number of connections from one address; behind a proxy, all come from one.",
)
@ray_option("Search and make set lists", "auto or HOST:PORT")
@click.option(
    "--shards",
    type=click.IntRange(min=1),
    metavar="N",
    help="Number of shards that the catalog is divided into on the cluster; 2 by default.",
)
@click.option(
    "--replicas",
    type=Replicas(),
    metavar="N|N-M",
    help="Number of replicas of each shard, such as 2, or from 1-4 as load demands; 1 by default.",
)
@model_options
def serve(
    *,
    catalog: str,
    host: str,
    port: int,
    token: str | None,
    max_upload_mb: int,
    seconds: float,
    concert_seconds: float,
    workers: int,
    audio_folder: Path | None,
    music: tuple[Path, ...],
    setlist_folder: Path | None,
    keep_audio: float,
    max_connections: int,
    max_connections_per_address: int,
    ray_address: str | None,
    shards: int | None,
    replicas: tuple[int, int] | None,
    model: str,
    device: Device,
) -> int:
    """Serve CATALOG as a web page and an HTTP API, by default to this machine only.

    A catalog that does not exist is made. With --host 0.0.0.0, phones and other machines of the
    network can open the page: its address and a QR code of it are printed. /docs describes the
    API. Ctrl-C stops the server. With --ray, the catalog is divided into shards, which nodes of a
    cluster hold in memory and search, and set lists are made on the cluster as well.
    """
    if ray_address is None and (shards or replicas):
        raise click.UsageError(
            f"--{'shards' if shards else 'replicas'} is for a cluster: give --ray as well"
        )
    try:
        from samesong.runtime.server.app import create_app  # noqa: PLC0415  (needs an extra)
        from samesong.runtime.server.invitation import invitation, qr_code  # noqa: PLC0415
        from samesong.runtime.server.running import address, bind, make_server  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"'samesong serve' needs {error.name!r}: {install_hint('serve')}"
        ) from error
    from samesong.runtime.server.allocator import share_arenas  # noqa: PLC0415
    from samesong.runtime.server.descriptors import connections_within  # noqa: PLC0415
    from samesong.runtime.server.library import Library  # noqa: PLC0415
    from samesong.runtime.server.service import Service  # noqa: PLC0415

    is_open = not is_loopback(host)
    if token is None and is_open:
        token = secrets.token_urlsafe(_SHORTEST_TOKEN)
    if token is not None and len(token) < _SHORTEST_TOKEN:
        raise click.UsageError(
            f"the token has {len(token)} characters, but needs {_SHORTEST_TOKEN}: make one with "
            "'openssl rand -hex 16', or leave it out to have one made"
        )
    if token is not None and not (token.isascii() and token.isprintable()):
        raise click.UsageError(
            "the token has characters other than printable ASCII: choose another"
        )
    limits = Limits(
        connections=connections_within(max_connections),
        connections_for_each=max_connections_per_address,
    )
    settings = Settings(
        host=host,
        token=token,
        upload_bytes=max_upload_mb * _MEGABYTE,
        seconds=seconds,
        concert_seconds=concert_seconds,
        workers=workers,
        setlist_folder=setlist_folder,
        keep_audio=keep_audio,
        limits=limits,
    )
    share_arenas()
    bundle = ModelBundle.load(model)
    if not _exists(catalog):
        CatalogWriter(catalog, bundle).close()
        say(f"there was no catalog at {catalog}: made an empty one")
    on_cluster: AbstractContextManager[Serving | None] = nullcontext()
    if ray_address is not None:
        on_cluster = ray_serving(
            *(ray_address, catalog, model, bundle, device),
            count=shards or 2,
            replicas=replicas or (1, 1),
        )
    # Ctrl-C is the normal way to stop a server.
    with (
        suppress(KeyboardInterrupt),
        bind(host, port) as taken,
        on_cluster as cluster,
        Service(
            Library(
                *(catalog, bundle, device, audio_folder, music),
                cluster=None if cluster is None else cluster.shards,
            ),
            settings,
            None if cluster is None else cluster.concerts,
        ) as service,
    ):
        # So that the service cleans up on SIGTERM as well; Ray has a handler of its own.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        url = address(taken)
        say(f"samesong is at {invitation(url, token) if is_open else url} (Ctrl-C stops it)")
        if is_open:
            say("Whoever has this address can use the server. Phones in the same network scan it:")
            for line in qr_code(invitation(url, token)):
                say(line)
        make_server(create_app(service), service.connections).run([taken])
    say("stopped")
    return DONE


def _exists(catalog: str) -> bool:
    return holds_catalog(catalog) if is_local(catalog) else store_holds_catalog(catalog)
