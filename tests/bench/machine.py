"""The conditions of a measurement: machine, Python, zsiso, libraries and other programs."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.site import ROOT, ZSISO

if TYPE_CHECKING:
    from collections.abc import Mapping

_LIBRARIES = ("typer", "httpx", "rich", "msgspec")
_PROGRAMS = ("curl", "jq", "http", "column")


def describe_machine(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the conditions that a reader needs to compare results, by name."""
    return {
        "machine": f"{_processor()}, {os.cpu_count()} CPUs, {platform.platform()}",
        "load before": ", ".join(f"{load:.1f}" for load in os.getloadavg()),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "zsiso": f"{_commit()}, started as {Path(ZSISO[0]).name} {' '.join(ZSISO[1:])}".strip(),
        "libraries": ", ".join(f"{name} {_library(name)}" for name in _LIBRARIES),
        "others": ", ".join(f"{name} {_version(name, environ)}" for name in _PROGRAMS),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _commit() -> str:
    git = ("git", "-C", str(ROOT), "describe", "--always", "--dirty", "--tags")
    return _first_line(git, os.environ) or "unknown commit"


def _library(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def _version(program: str, environ: Mapping[str, str]) -> str:
    # The first number: curl prints its name first, jq a hyphen, httpie only the version.
    words = _first_line((program, "--version"), environ).replace("-", " ").split()
    return next((word for word in words if word[0].isdigit()), "not installed")


def _first_line(command: tuple[str, ...], environ: Mapping[str, str]) -> str:
    if shutil.which(command[0], path=environ["PATH"]) is None:
        return ""
    result = subprocess.run(command, env=dict(environ), capture_output=True, text=True, check=False)
    return (result.stdout.strip() or "\n").splitlines()[0]
