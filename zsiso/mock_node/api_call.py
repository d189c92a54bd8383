"""A call of the API, as the functions that answer one are given it."""

from __future__ import annotations

from datetime import timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from zsiso.mock_node import java_dates
from zsiso.mock_node.errors import HttpError, missing_parameter, resource_not_found
from zsiso.mock_node.jobs import JobStore
from zsiso.mock_node.sessions import SessionStore
from zsiso.mock_node.visibility import ADMIN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime, tzinfo

    from zsiso.mock_node.auth_config import MockAuthConfig
    from zsiso.mock_node.cloud import Cloud, Row
    from zsiso.mock_node.messages import MockRequest
    from zsiso.mock_node.visibility import Account

_TYPES = {"images": "ImageVO", "vmInstances": "VmInstanceVO"}


class NodeState:
    """What the node knows and keeps.

    Args:
        cloud: its cloud.
        config: who may call it.
        now: its clock.
        candidates: the body that every image's candidates are answered with, instead of the cloud's own.
    """

    def __init__(
        self, cloud: Cloud, config: MockAuthConfig, now: Callable[[], datetime], candidates: bytes | None
    ) -> None:
        self.cloud = cloud
        self.config = config
        self.now = now
        self.candidates = candidates
        self.sessions = SessionStore(config, accept_any=cloud.accounts is None, now=now)
        self.jobs = JobStore()
        self.zone = config.zone or _zone(cloud.timezone)

    def wall_clock(self) -> datetime:
        """Return the time of the node's wall clock, without its zone."""
        return self.now().astimezone(self.zone).replace(tzinfo=None)


def _zone(name: str) -> tzinfo:
    if name == "UTC":
        return timezone.utc
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


class ApiCall:
    """A call: the node that is called, the request, and what stands in its body."""

    def __init__(self, state: NodeState, request: MockRequest, body: Mapping[str, Any]) -> None:
        self.state = state
        self.request = request
        self.body = body

    @property
    def cloud(self) -> Cloud:
        """The node's cloud."""
        return self.state.cloud

    @property
    def query(self) -> list[tuple[str, str]]:
        """The parameters in the request's query, decoded."""
        return parse_qsl(self.request.query, keep_blank_values=True, errors="replace")

    def check_authorization(self) -> None:
        """Raise where the Authorization header is missing, is of no kind that there is, or signs wrongly."""
        kind, value = self._authorization()
        if kind == "ZStack":
            from zsiso.mock_node import access_keys

            access_keys.check_signature(self.request, value, self.state.config, self.state.wall_clock())

    def authenticate(self) -> Account:
        """Return who calls, and renew the session; an ``ApiError`` where the session is not valid.

        The node does this after it has checked the call's parameters.
        """
        kind, value = self._authorization()
        return ADMIN if kind == "ZStack" else self.state.sessions.use(value)

    def _authorization(self) -> tuple[str, str]:
        header = self.request.headers.get("authorization")
        if header is None:
            raise HttpError(400, "missing header 'Authorization'")
        for kind in ("OAuth", "ZStack"):
            if header.strip().startswith(kind):
                return kind, header.strip().removeprefix(kind).strip()
        raise HttpError(400, "Authorization type must be 'OAuth'")

    def parameter(self, name: str) -> str | None:
        """Return a parameter in the query, None where it is not there; an ``HttpError`` for several values."""
        values = [value for key, value in self.query if key == name]
        if len(values) > 1:
            raise HttpError(400, f"Invalid query parameter. '{name}' must have one value, not {len(values)}")
        return values[0] if values else None

    def resource(self, key: str, parameter: str, uuid: str) -> Row:
        """Return the resource that a parameter names; an ``ApiError`` where there is none."""
        row = self.cloud.table(key).find(uuid)
        if row is None:
            raise resource_not_found(parameter, uuid, _TYPES[key])
        return row

    def java_date(self) -> str:
        """Return the time of the node's wall clock, as it writes dates."""
        return java_dates.write_date(self.state.wall_clock(), self.cloud.dates)


def required_texts(parameters: object, names: Sequence[str]) -> list[str]:
    """Return parameters that have to be there, in the order in which the node asks for them, without outer blanks."""
    found = parameters if isinstance(parameters, dict) else {}
    for name in names:
        if found.get(name) is None:
            raise missing_parameter(name)
    return [str(found[name]).strip() for name in names]
