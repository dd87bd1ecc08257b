"""What a benchmark ran on: figures mean little without it."""

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
    "soundfile",
    "soxr",
    "numba",
)


def describe_machine() -> dict[str, Any]:
    """Return the processor, its cores, the memory, the system, its load and versions.

    Returns
    -------
    dict
        ``cpu`` (model), ``cores`` (that this process may use), ``memory_gb``, ``system``,
        ``python``, ``load`` (mean number of running processes in the last minute: above
        `cores`, times are those of a busy machine) and ``versions`` by package.
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
    """Return the memory that this process has in use, where the system tells (Linux).

    Returns
    -------
    dict
        ``anonymous_mb``, its own; and ``mapped_mb``, pages of files, which the system takes back
        when it needs them. Empty where it does not tell.
    """
    try:
        lines = dict(line.split(":", 1) for line in status.read_text("utf-8").splitlines())
        kinds = {"anonymous_mb": lines["RssAnon"], "mapped_mb": lines["RssFile"]}
    except (OSError, KeyError):
        return {}
    return {name: int(told.split()[0]) / 1e3 for name, told in kinds.items()}


def cpu_model(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """Return what the processor calls itself; its architecture if it does not say."""
    try:
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def installed(packages: tuple[str, ...]) -> dict[str, str]:
    """Return the versions of those packages that are installed."""
    found = {}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
