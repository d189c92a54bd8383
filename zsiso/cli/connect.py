"""From settings to a client that talks to a cloud."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from zsiso.cli.config_file import user_folder
from zsiso.cli.options import MessageOptions
from zsiso.cli.settings import Settings
from zsiso.errors import ConfigError
from zsiso.output import stderr

if TYPE_CHECKING:
    from zsiso.api.client import Client
    from zsiso.api.credential_access import AskPassword
    from zsiso.api.session import AccountSession
    from zsiso.api.session_store import SessionStore
    from zsiso.config.credentials import Credentials
    from zsiso.config.profile import Profile
    from zsiso.deadline import Deadline

EXAMPLE_PASSWORD = "password"  # noqa: S105 - the mock node accepts any


def example_session() -> Credentials:
    """Return the credentials for the mock node: a session."""
    from zsiso.config.credentials import Session
    from zsiso.config.secrets import InlineSecret, Secret
    from zsiso.mock_node import EXAMPLE_SESSION

    return Session(InlineSecret("the session of the mock node", Secret(EXAMPLE_SESSION)))


def example_account() -> Credentials:
    """Return the credentials for the mock node where a command logs in: an account."""
    from zsiso.config.credentials import Account
    from zsiso.config.secrets import InlineSecret, Secret

    return Account("admin", InlineSecret("the password of the mock node", Secret(EXAMPLE_PASSWORD)))


@contextmanager
def open_client(
    settings: Settings,
    messages: MessageOptions,
    *,
    example: Callable[[], Credentials] = example_session,
    deadline: Deadline | None = None,
    interactive: bool = True,
) -> Iterator[tuple[Client, Profile]]:
    """Give a client for the cloud of the settings, and the profile that it goes by.

    Args:
        settings: which cloud, and how.
        messages: what to write to stderr.
        example: returns the credentials for the mock node.
        deadline: the time limit for everything that the run waits for; None for one that begins now.
        interactive: whether the user may be asked for a password or warned, a secret's command may
            run, and an account may log in. Completion does none of it.

    Raises:
        ConfigError: the profile can't be used without what is not allowed.
    """
    from zsiso.api.client import Client
    from zsiso.deadline import Deadline

    with ExitStack() as stack:
        profile = _start_mock_node(settings.profile, example, stack) if settings.mock else settings.profile
        if not interactive:
            profile = _without_interaction(profile)
        elif profile.connection.tls.insecure:
            stderr.write_warning(f"TLS certificate verification is disabled in {profile} (insecure = true)")
        check_modes(settings)
        client = Client(
            profile,
            deadline or Deadline(profile.timeout),
            environ=os.environ,
            session_store=None if settings.mock else session_store(profile),
            ask_password=_password_prompt(settings) if interactive else None,
            trace=stderr.write_trace if messages.verbose else None,
            status=stderr.Status(os.environ, enabled=not (messages.quiet or messages.verbose)),
        )
        yield stack.enter_context(client), profile


def check_modes(settings: Settings) -> None:
    """Check that only their owner can read the files of secrets, those included that this run does not read.

    Args:
        settings: which profile; with the mock node, no file of it is used.

    Raises:
        ConfigError: others can read one.
    """
    if settings.mock or settings.profile.credentials is None:
        return
    from zsiso.config.secrets import check_file_mode

    for source in settings.profile.credentials.secret_sources():
        if source.private_file is not None:
            check_file_mode(source.where, source.private_file)


def require_account(client: Client, profile: Profile) -> AccountSession:
    """Return the session of the profile's account.

    Raises:
        ConfigError: the profile has no account.
    """
    if client.session is None:
        raise ConfigError(
            f"{profile} has no account, and only accounts log in and out",
            hint="add an account to the profile; a session or an access key needs no login",
        )
    return client.session


def session_store(profile: Profile) -> SessionStore | None:
    """Return where the session of the profile's account is saved, None where there is no account or no home."""
    account = profile.credentials.account_name if profile.credentials is not None else None
    if account is None:
        return None
    from platformdirs import user_state_path

    from zsiso.api.session_store import SessionStore

    folder = user_folder(user_state_path)
    return None if folder is None else SessionStore(folder, profile.connection.urls, account)


def _password_prompt(settings: Settings) -> AskPassword | None:
    """Return what asks for the password of an account, None where there is no user to ask."""
    from zsiso.cli import prompt
    from zsiso.config.secrets import Secret

    if settings.mock:
        # The mock node accepts any password: the user is not asked for a real one.
        return lambda _account, _cloud: Secret(EXAMPLE_PASSWORD)
    return prompt.ask_password if prompt.is_interactive() else None


def _without_interaction(profile: Profile) -> Profile:
    """Return the profile without a login; a ``ConfigError`` where a command gives a secret that it needs."""
    if profile.credentials is None:
        return profile
    credentials = profile.credentials.without_login()
    # Only a login needs the password of an account.
    if credentials.account_name is None and any(source.runs_command for source in credentials.secret_sources()):
        raise ConfigError(f"{profile} needs a command for its secret")
    return profile._replace(credentials=credentials)


def _start_mock_node(profile: Profile, example: Callable[[], Credentials], stack: ExitStack) -> Profile:
    """Start the mock node until ``stack`` ends, and return the profile with the mock node as its cloud."""
    from zsiso import mock_node
    from zsiso.config.connection import ConnectionSettings, normalize_url

    url = stack.enter_context(mock_node.serve(mock_node.MockNode(mock_node.example_cloud())))
    # Never the profile's own credentials: a command that prints a secret may ask the user for a passphrase.
    return profile._replace(connection=ConnectionSettings((normalize_url(url),), proxy=False), credentials=example())
