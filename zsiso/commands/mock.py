"""``zsiso mock``: the embedded management node, until Ctrl-C."""

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, Optional

import typer

from zsiso.errors import ConfigError, UsageError
from zsiso.output.stderr import Notes

if TYPE_CHECKING:
    from datetime import tzinfo

    from zsiso.config.secrets import Secret
    from zsiso.mock_node import MockAuthConfig, MockNode
    from zsiso.mock_node.cloud import Cloud

_AUTH_PANEL = "Authentication"
_SOURCE = "env:NAME, file:PATH or command:WORDS"


class AuthOptions(NamedTuple):
    """Whom the mock node accepts: everybody, unless an option says otherwise."""

    account: Annotated[
        Optional[str],
        typer.Option(
            "--account",
            metavar="NAME",
            help="The only account that may log in.",
            show_default=False,
            rich_help_panel=_AUTH_PANEL,
        ),
    ] = None
    password_from: Annotated[
        Optional[str],
        typer.Option(
            "--password-from",
            metavar="SOURCE",
            help=f"Its password: {_SOURCE}.",
            show_default=False,
            rich_help_panel=_AUTH_PANEL,
        ),
    ] = None
    session_from: Annotated[
        Optional[str],
        typer.Option(
            "--session-from",
            metavar="SOURCE",
            help="The only session accepted, apart from those of logins. SOURCE as above.",
            show_default=False,
            rich_help_panel=_AUTH_PANEL,
        ),
    ] = None
    access_key_id: Annotated[
        Optional[str],
        typer.Option(
            "--access-key-id",
            metavar="ID",
            help="The only access key that may sign.",
            show_default=False,
            rich_help_panel=_AUTH_PANEL,
        ),
    ] = None
    access_key_secret_from: Annotated[
        Optional[str],
        typer.Option(
            "--access-key-secret-from",
            metavar="SOURCE",
            help="Its secret, to check signatures with. SOURCE as above.",
            show_default=False,
            rich_help_panel=_AUTH_PANEL,
        ),
    ] = None
    timezone: Annotated[
        Optional[str],
        typer.Option(
            "--timezone",
            metavar="ZONE",
            help="The zone of the node's wall clock, as Asia/Shanghai.",
            show_default="the cloud's, else UTC",
            rich_help_panel=_AUTH_PANEL,
        ),
    ] = None
    session_lifetime: Annotated[
        int,
        typer.Option(
            "--session-lifetime",
            min=0,
            max=10**9,
            metavar="SECONDS",
            help="How long a session lives after its last call.",
            rich_help_panel=_AUTH_PANEL,
        ),
    ] = 7200
    max_sessions: Annotated[
        int,
        typer.Option(
            "--max-sessions",
            min=0,
            metavar="COUNT",
            help="How many sessions a user may have at once.",
            rich_help_panel=_AUTH_PANEL,
        ),
    ] = 500
    open_source: Annotated[
        bool,
        typer.Option(
            "--open-source", help="Reject access keys, as an open-source node does.", rich_help_panel=_AUTH_PANEL
        ),
    ] = False

    def to_config(self) -> "MockAuthConfig":
        """Return what the mock node is to check; raises as ``_read_secret`` and ``_parse_timezone``."""
        from zsiso.mock_node import MockAuthConfig

        return MockAuthConfig(
            account=self.account,
            password=_read_secret("--password-from", self.password_from),
            session=_read_secret("--session-from", self.session_from),
            access_key_id=self.access_key_id,
            access_key_secret=_read_secret("--access-key-secret-from", self.access_key_secret_from),
            access_keys=not self.open_source,
            zone=None if self.timezone is None else _parse_timezone(self.timezone),
            session_lifetime=self.session_lifetime,
            max_sessions=self.max_sessions,
        )


def mock(
    *,
    auth: AuthOptions,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, metavar="PORT", help="The port on 127.0.0.1; 0 takes a free one.")
    ] = 8080,
    cloud: Annotated[
        Optional[Path],
        typer.Option(
            "--cloud",
            metavar="FILE",
            help="Serve the cloud that this JSON file describes: accounts, VM instances, images, tags.",
            show_default=False,
        ),
    ] = None,
    inventory: Annotated[
        Optional[Path],
        typer.Option(
            "--inventory",
            metavar="FILE",
            help="Serve this body as the candidates of every ISO image.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Run the built-in mock node on loopback until Ctrl-C.

    Prints a curl command that works against it. Accepts any credentials, unless
    the options under Authentication or the accounts of the cloud file restrict them.

    \b
    zsiso mock --port 8080
    zsiso mock --cloud cloud.json
    zsiso mock --account admin --password-from env:MOCK_PASSWORD
    """
    from zsiso import mock_node

    config = auth.to_config()
    served = mock_node.example_cloud() if cloud is None else mock_node.load_cloud(cloud)
    candidates = None if inventory is None else _read_inventory(inventory)
    node = mock_node.MockNode(served, config, candidates=candidates)
    takes_any_session = auth.session_from is None and served.accounts is None
    _serve(
        node,
        port,
        iso=_iso(served),
        session=mock_node.EXAMPLE_SESSION if takes_any_session else "{sessionUuid}",
    )


def _iso(cloud: "Cloud") -> str:
    """Return the UUID of an ISO image of a cloud: the example's, else the first there is."""
    from zsiso.mock_node import EXAMPLE_ISO

    images = cloud.table("images")
    if images.find(EXAMPLE_ISO) is not None:
        return EXAMPLE_ISO
    return next((image["uuid"] for image in images if image.get("mediaType") == "ISO"), "{isoUuid}")


def _serve(node: "MockNode", port: int, *, iso: str, session: str) -> None:
    import gc

    from zsiso import mock_node
    from zsiso.output import stdout

    # A run that is not short: its garbage counts.
    gc.enable()
    try:
        with mock_node.serve(node, port) as url:
            candidates = f"{url}{mock_node.CONTEXT_PATH}/v1/images/iso/{iso}/vm-candidates"
            stdout.write_text(f"curl -X GET '{candidates}' -H 'Authorization: OAuth {session}'\n")
            Notes().write(f"A mock management node answers at {url}; Ctrl-C ends it.")
            threading.Event().wait()
    except KeyboardInterrupt:
        return
    except OSError as error:
        raise ConfigError(
            f"cannot serve on port {port}: {error.strerror}", hint="choose another with --port, 0 for a free one"
        ) from error


def _read_secret(option: str, given: str | None) -> "Secret | None":
    from zsiso.config.profile import DEFAULT_TIMEOUT
    from zsiso.config.secret_sources import parse_source
    from zsiso.deadline import Deadline

    if given is None:
        return None
    kind, _, place = given.partition(":")
    try:
        found = parse_source(option, kind, place, Path())
    except ValueError:
        # What was given is not repeated: it may be the secret itself.
        raise UsageError(f"{option} takes {_SOURCE}", hint=f"zsiso mock {option} env:MOCK_SECRET") from None
    return found.read(os.environ, Deadline(DEFAULT_TIMEOUT))


def _parse_timezone(name: str) -> "tzinfo":
    from zsiso.config.profile_credentials import find_timezone

    try:
        return find_timezone(name)
    except ValueError as error:
        raise UsageError(f"--timezone: {error}", hint="zsiso mock --timezone Asia/Shanghai") from None


def _read_inventory(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"cannot read {path}: {error.strerror}", hint="--inventory takes a file that holds an answer's body"
        ) from error
