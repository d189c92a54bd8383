"""What an exchange that takes too long waits for, and the error for a node that was not reached in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zsiso.deadline import Awaited
from zsiso.errors import ConnectError

if TYPE_CHECKING:
    from zsiso.deadline import Deadline
    from zsiso.transport.messages import ApiRequest
    from zsiso.transport.progress import RequestProgress

_MORE_TIME = "or allow more time with --timeout SECONDS"


def awaited_by(request: ApiRequest, progress: RequestProgress) -> Awaited:
    """Return what an exchange waits for: the connection, the TLS handshake or the response."""
    peer = f"proxy {request.proxy}" if request.proxy is not None else "the management node"
    if progress.shaking_hands:
        return Awaited("the TLS handshake", f"check that the port uses TLS, {_MORE_TIME}", request.details())
    if not progress.connected:
        hint = f"check that {peer} is running and can be reached from here, {_MORE_TIME}"
        return Awaited(f"a connection to {peer}", hint, request.details())
    return Awaited("a response", f"check that {peer} is running, {_MORE_TIME}", request.details())


def connect_timeout_error(request: ApiRequest, connect_deadline: Deadline, progress: RequestProgress) -> ConnectError:
    """Return the error for a node that was not reached in its time: no connection, or no TLS handshake."""
    awaited = "the TLS handshake" if progress.shaking_hands else "a connection"
    return ConnectError(
        f"timed out after {round(connect_deadline.seconds, 2):g} s waiting for {awaited}",
        details=request.details(),
        hint=f"{awaited_by(request, progress).hint}, or raise connect_timeout in the profile",
    )
