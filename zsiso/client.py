"""The conversation of one run with one cloud: which calls there are, and how each is authorised."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from zsiso import credentials, reply
from zsiso.credentials import AccessKey, Account, Session
from zsiso.errors import ConfigError, CredentialsError
from zsiso.sender import Sender
from zsiso.sessions import DEAD, Sessions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from typing_extensions import Self

    from zsiso.deadline import Deadline
    from zsiso.kept_session import KeptSession
    from zsiso.profile import Profile
    from zsiso.reply import Reply
    from zsiso.secret import Secret, SecretSource

    AskPassword = Callable[[str], Secret]


class Client:
    """One run's conversation with one cloud; as a context, it ends a session that can't be kept.

    Args:
        profile: where the node is and how to ask it.
        deadline: the limit over everything that is waited for.
        environ: the environment that secrets may come from.
        kept: where an account's session is kept; None keeps none.
        ask_password: asks a person for an account's password; None where there is nobody.
        direct: past any proxy that the environment names.
    """

    def __init__(
        self,
        profile: Profile,
        deadline: Deadline,
        *,
        environ: Mapping[str, str],
        kept: KeptSession | None = None,
        ask_password: AskPassword | None = None,
        direct: bool = False,
    ) -> None:
        self._profile = profile
        self._deadline = deadline
        self._environ = environ
        self._ask_password = ask_password
        self._sender = Sender(profile.url, deadline, direct=direct)
        self._read: dict[SecretSource, Secret] = {}
        self.sessions = self._sessions(kept)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.sessions is not None:
            self.sessions.close()

    def vm_candidates(self, iso_uuid: str, *, system_tags: Iterable[str], user_tags: Iterable[str]) -> Reply:
        """Ask which VM instances the ISO can be attached to (wire page, "The call").

        Args:
            iso_uuid: 32 lower-case hex digits.
            system_tags: sent in this order, each exactly as it is.
            user_tags: likewise.

        Raises:
            ConfigError, CredentialsError: the profile's credentials can't be used.
            ZsisoError: as ``Sender.send``.
        """
        tags = [("systemTags", tag) for tag in system_tags] + [("userTags", tag) for tag in user_tags]
        return self._get(f"/v1/images/iso/{iso_uuid}/vm-candidates", tags)

    def one_iso_image(self) -> Reply:
        """Ask for one ISO image, whichever (wire page, "Queries"). Raises as ``vm_candidates``."""
        return self._get("/v1/images", [("q", "mediaType=ISO"), ("limit", "1")])

    def knock(self) -> Reply:
        """Ask without credentials: any answer tells that the node is there. Raises as ``Sender.send``."""
        return self._sender.send("GET", "/v1/images", headers={})

    def _get(self, path: str, query: Iterable[tuple[str, str]]) -> Reply:
        # surrogateescape: bytes that are no text arrive as they were typed.
        encoded = urlencode(list(query), quote_via=quote, safe="", errors="surrogateescape")
        target = f"{path}?{encoded}" if encoded else path
        who = self._profile.credentials
        if who is None:
            raise ConfigError(
                f"{self._profile} has no credentials",
                hint="add a session, an account, or an access_key_id and its access_key_secret",
            )
        if isinstance(who, Account):
            return self._get_as_account(target)
        return self._sender.send("GET", target, headers=self._headers(who, path))

    def _get_as_account(self, target: str) -> Reply:
        assert self.sessions is not None  # noqa: S101 - an account has them
        session = self.sessions.usable()
        answer = self._sender.send("GET", target, headers=credentials.session_headers(session))
        if reply.error_code(answer) != DEAD:
            return answer
        session = self.sessions.usable(dead=session)
        return self._sender.send("GET", target, headers=credentials.session_headers(session))

    def _headers(self, who: Session | AccessKey, path: str) -> Mapping[str, str]:
        if isinstance(who, Session):
            return credentials.session_headers(self._header_secret(who.uuid))
        now = datetime.now(timezone.utc)
        return credentials.signed_headers(who, self._secret(who.secret), method="GET", uri=path, now=now)

    def _sessions(self, kept: KeptSession | None) -> Sessions | None:
        who = self._profile.credentials
        if not isinstance(who, Account):
            return None
        return Sessions(who.name, lambda: self._password(who), self._sender, kept, self._deadline)

    def _password(self, account: Account) -> Secret:
        if account.password is not None:
            return self._secret(account.password)
        if self._ask_password is None:
            raise CredentialsError(
                f"{self._profile} has no password for account {account.name}, and no session is kept",
                hint="`zsiso login` asks for it once and keeps the session; for cron, give the profile a password",
            )
        with self._deadline.paused():
            password = self._ask_password(account.name)
        self._sender.hide(password.reveal())
        return password

    def _secret(self, source: SecretSource) -> Secret:
        if source not in self._read:
            secret = source.read(self._environ, self._deadline)
            self._sender.hide(secret.reveal())
            self._read[source] = secret
        return self._read[source]

    def _header_secret(self, source: SecretSource) -> Secret:
        secret = self._secret(source)
        if not credentials.header_safe(secret.reveal()):
            raise ConfigError(
                f"{source.where} has a character that a header can't carry", hint="a session UUID is 32 hex digits"
            )
        return secret
