"""The conversation of one run with one cloud: which calls there are, and how each is authorised."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from itertools import count
from typing import TYPE_CHECKING

from zsiso.api import endpoints, responses
from zsiso.api.session import SESSION_INVALID, AccountSession
from zsiso.config import credentials
from zsiso.config.credentials import AccessKey, Account, Session
from zsiso.config.profile import no_credentials_error
from zsiso.errors import ConfigError, CredentialsError
from zsiso.transport.failover import OutgoingCall, Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from typing_extensions import Self

    from zsiso.api.endpoints import GetRequest
    from zsiso.api.responses import ApiResponse
    from zsiso.api.session_store import SessionStore
    from zsiso.config.profile import Profile
    from zsiso.config.secret_sources import SecretSource
    from zsiso.config.secrets import Secret
    from zsiso.deadline import Deadline
    from zsiso.inventory.record import Record
    from zsiso.output.stderr import Status
    from zsiso.transport.failover import ResponseOrError, Trace

    AskPassword = Callable[[str], Secret]


_PAGE_SIZE = 1000
# What a query would take for an operator inside a tag's own text.
_OPERATOR = "[<>]|[!?~]="


class Client:
    """One run's conversation with one cloud; as a context, it ends a session that can't be kept.

    Args:
        profile: where the node is and how to ask it.
        deadline: the limit over everything that is waited for.
        environ: the environment that secrets may come from.
        kept: where an account's session is kept; None keeps none.
        ask_password: asks a person for an account's password; None where there is nobody.
        trace: told of each request sent and each answer, a line at a time.
        status: shows what is waited for.
    """

    def __init__(
        self,
        profile: Profile,
        deadline: Deadline,
        *,
        environ: Mapping[str, str],
        kept: SessionStore | None = None,
        ask_password: AskPassword | None = None,
        trace: Trace | None = None,
        status: Status | None = None,
    ) -> None:
        self._profile = profile
        self._deadline = deadline
        self._environ = environ
        self._ask_password = ask_password
        self._sender = Transport(profile.connection, deadline, proxy_secret=self._proxy, trace=trace, status=status)
        self._read: dict[SecretSource, Secret] = {}
        self.sessions = self._sessions(kept)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.sessions is not None:
            self.sessions.close()

    def vm_candidates(self, call: GetRequest) -> ApiResponse:
        """Ask which VM instances an ISO can be attached to (``endpoints.vm_candidates_request``).

        Raises:
            ConfigError, CredentialsError: the profile's credentials can't be used.
            ZsisoError: as ``Transport.send``.
        """
        return self._get(call)

    def iso_images(self) -> list[Record]:
        """Return every ISO image (wire page, "Queries").

        Raises:
            ZsisoError: as ``vm_candidates`` and ``responses.read_records``.
        """
        return self._all("/v1/images", ["mediaType=ISO"])

    def bearers(self, kind: str, tag: str) -> frozenset[str]:
        """Return the UUIDs of the VM instances that bear a tag (wire page, "Queries").

        Args:
            kind: ``user-tags`` or ``system-tags``.
            tag: its very text.

        Raises:
            ZsisoError: as ``iso_images``.
        """
        conditions = ["resourceType=VmInstanceVO"]
        if not re.search(_OPERATOR, tag):
            conditions.append(f"tag={tag}")
        # The node's database compares as people do, capitals and spaces at the end aside.
        found = self._all(f"/v1/{kind}", conditions)
        uuids = (record.fields.get("resourceUuid") for record in found if record.fields.get("tag") == tag)
        return frozenset(uuid for uuid in uuids if isinstance(uuid, str))

    def _all(self, path: str, conditions: Sequence[str]) -> list[Record]:
        """Return every record that a query finds, page by page: a node gives 1,000 unless asked."""
        found: dict[str, Record] = {}
        for start in count(0, _PAGE_SIZE):
            call = endpoints.query_request(path, conditions, limit=_PAGE_SIZE, start=start)
            records = list(responses.read_records(self._get(call)))
            new = {key: record for record in records if (key := record.uuid or str(record.text)) not in found}
            found |= new
            # A node that knows no ``start`` gives the same page for ever.
            if len(records) < _PAGE_SIZE or not new:
                break
        return list(found.values())

    def one_iso_image(self) -> ApiResponse:
        """Ask for one ISO image, whichever (wire page, "Queries"). Raises as ``vm_candidates``."""
        return self._get(endpoints.ONE_ISO_IMAGE_REQUEST)

    def knock(self) -> ApiResponse:
        """Ask without credentials: any answer tells that the node is there. Raises as ``Transport.send``."""
        return self._sender.send(OutgoingCall("GET", "/v1/images"))

    def knock_at_each(self) -> list[tuple[str, ResponseOrError]]:
        """Ask every management node without credentials, and return each one's URL and what came of it."""
        return self._sender.each(OutgoingCall("GET", "/v1/images"))

    def _get(self, call: GetRequest) -> ApiResponse:
        who = self._profile.credentials
        if who is None:
            raise no_credentials_error(self._profile)
        if isinstance(who, Account):
            return self._get_as_account(call.target)
        return self._sender.send(OutgoingCall("GET", call.target, lambda: self._headers(who, call.path)))

    def _get_as_account(self, target: str) -> ApiResponse:
        assert self.sessions is not None  # noqa: S101 - an account has them
        session = self.sessions.usable()
        answer = self._get_with(session, target)
        if responses.error_code(answer) != SESSION_INVALID:
            return answer
        return self._get_with(self.sessions.usable(dead=session), target)

    def _get_with(self, session: Secret, target: str) -> ApiResponse:
        return self._sender.send(OutgoingCall("GET", target, lambda: credentials.session_headers(session)))

    def _headers(self, who: Session | AccessKey, path: str) -> Mapping[str, str]:
        if isinstance(who, Session):
            return credentials.session_headers(self._header_secret(who.uuid))
        now = datetime.now(timezone.utc)
        return credentials.signed_headers(who, self._secret(who.secret), method="GET", uri=path, now=now)

    def _sessions(self, kept: SessionStore | None) -> AccountSession | None:
        who = self._profile.credentials
        if not isinstance(who, Account):
            return None
        return AccountSession(
            who.name, lambda: self._password(who), self._sender, kept, self._deadline, typed=who.password is None
        )

    def _password(self, account: Account) -> Secret:
        if account.password is not None:
            return self._secret(account.password)
        if self._ask_password is None:
            raise CredentialsError(
                f"{self._profile} has no password for account {account.name}, and no session is kept",
                hint=f"{self._login_command()} keeps a session; for cron, give the profile a password",
            )
        with self._deadline.paused():
            password = self._ask_password(account.name)
        self._sender.hide(password.reveal())
        return password

    def _login_command(self) -> str:
        import shlex

        name = self._profile.name
        return "`zsiso login`" if name is None else f"`zsiso login --profile {shlex.quote(name)}`"

    def _proxy(self) -> Secret | bool:
        given = self._profile.connection.proxy
        if isinstance(given, bool):
            return given
        # Others may read the URL of a proxy that wants no password.
        return self._secret(given) if "@" in given.secret.reveal() else given.secret

    def _secret(self, source: SecretSource) -> Secret:
        if source not in self._read:
            secret = source.read(self._environ, self._deadline)
            self._sender.hide(secret.reveal())
            self._read[source] = secret
        return self._read[source]

    def _header_secret(self, source: SecretSource) -> Secret:
        secret = self._secret(source)
        if not credentials.is_header_safe(secret.reveal()):
            raise ConfigError(
                f"{source.where} has a character that a header can't carry", hint="a session UUID is 32 hex digits"
            )
        return secret
