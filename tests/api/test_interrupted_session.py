"""An interrupted run leaves no session on the node."""

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
def interrupt_at_line(line: int) -> Iterator[Callable[[str], None]]:
    """Yield a trace function that raises KeyboardInterrupt at this line, counted from 0."""
    line_numbers = count()

    def trace(_: str) -> None:
        if next(line_numbers) == line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        yield trace


class TestInterruptedRun:
    """A run that is interrupted between two requests: at each line of its verbose trace."""

    LINES = 19

    @pytest.fixture
    def profile(self, cloud: MockCloud) -> Profile:
        account = Account("admin", InlineSecret("the test's password", Secret(PASSWORD)))
        return Profile("test", ConnectionSettings((f"{cloud.url}/zstack",), proxy=False), account)

    def test_verbose_trace_has_expected_number_of_lines(self, profile: Profile) -> None:
        lines: list[str] = []
        with Client(profile, Deadline(30), environ={}, trace=lines.append) as client:
            client.check_credentials()
        assert len(lines) == self.LINES

    @pytest.mark.parametrize("line", range(LINES))
    def test_interrupt_leaves_no_session_on_node(self, profile: Profile, cloud: MockCloud, line: int) -> None:
        with interrupt_at_line(line) as trace, Client(profile, Deadline(30), environ={}, trace=trace) as client:
            client.check_credentials()
        assert cloud.cloud.count_live_sessions() == 0

    @pytest.mark.parametrize("line", range(13))
    def test_interrupted_login_leaves_only_one_session_on_node(
        self, profile: Profile, cloud: MockCloud, tmp_path: Path, line: int
    ) -> None:
        session_store = SessionStore(tmp_path, profile.connection.urls, "admin")
        with Client(profile, Deadline(30), environ={}, session_store=session_store) as client:
            client.check_credentials()
        with (
            interrupt_at_line(line) as trace,
            Client(profile, Deadline(30), environ={}, session_store=session_store, trace=trace) as client,
        ):
            assert client.session is not None
            client.session.log_in()
        cloud.pop_methods()
        with Client(profile, Deadline(30), environ={}, session_store=session_store) as client:
            client.check_credentials()
        assert (cloud.pop_methods(), cloud.cloud.count_live_sessions()) == ("G", 1)
