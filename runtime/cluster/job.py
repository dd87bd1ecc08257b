"""What a worker of a cluster must have to take part in a run, checked where it is."""

import pickle
import platform
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from samesong.features.decoding.channels import Channel
from samesong.features.errors import CatalogError, SamesongError
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.storage.address import is_local
from samesong.runtime.storage.options import set_storage_options

_SAMPLES = 8
"""Files of which each worker checks that it sees them: from several folders, at little cost."""


@dataclass(frozen=True)
class Job:
    """A run, as its workers need to know it.

    Attributes
    ----------
    python : str
        Version of Python on the driver, such as ``3.11``.
    samesong : str
        Version of samesong on the driver.
    model : str
        As `ModelBundle.load` takes it, on every node.
    fingerprint : str
        The model's.
    device : {'cpu', 'cuda'}
        Where workers run the model.
    isolate : bool
        Whether each worker reads files in a process of their own.
    channel, stream : str or int, optional
        As for `samesong.runtime.files.reader.FileReader`.
    storage : tuple of tuple of str
        Options of object stores, as of `samesong.runtime.storage.options.given_options`.
    samples : tuple of tuple of Path and int
        Some of the files and their sizes in bytes.
    catalog, identity : str
        The catalog that is searched, and its `samesong.Catalog.identity`; empty if none is.
    """

    python: str
    samesong: str
    model: str
    fingerprint: str
    device: Device = "cpu"
    isolate: bool = False
    channel: Channel | None = None
    stream: int | None = None
    storage: tuple[tuple[str, str], ...] = ()
    samples: tuple[tuple[Path, int], ...] = ()
    catalog: str = ""
    identity: str = ""


def python_version() -> str:
    """Return the version of Python as far as pickles depend on it.

    Returns
    -------
    str
        Such as ``3.11``.
    """
    return ".".join(platform.python_version_tuple()[:2])


def sampled(files: list[Path]) -> tuple[tuple[Path, int], ...]:
    """Choose files of which each worker checks that it sees them.

    Parameters
    ----------
    files : list of Path
        All files.

    Returns
    -------
    tuple of tuple of Path and int
        Files, evenly chosen, and their sizes in bytes; those that cannot be seen are left out.
    """
    chosen = []
    for path in files[:: max(1, len(files) // _SAMPLES)]:
        try:
            chosen.append((path, path.stat().st_size))
        except OSError:
            continue  # its own failure, on every node
    return tuple(chosen)


def misfit(job: Job) -> str | None:
    """Return why this process cannot take part in a run.

    Parameters
    ----------
    job : Job
        The run.

    Returns
    -------
    str or None
        What is wrong and what to do, after "the worker on ..."; None if nothing is.
    """
    if python_version() != job.python:
        return f"runs Python {python_version()}, this process {job.python}: install the same there"
    if version("samesong") != job.samesong:
        return (
            f"has samesong {version('samesong')}, this process {job.samesong}: install the same "
            "there"
        )
    try:
        found = ModelBundle.load(job.model)
    except SamesongError as error:
        return f"cannot load the model ({error})"
    if found.fingerprint != job.fingerprint:
        return (
            f"has another model {job.model!r} ({found.fingerprint}, here {job.fingerprint}): copy "
            "this one there"
        )
    set_storage_options(dict(job.storage))
    return _unseen(job.samples) or _other_catalog(job)


def probe() -> Callable[[str, bytes], str | None]:
    """Return a function that Ray sends whole, so that it runs where no samesong is installed.

    Returns
    -------
    callable
        Takes a version of samesong and a pickled `Job`, and returns what `misfit` does.
    """

    def check(wanted: str, packed: bytes) -> str | None:
        import importlib.metadata  # noqa: PLC0415  (on the other side)

        try:
            there = importlib.metadata.version("samesong")
        except importlib.metadata.PackageNotFoundError:
            return f"has no samesong: install samesong {wanted} there"
        if there != wanted:
            return f"has samesong {there}, this process {wanted}: install the same there"
        try:
            from samesong.runtime.cluster.job import misfit  # noqa: PLC0415

            found: str | None = misfit(pickle.loads(packed))
        except ImportError as error:
            return f"cannot import samesong ({error}): install it there with its extras"
        return found

    return check


def _other_catalog(job: Job) -> str | None:
    if not job.catalog:
        return None
    remedy = "give a path that all nodes have, on a shared disk, or an address in object storage"
    try:
        found = Catalog(job.catalog).identity
    except CatalogError as error:
        return f"cannot read the catalog ({error}): {remedy}"
    return None if found == job.identity else f"has another catalog at {job.catalog}: {remedy}"


def _unseen(samples: Iterable[tuple[Path, int]]) -> str | None:
    with ThreadPoolExecutor(_SAMPLES) as threads:  # a store takes its time to answer
        return next(filter(None, threads.map(_unlike, samples)), None)


def _unlike(sample: tuple[Path, int]) -> str | None:
    path, size = sample
    try:
        seen = path.stat().st_size
    except OSError as error:
        remedy = (
            "give a path that all nodes have, on a shared disk, or an address in object storage"
            if is_local(str(path))
            else "start Ray there with the store's variables that this process has, such as "
            "AWS_ENDPOINT_URL, or give them as --storage-option, which goes to all nodes"
        )
        return f"cannot see {str(path)!r} ({error.strerror or error}): {remedy}"
    if seen != size:
        return (
            f"sees {str(path)!r} with {seen} bytes, this process with {size}: give a path that is "
            "the same on all nodes"
        )
    return None
