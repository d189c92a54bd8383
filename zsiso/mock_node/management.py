"""What the node says of itself: ready, version, time, time zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zsiso.mock_node.errors import admin_only
from zsiso.mock_node.messages import ApiResult

if TYPE_CHECKING:
    from zsiso.mock_node.api_call import ApiCall


def is_ready(_: ApiCall) -> ApiResult:
    """Return nothing: the node is ready when it answers."""
    return ApiResult({})


def get_version(call: ApiCall) -> ApiResult:
    """Return the node's version."""
    return ApiResult({"success": True, "version": call.cloud.version})


def get_current_time(call: ApiCall) -> ApiResult:
    """Return the node's time since 1970, in milliseconds and in seconds."""
    milliseconds = int(call.state.now().timestamp() * 1000)
    return ApiResult(
        {"currentTime": {"MillionSeconds": milliseconds, "Seconds": milliseconds // 1000}, "success": True}
    )


def get_timezone(call: ApiCall) -> ApiResult:
    """Return the zone of the node's wall clock, and its offset from UTC now."""
    if not call.authenticate().is_admin:
        raise admin_only("org.zstack.header.managementnode.APIGetPlatformTimeZoneMsg")
    offset = call.state.now().astimezone(call.state.zone).strftime("%z")
    return ApiResult({"offset": f"{offset[:3]}:{offset[3:5]}", "timezone": str(call.state.zone), "success": True})
