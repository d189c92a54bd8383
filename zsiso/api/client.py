"""The API calls that zsiso makes to one cloud."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from zsiso.api import endpoints
from zsiso.api.auth import create_authenticator
from zsiso.api.credential_access import CredentialAccess
from zsiso.api.error_codes import INTERNAL_ERROR, SESSION_INVALID
from zsiso.api.failures import error_code, incomplete_list_error, is_transient
from zsiso.api.paging import PageCollector
from zsiso.api.queries import equality_condition, select_fields
from zsiso.api.responses import count_records, read_page
from zsiso.inventory.columns import ISO_IMAGES
from zsiso.inventory.record import ALL_FIELDS, Projection
from zsiso.transport.failover import Transport

if TYPE_CHECKING:
    from typing_extensions import Self

    from zsiso.api.credential_access import AskPassword
    from zsiso.api.login_check import LoginCheck
    from zsiso.api.session_store import SessionStore
    from zsiso.config.profile import Profile
    from zsiso.config.secrets import Secret
    from zsiso.deadline import Deadline
    from zsiso.inventory.record import Record
    from zsiso.output.stderr import Status
    from zsiso.transport.messages import ApiRequest, ApiResponse, ResponseOrError
    from zsiso.transport.trace import Trace

# The node returns as many when no limit is given.
_PAGE_SIZE = 1000
_TAG_FIELDS = ("resourceUuid", "tag", "uuid")


class Client:
    """Asks one cloud during one run; as a context manager, it logs out of a session that cannot be saved.

    Args:
        profile: the cloud and the credentials.
        deadline: the time limit for everything that the run waits for.
        environ: the environment that secrets may come from.
        session_store: where an account's session is saved; None to save none.
        ask_password: asks a person for an account's password; None where no person can be asked.
        trace: shows a line about each request, response and retry.
        status: shows what the run waits for.
    """

    def __init__(
        self,
        profile: Profile,
        deadline: Deadline,
        *,
        environ: Mapping[str, str],
        session_store: SessionStore | None = None,
        ask_password: AskPassword | None = None,
        trace: Trace | None = None,
        status: Status | None = None,
    ) -> None:
        self._transport = Transport(
            profile.connection,
            deadline,
            read_proxy=self._read_proxy,
            is_transient=is_transient,
            trace=trace,
            status=status,
        )
        self._access = CredentialAccess(
            profile,
            self._transport,
            deadline,
            environ=environ,
            session_store=session_store,
            ask_password=ask_password,
        )
        self._authenticator = create_authenticator(profile)
        self.session = self._authenticator.open_session(self._access)
        """The session of the profile's account, None where it has no account."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.session is not None:
            self.session.close()

    def vm_candidates(self, iso_uuid: str, system_tags: Iterable[str], user_tags: Iterable[str]) -> ApiResponse:
        """Return the response that lists the VM instances that an ISO can be attached to.

        Args:
            iso_uuid: 32 lower-case hexadecimal digits.
            system_tags: sent to the node, which may ignore them.
            user_tags: likewise.

        Raises:
            ConfigError, CredentialsError: the profile's credentials cannot be used.
            ZsisoError: as ``Transport.send``.
        """
        return self._send(endpoints.vm_candidates_request(iso_uuid, system_tags, user_tags))

    def iso_images(self, projection: Projection = ALL_FIELDS) -> list[Record]:
        """Return every ISO image that the account may see, Deleted ones too (docs/zstack-api.md#iso-images).

        Args:
            projection: what is read of each image; the node is asked for no more where it can leave fields out.

        Raises:
            ZsisoError: as ``vm_candidates`` and ``responses.read_page``.
        """
        return self._query_all("/v1/images", ["mediaType=ISO"], select_fields(projection, ISO_IMAGES))

    def vms_with_tag(self, kind: str, tag: str) -> frozenset[str]:
        """Return the UUIDs of the VM instances that have a tag (docs/zstack-api.md#tags).

        Args:
            kind: ``user-tags`` or ``system-tags``.
            tag: the exact text of the tag.

        Raises:
            ZsisoError: as ``iso_images``.
        """
        conditions = ["resourceType=VmInstanceVO"]
        if (condition := equality_condition("tag", tag)) is not None:
            conditions.append(condition)
        # More tags than this one come back: the database ignores letter case, for example.
        records = self._query_all(f"/v1/{kind}", conditions, _TAG_FIELDS)
        uuids = (record.fields.get("resourceUuid") for record in records if record.fields.get("tag") == tag)
        return frozenset(uuid for uuid in uuids if isinstance(uuid, str))

    def check_login(self) -> LoginCheck | None:
        """Check the profile's account by a login of its own (``login_check.check_login``); None without an account.

        Raises:
            ZsisoError: as ``login_check.check_login``.
        """
        # Imported here: only `zsiso doctor` needs it.
        from zsiso.api.login_check import check_login

        return check_login(self.session, self._transport) if self.session is not None else None

    def check_credentials(self) -> None:
        """Make the cheapest call that needs credentials.

        Raises:
            ZsisoError: as ``iso_images``.
        """
        count_records(self._send(endpoints.ONE_ISO_IMAGE_REQUEST))

    def ping(self) -> ApiResponse:
        """Return a node's response to a request without credentials.

        Raises:
            ZsisoError: as ``Transport.send``.
        """
        return self._transport.send(endpoints.PING_REQUEST)

    def ping_each(self) -> list[tuple[str, ResponseOrError]]:
        """Return each management node's URL and its response to a request without credentials, or the error."""
        return self._transport.send_to_each(endpoints.PING_REQUEST)

    def _query_all(self, path: str, conditions: Sequence[str], fields: Sequence[str]) -> list[Record]:
        """Return every record that meets the conditions, page by page; whole records where ``fields`` is empty.

        Raises:
            UnexpectedResponseError: the node says that there are more records than it sends.
            ZsisoError: as ``_send``.
        """
        collector = PageCollector(_PAGE_SIZE)
        has_more = True
        while has_more:
            request = endpoints.query_request(path, conditions, fields, limit=_PAGE_SIZE, start=collector.start)
            response = self._send(request)
            if fields and error_code(response) == INTERNAL_ERROR:
                # An older node does not have every field (docs/zstack-api.md#statuses).
                return self._query_all(path, conditions, ())
            has_more = collector.add(read_page(response))
        if collector.missing:
            raise incomplete_list_error(response, len(collector.records), collector.missing)
        return collector.records

    def _send(self, request: ApiRequest) -> ApiResponse:
        for authorize in self._authenticator.authorizations(self._access):
            response = self._transport.send(request, authorize)
            if error_code(response) != SESSION_INVALID:
                break
        return response

    def _read_proxy(self) -> Secret | bool:
        return self._access.read_proxy()
