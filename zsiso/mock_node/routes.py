"""Which function answers which URL."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from zsiso.mock_node.errors import HttpError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zsiso.mock_node.api_call import ApiCall
    from zsiso.mock_node.messages import ApiResult, MockRequest


class Api:
    """A call that there is.

    Args:
        handler: the module and the function that answer it, given the call and what stands in the
            variable parts of the path; empty for a call that the mock node does not have. Modules are
            loaded when they are called: each command with --mock waits for what is loaded.
        wants_session: whether credentials are asked for.
        is_job: whether it is answered with 202, and done behind that.
        resource: the kind of resource, of a query.
    """

    def __init__(self, handler: str, *, wants_session: bool = True, is_job: bool = False, resource: str = "") -> None:
        self.handler = handler
        self.wants_session = wants_session
        self.is_job = is_job
        self.resource = resource

    def answer(self, call: ApiCall, values: tuple[str, ...]) -> ApiResult:
        """Return what the handler gives."""
        if not self.handler:
            raise HttpError(501, f"the mock node does not do {call.request.method} {call.request.path}")
        module, _, function = self.handler.partition(".")
        handler = getattr(import_module(f"zsiso.mock_node.{module}"), function)
        result: ApiResult = handler(call, *((self.resource,) if self.resource else ()), *values)
        return result


class SharedPath:
    """A path of several calls: the method tells which, and of PUTs the body's action."""

    def __init__(
        self, by_method: Mapping[str, Api] | None = None, *, by_action: Mapping[str, Api] | None = None
    ) -> None:
        self._by_method = by_method or {}
        self._by_action = by_action or {}

    def choose(self, request: MockRequest, body: Mapping[str, object] | None) -> Api:
        """Return the call that a request is; an ``HttpError`` where it is none."""
        if request.method == "PUT":
            return self._choose_action(request, body)
        if request.method == "HEAD":
            raise HttpError(405, f"HEAD is not allowed for {request.path}")
        if request.method not in self._by_method:
            raise HttpError(500, f"no call is made by {request.method} to {request.path}")
        return self._by_method[request.method]

    def _choose_action(self, request: MockRequest, body: Mapping[str, object] | None) -> Api:
        if body is None:
            raise HttpError(500, f"a PUT to {request.path} must have a body")
        action = next((action for action in self._by_action if action in body), None)
        if action is None:
            raise HttpError(400, f"the body has no action of {request.path}")
        return self._by_action[action]


_NOT_HERE = Api("")


def _query(resource: str) -> Api:
    return Api("queries.query_resources", resource=resource)


def _query_and(resource: str, *methods: str) -> SharedPath:
    """Return the path of a query that calls with other methods share; the mock node has the query only."""
    return SharedPath({"GET": _query(resource), **dict.fromkeys(methods, _NOT_HERE)})


# "*" is a variable part. A path of one call takes every method: the node does not look at it.
_ROUTES: dict[str, Api | SharedPath] = {
    "images/iso/*/vm-candidates": Api("images.vm_candidates"),
    "vm-instances/*/iso-candidates": Api("images.iso_candidates"),
    "vm-instances/*/iso/*": Api("drives.attach_iso", is_job=True),
    "vm-instances/*/iso": Api("drives.detach_iso", is_job=True),
    "accounts/login": Api("logins.log_in_by_account", wants_session=False),
    "login": Api("logins.log_in", wants_session=False),
    "ldap/login": Api("logins.log_in_by_ldap", wants_session=False),
    "accounts/sessions/*": Api("logins.log_out", wants_session=False),
    "accounts/sessions/*/valid": Api("logins.is_session_valid", wants_session=False),
    "management-nodes/ready": Api("management.is_ready", wants_session=False),
    "management-nodes/platform-timezone": Api("management.get_timezone"),
    "management-nodes/actions": SharedPath(
        by_action={
            "getVersion": Api("management.get_version", wants_session=False),
            "getCurrentTime": Api("management.get_current_time", wants_session=False),
        }
    ),
    "management-nodes": _query("managementNodes"),
    "management-nodes/*": _query("managementNodes"),
    "user-tags": SharedPath({"GET": _query("userTags"), "POST": Api("tags.create_user_tag", is_job=True)}),
    "user-tags/*": _query("userTags"),
    "system-tags": _query_and("systemTags", "POST"),
    "system-tags/*": _query("systemTags"),
    "tags/*": SharedPath({"DELETE": Api("tags.delete_tag", is_job=True), "GET": _NOT_HERE}),
    "images": _query_and("images", "POST"),
    "images/*": _query_and("images", "DELETE"),
    "vm-instances": _query_and("vmInstances", "POST"),
    "vm-instances/*": _query_and("vmInstances", "DELETE"),
    "vm-instances/cdroms": _query_and("vmCdRoms", "POST"),
    "vm-instances/cdroms/*": _query_and("vmCdRoms", "DELETE"),
    "zones": _query_and("zones", "POST"),
    "zones/*": _query_and("zones", "DELETE"),
    "clusters": _query_and("clusters", "POST"),
    "clusters/*": _query_and("clusters", "DELETE"),
    "hosts": _query("hosts"),
    "hosts/*": _query_and("hosts", "DELETE"),
    "backup-storage": _query("backupStorage"),
    "backup-storage/*": _query_and("backupStorage", "DELETE"),
    "primary-storage": _query("primaryStorage"),
    "primary-storage/*": _query_and("primaryStorage", "DELETE"),
    "accounts": _query_and("accounts", "POST"),
    "accounts/*": _query_and("accounts", "DELETE"),
}


def find_route(path: str) -> tuple[Api | SharedPath, tuple[str, ...]] | None:
    """Return what answers a path, and its variable parts; None for a path that there is not.

    Args:
        path: the path behind ``/v1/``. It is strict: a slash at its end makes it another.
    """
    if path in _ROUTES:
        return _ROUTES[path], ()
    parts = path.split("/")
    for template, route in _ROUTES.items():
        pattern = template.split("/")
        if len(pattern) != len(parts):
            continue
        pairs = list(zip(pattern, parts, strict=True))
        if all(part and want in {"*", part} for want, part in pairs):
            return route, tuple(part for want, part in pairs if want == "*")
    return None
