"""The server of the response bodies, and the programs that request them, started as a user starts them."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.bench import bodies, server
from tests.bench.pipeline import Pipeline
from tests.helpers.runner import ISO, SESSION, User

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[2]
_SCRIPT = Path(sys.executable).with_name("zsiso")
ZSISO = (str(_SCRIPT),) if _SCRIPT.exists() else (sys.executable, "-m", "zsiso")
"""The command line of zsiso: its console script beside this Python, if installed."""


@dataclass(frozen=True)
class Site:
    """A folder of response bodies, the URL of their server, and the environment of the programs."""

    folder: Path
    url: str
    environ: Mapping[str, str]

    def body(self, vms: int) -> Path:
        """Return the file of a body; write it if it does not exist."""
        path = self.folder / f"{vms}.json"
        if not path.exists():
            bodies.write(path, vms)
        return path

    def python(self) -> Pipeline:
        """Return a run of Python that does nothing."""
        return Pipeline(((sys.executable, "-c", "pass"),), self.environ)

    def zsiso(self, *arguments: str, vms: int = 1, environ: Mapping[str, str] | None = None) -> Pipeline:
        """Return a run of zsiso with settings for the response with this number of VM instances."""
        profile = {"ZSISO_URL": f"{self.url}/{vms}", "ZSISO_SESSION": SESSION}
        return Pipeline(((*ZSISO, *arguments),), {**self.environ, **profile, **(environ or {})})

    def candidates(self, *arguments: str, vms: int) -> Pipeline:
        """Return a run of ``zsiso candidates``."""
        return self.zsiso("candidates", ISO, *arguments, vms=vms)

    def curl(self, *programs: tuple[str, ...], vms: int) -> Pipeline:
        """Return curl with the same request, piped through these programs."""
        return Pipeline((curl(f"{self.url}/{vms}"), *programs), self.environ)

    def httpie(self, *, vms: int) -> Pipeline:
        """Return httpie with the same request."""
        url, header = _request(f"{self.url}/{vms}")
        return Pipeline((("http", "--ignore-stdin", url, header.replace(": ", ":")),), self.environ)


def curl(base: str) -> tuple[str, ...]:
    """Return the curl command for the request of ``zsiso candidates`` to the node at ``base``."""
    url, header = _request(base)
    return ("curl", "-sS", "--fail", "-H", header, url)


def _request(base: str) -> tuple[str, str]:
    return f"{base}/v1/images/iso/{ISO}/vm-candidates", f"Authorization: OAuth {SESSION}"


@contextmanager
def open_site() -> Iterator[Site]:
    """Serve a temporary folder's bodies on loopback while the context lasts."""
    with TemporaryDirectory(prefix="zsiso-bench-") as name:
        folder, home = Path(name, "bodies"), Path(name, "home")
        folder.mkdir()
        home.mkdir()
        # Measure the zsiso beside these files, not an installed one.
        user = User(home, {"PYTHONPATH": str(ROOT)})
        _disable_httpie_updates(user)
        with run_server((sys.executable, server.__file__, str(folder)), user.environ) as line:
            yield Site(folder, f"http://127.0.0.1:{line.strip()}", user.environ)


def _disable_httpie_updates(user: User) -> None:
    # httpie would start a process that looks for updates on the internet.
    config = user.home / ".config" / "httpie" / "config.json"
    config.parent.mkdir(parents=True)
    config.write_text(json.dumps({"disable_update_warnings": True}), encoding="utf-8")


@contextmanager
def run_server(program: tuple[str, ...], environ: Mapping[str, str]) -> Iterator[str]:
    """Run a server while the context lasts; give the first line that it prints."""
    with subprocess.Popen(
        program, env=dict(environ), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline()
        finally:
            process.terminate()
