"""A run that is interrupted leaves no session behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from tests.helpers.mock_cloud import PASSWORD, MockCloud
from zsiso.api.client import Client
from zsiso.api.session_store import SessionStore
from zsiso.config.connection import ConnectionSettings
from zsiso.config.credentials import Account
from zsiso.config.profile import Profile
from zsiso.config.secrets import InlineSecret, Secret
from zsiso.deadline import Deadline


@contextmanager
def interrupted_at(line: int) -> Iterator[Callable[[str], None]]:
    """Give a trace that is interrupted when it is told this line, counted from 0."""
    told = count()

    def trace(_: str) -> None:
        if next(told) == line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        yield trace


class TestInterrupted:
    """A run that ends in the middle of its conversation, at any line that it would tell of it."""

    LINES = 20

    @pytest.fixture
    def profile(self, cloud: MockCloud) -> Profile:
        account = Account("admin", InlineSecret("the test's password", Secret(PASSWORD)))
        return Profile("test", ConnectionSettings((f"{cloud.url}/zstack",), proxy=False), account)

    def test_is_told_in_so_many_lines(self, profile: Profile) -> None:
        lines: list[str] = []
        with Client(profile, Deadline(30), environ={}, trace=lines.append) as client:
            client.check_credentials()
        assert len(lines) == self.LINES

    @pytest.mark.parametrize("line", range(LINES))
    def test_leaves_no_session_behind(self, profile: Profile, cloud: MockCloud, line: int) -> None:
        with interrupted_at(line) as trace, Client(profile, Deadline(30), environ={}, trace=trace) as client:
            client.check_credentials()
        assert cloud.cloud.count_live_sessions() == 0

    @pytest.mark.parametrize("line", range(13))
    def test_leaves_no_session_that_a_login_replaced(
        self, profile: Profile, cloud: MockCloud, tmp_path: Path, line: int
    ) -> None:
        kept = SessionStore(tmp_path, profile.connection.urls, "admin")
        with Client(profile, Deadline(30), environ={}, session_store=kept) as client:
            client.check_credentials()
        with (
            interrupted_at(line) as trace,
            Client(profile, Deadline(30), environ={}, session_store=kept, trace=trace) as client,
        ):
            assert client.session is not None
            client.session.log_in()
        cloud.pop_methods()
        with Client(profile, Deadline(30), environ={}, session_store=kept) as client:
            client.check_credentials()
        assert (cloud.pop_methods(), cloud.cloud.count_live_sessions()) == ("G", 1)
