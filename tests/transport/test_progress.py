"""The text of the status line."""

from __future__ import annotations

import time

import pytest

from zsiso.transport.progress import RequestProgress

REASON = "it needs about 1 ms per VM instance"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.6, "Waiting 0 s for h:1"),
        (4.9, "Waiting 4 s for h:1"),
        (5.0, f"Waiting 5 s for h:1 ({REASON})"),
        (12.7, f"Waiting 12 s for h:1 ({REASON})"),
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
    assert progress.describe() == "Connecting 7 s to h:1"
