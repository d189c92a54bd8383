"""``zsiso mock``: the embedded management node, until Ctrl-C."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Annotated, Optional

import typer

from zsiso.errors import ConfigError
from zsiso.stderr import Notes


def mock(
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, metavar="PORT", help="The port on 127.0.0.1; 0 takes a free one.")
    ] = 8080,
    inventory: Annotated[
        Optional[Path],
        typer.Option(
            "--inventory", metavar="FILE", help="Serve this body instead of the example's.", show_default=False
        ),
    ] = None,
) -> None:
    """Run the embedded mock node on loopback until Ctrl-C.

    Prints a curl command that works against it.

    \b
    zsiso mock --port 8080
    """
    from zsiso import mock_node
    from zsiso.render import stdout

    body = mock_node.example_inventory() if inventory is None else _read(inventory)
    try:
        with mock_node.serve(body, port) as url:
            candidates = f"{url}{mock_node.CONTEXT_PATH}/v1/images/iso/{mock_node.EXAMPLE_ISO}/vm-candidates"
            stdout.write_text(f"curl -X GET '{candidates}' -H 'Authorization: OAuth {mock_node.EXAMPLE_SESSION}'\n")
            Notes().say(f"A mock management node answers at {url}; Ctrl-C ends it.")
            threading.Event().wait()
    except KeyboardInterrupt:
        return
    except OSError as error:
        raise ConfigError(
            f"cannot serve on port {port}: {error.strerror}", hint="choose another with --port, 0 for a free one"
        ) from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"cannot read {path}: {error.strerror}", hint="--inventory takes a file that holds an answer's body"
        ) from error
