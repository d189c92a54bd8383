"""The deadline of a whole command."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from zsiso.deadline import Deadline


def test_a_person_at_a_prompt_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr("zsiso.deadline.time", SimpleNamespace(monotonic=lambda: clock.now))
    deadline = Deadline(30)
    clock.now = 10
    with deadline.paused():
        clock.now = 3600
    assert deadline.remaining() == 20
