"""From the options that choose a node to a client that talks to it."""

from __future__ import annotations

import math
import os
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zsiso.errors import ConfigError, UsageError
from zsiso.output import stderr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from zsiso.api.client import Client
    from zsiso.api.session import AccountSession
    from zsiso.api.session_store import SessionStore
    from zsiso.config.credentials import Credentials
    from zsiso.config.loader import ProfileSelection
    from zsiso.config.profile import Profile


@dataclass(frozen=True)
class ConnectionOptions:
    """Which node a command asks, and how long it waits (seconds)."""

    profile: str | None = None
    config: Path | None = None
    timeout: float | None = None
    mock: bool = False
    verbose: bool = False
    quiet: bool = False

    def __post_init__(self) -> None:
        if self.timeout is not None and not 0 < self.timeout < math.inf:
            raise UsageError(
                f"--timeout must be a number of seconds greater than 0, not {self.timeout:g}", hint="--timeout 30"
            )


def default_config_path() -> Path:
    """Return where this platform keeps zsiso's configuration; a ``NoConfigFileError`` where nobody is at home."""
    from platformdirs import user_config_path

    from zsiso.config.loader import NoConfigFileError

    folder = _user_folder(user_config_path)
    if folder is None:
        raise NoConfigFileError(
            "there is no home directory to look for a configuration in",
            hint="set HOME, or name a file with --config; `zsiso candidates --mock` needs none",
        )
    return folder / "config.toml"


def _user_folder(place: Callable[..., Path]) -> Path | None:
    """Return zsiso's folder in a place of platformdirs, None where nobody is at home."""
    try:
        folder = place("zsiso", appauthor=False)
    except RuntimeError:
        return None
    # An older platformdirs leaves the ~ that it can't resolve where it is.
    return folder if folder.is_absolute() else None


def select_profile(options: ConnectionOptions) -> ProfileSelection:
    """Return the profile that the options and the environment choose; raises as ``loader.select_profile``."""
    from zsiso.config import loader

    return loader.select_profile(
        profile=options.profile, config=options.config, environ=os.environ, default_path=default_config_path
    )


def example_session() -> Credentials:
    """Return the credentials that the mock node is shown where no profile has any."""
    from zsiso.config.credentials import Session
    from zsiso.config.secrets import InlineSecret, Secret
    from zsiso.mock_node import EXAMPLE_SESSION

    return Session(InlineSecret("the example's session", Secret(EXAMPLE_SESSION)))


def example_account() -> Credentials:
    """Return an account to log in to the mock node with, where no profile has any credentials."""
    from zsiso.config.credentials import Account
    from zsiso.config.secrets import InlineSecret, Secret

    return Account("admin", InlineSecret("the example's password", Secret("password")))


@contextmanager
def open_client(
    options: ConnectionOptions, *, example: Callable[[], Credentials] = example_session, unattended: bool = False
) -> Iterator[tuple[Client, Profile]]:
    """Give a client for the chosen node, and the profile it goes by.

    Args:
        options: which node.
        example: gives the credentials to show the mock node where no profile has any.
        unattended: nobody is asked for anything, no command is run and nothing logged in.
    """
    from zsiso.api.client import Client
    from zsiso.cli import prompt
    from zsiso.deadline import Deadline

    with ExitStack() as stack:
        profile = _mock_profile(options, example, stack) if options.mock else select_profile(options).profile
        if unattended:
            profile = _without_prompts(profile)
        elif profile.route.trust.insecure:
            stderr.write_lines([f"warning: {profile} has insecure = true: whoever answers is believed to be the node"])
        client = Client(
            profile,
            Deadline(options.timeout or profile.timeout),
            environ=os.environ,
            session_store=None if options.mock else session_store(profile),
            ask_password=prompt.ask_password if prompt.is_interactive() and not unattended else None,
            trace=stderr.write_trace if options.verbose else None,
            status=stderr.Status(os.environ, wanted=not (options.quiet or options.verbose or unattended)),
        )
        yield stack.enter_context(client), profile


def _without_prompts(profile: Profile) -> Profile:
    """Return the profile with nothing in it that could ask a person; a ``ConfigError`` where it would be useless."""
    from zsiso.config.credentials import Account
    from zsiso.config.secret_command import CommandSecret

    who = profile.credentials
    if isinstance(who, Account):
        # A kept session serves; without a password there is no login.
        return profile._replace(credentials=who._replace(password=None))
    if who is not None and any(isinstance(source, CommandSecret) for source in who):
        raise ConfigError(f"{profile} has a secret that a command gives")
    return profile


def require_account(client: Client, profile: Profile) -> AccountSession:
    """Return the sessions of the profile's account; a ``ConfigError`` where it has none."""
    if client.session is None:
        raise ConfigError(
            f"{profile} has no account to log in or out",
            hint="give it an account; a session or an access key needs no login",
        )
    return client.session


def session_store(profile: Profile) -> SessionStore | None:
    """Return where the session of the profile's account is kept, None where it has no account."""
    from zsiso.config.credentials import Account

    if not isinstance(profile.credentials, Account):
        return None
    from platformdirs import user_state_path

    from zsiso.api.session_store import SessionStore

    folder = _user_folder(user_state_path)
    if folder is None:
        return None
    return SessionStore(folder, profile.route.urls, profile.credentials.name)


def _mock_profile(options: ConnectionOptions, example: Callable[[], Credentials], stack: ExitStack) -> Profile:
    """Start the embedded node; return the chosen profile, if any, turned towards it."""
    from zsiso import mock_node
    from zsiso.config.connection import ConnectionSettings, normalize_url
    from zsiso.config.credentials import AccessKey, Account
    from zsiso.config.loader import NoProfileError
    from zsiso.config.profile import Profile
    from zsiso.config.secrets import InlineSecret, Secret

    try:
        profile = select_profile(options).profile
    except NoProfileError:
        profile = Profile(name="mock", route=ConnectionSettings(()), credentials=None)
    who = profile.credentials or example()
    if isinstance(who, Account) and who.password is None:
        # Any password is welcome; nobody is asked for a real one.
        who = who._replace(password=InlineSecret("the example's password", Secret("password")))
    # Its wall clock is in the zone that an access key writes; everything else is welcome as it is.
    config = mock_node.MockAuthConfig(zone=who.zone if isinstance(who, AccessKey) else None)
    url = stack.enter_context(mock_node.serve(mock_node.MockNode(mock_node.example_cloud(), config)))
    return profile._replace(route=ConnectionSettings((normalize_url(url),), proxy=False), credentials=who)
