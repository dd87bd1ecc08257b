"""Description of the machine that a benchmark ran on."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_PACKAGES = (
    "samesong",
    "numpy",
    "onnxruntime",
    "onnxruntime-gpu",
    "lancedb",
    "pyarrow",
    "av",
    "numba",
)


def describe_machine() -> dict[str, Any]:
    """Return the processor, its cores, the memory, the system, its load and versions.

    Returns
    -------
    dict
        ``cpu`` (model), ``cores`` (available to this process), ``memory_gb``, ``system``,
        ``python``, ``load`` (mean number of running processes in the last minute; above ``cores``
        the machine was busy) and ``versions`` by package.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cpu": cpu_model(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(memory / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
        "versions": installed(_PACKAGES),
    }


def resident_mb(status: Path = Path("/proc/self/status")) -> dict[str, float]:
    """Return the resident memory of this process (Linux only).

    Parameters
    ----------
    status : Path, optional
        The status file of the process.

    Returns
    -------
    dict of str to float
        ``anonymous_mb``, its own memory, and ``mapped_mb``, pages of files that the system can
        reclaim. Empty where the system has no such file.
    """
    try:
        lines = dict(line.split(":", 1) for line in status.read_text("utf-8").splitlines())
        kinds = {"anonymous_mb": lines["RssAnon"], "mapped_mb": lines["RssFile"]}
    except (OSError, KeyError):
        return {}
    return {name: int(text.split()[0]) / 1e3 for name, text in kinds.items()}


def cpu_model(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """Return the name of the processor.

    Parameters
    ----------
    cpuinfo : Path, optional
        File that describes the processors.

    Returns
    -------
    str
        Its model; its architecture if the file names none.
    """
    try:
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def installed(packages: tuple[str, ...]) -> dict[str, str]:
    """Return the versions of those packages that are installed.

    Parameters
    ----------
    packages : tuple of str
        Names of distributions.

    Returns
    -------
    dict of str to str
        Versions by name.
    """
    found = {}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
