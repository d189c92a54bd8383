"""The text of the status line."""

from __future__ import annotations

import time

import pytest

from zsiso.transport.progress import RequestProgress

REASON = "the management node needs about 1 ms for each VM instance"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.6, "Waiting for h:1: 0 s"),
        (4.9, "Waiting for h:1: 4 s"),
        (5.0, f"Waiting for h:1: 5 s ({REASON})"),
        (12.7, f"Waiting for h:1: 12 s ({REASON})"),
    ],
)
def test_status_names_waited_seconds_and_after_five_the_reason(
    monkeypatch: pytest.MonkeyPatch, seconds: float, text: str
) -> None:
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    progress = RequestProgress("h:1", REASON)
    progress.record("connection.connect_tcp.started", {})
    progress.record("connection.connect_tcp.complete", {})
    progress.record("http11.send_request_headers.started", {})
    monkeypatch.setattr(time, "monotonic", lambda: now + seconds)
    assert progress.describe() == text


def test_status_names_seconds_of_connecting_without_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    progress = RequestProgress("h:1", REASON)
    monkeypatch.setattr(time, "monotonic", lambda: now + 7)
    assert progress.describe() == "Connecting to h:1: 7 s"
