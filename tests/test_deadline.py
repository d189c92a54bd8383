"""The deadline of the whole command."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from zsiso.deadline import Deadline


def test_deadline_does_not_count_time_at_a_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr("zsiso.deadline.time", SimpleNamespace(monotonic=lambda: clock.now))
    deadline = Deadline(30)
    clock.now = 10
    with deadline.paused():
        clock.now = 3600
    assert deadline.remaining() == 20
