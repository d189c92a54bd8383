"""What the tests of the mock node share: the recorded cloud, running, and its accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.mock_node.client import run_cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.mock_node.client import NodeClient, RunningCloud


@pytest.fixture
def cloud() -> Iterator[RunningCloud]:
    with run_cloud() as running:
        yield running


@pytest.fixture
def admin(cloud: RunningCloud) -> NodeClient:
    return cloud.admin()


@pytest.fixture
def tenant(cloud: RunningCloud) -> NodeClient:
    return cloud.tenant()
