"""What every test may use: a user, a node, and a run that fails when a test is skipped."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from tests.command import User
from tests.node import Node, running_node

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="fail when any test was skipped")


def pytest_configure() -> None:
    # Where these tests run in the background, Ctrl-C is ignored, and what they start would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if session.config.getoption("--no-skips") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def user(tmp_path: Path) -> User:
    home = tmp_path / "home"
    home.mkdir()
    return User(home)


@pytest.fixture
def node() -> Iterator[Node]:
    with running_node() as running:
        yield running
