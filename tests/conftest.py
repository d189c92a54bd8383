"""What every test may use: a user, servers, hypothesis profiles, and a run that fails when a test is skipped."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator, Mapping
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.helpers.completion import HOSTILE_NAMES
from tests.helpers.mock_cloud import PASSWORD, MockCloud, run_mock_cloud
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode, run_scripted_node
from zsiso import mock_node

# A busy machine makes no test fail: no deadline, no measure of speed.
_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", _PATIENT, max_examples=25)
settings.register_profile("ci", _PATIENT, max_examples=100)
settings.register_profile("nightly", _PATIENT, max_examples=5000)
settings.load_profile("dev")

# Characters of one parameter in the name of a test.
_MAX_ID = 60


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="fail when any test was skipped")


def pytest_configure() -> None:
    # Where these tests run in the background, Ctrl-C is ignored, and what they start would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if session.config.getoption("--no-skips") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_make_parametrize_id(val: object) -> str | None:
    """Return a readable id for a parameter that pytest would number, leave empty or print at full length."""
    if isinstance(val, Enum):
        return val.name
    if isinstance(val, timedelta):
        return f"{val.total_seconds():+g}s"
    if isinstance(val, dict) and all(isinstance(value, str) for value in val.values()):
        val = " ".join(f"{name}={value}" for name, value in val.items())
    elif isinstance(val, (list, tuple, set, frozenset)) and all(isinstance(item, str) for item in val):
        val = " ".join(val if isinstance(val, (list, tuple)) else sorted(val))
    elif isinstance(val, bytes):
        val = val.decode("latin-1")
    if not isinstance(val, str):
        return None
    text = val.encode("unicode_escape").decode("ascii")
    return text if 0 < len(text) <= _MAX_ID else f"{text[:_MAX_ID]}..." if text else "empty"


@pytest.fixture
def user(tmp_path: Path) -> User:
    home = tmp_path / "home"
    home.mkdir()
    return User(home)


@pytest.fixture
def node() -> Iterator[ScriptedNode]:
    with run_scripted_node() as running:
        yield running


@pytest.fixture
def cloud() -> Iterator[MockCloud]:
    with run_mock_cloud() as running:
        yield running


@pytest.fixture
def admin(user: User, cloud: MockCloud) -> User:
    """A user whose profile has an account and its password."""
    user.write_config(f'[profiles.prod]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
    return user


@pytest.fixture
def operator(user: User, cloud: MockCloud) -> User:
    """A user whose profile has an account and no password."""
    user.write_config(f'[profiles.prod]\nurl = "{cloud.url}"\naccount = "admin"\n')
    return user


@pytest.fixture
def hostile_cloud(user: User) -> Iterator[User]:
    """A user whose cloud has ISO images and VM instances with the names that tenants gave them."""
    images: list[Mapping[str, Any]] = [
        {"uuid": f"{number:032x}", "name": name, "mediaType": "ISO"} for number, name in enumerate(HOSTILE_NAMES, 1)
    ]
    images += [{"uuid": name, "name": "evil uuid", "mediaType": "ISO"} for name in HOSTILE_NAMES]
    images.append({"uuid": ISO, "name": "tame", "mediaType": "ISO"})
    vms = [{"uuid": f"{number:032x}", "name": name, "state": "$(touch x)"} for number, name in enumerate(HOSTILE_NAMES)]
    vms += [{"uuid": "a" * 32, "name": "first-vm"}, {"uuid": "b" * 32, "name": "second-vm"}]
    body = json.dumps({"inventories": vms}).encode()
    with mock_node.serve(mock_node.MockNode(mock_node.parse_cloud({"images": images}), candidates=body)) as url:
        user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
        yield user


@pytest.fixture
def unmeasured(user: User) -> None:
    """Keep coverage out of the user's processes: it writes files, loads modules and takes memory of its own."""
    for name in [name for name in user.environ if name.startswith("COV")]:
        del user.environ[name]
