"""What the mock node responds."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.helpers.example import EXAMPLE
from tests.helpers.mock_cloud import send_request
from tests.helpers.runner import ISO
from zsiso import mock_node

OTHER_ISO = "0123456789abcdef0123456789abcdef"
PATH = f"/zstack/v1/images/iso/{ISO}/vm-candidates"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with mock_node.serve(mock_node.MockNode(mock_node.example_cloud())) as address:
        yield address


class TestAnswers:
    def test_the_example(self, url: str) -> None:
        status, body = send_request(url, "GET", PATH, {"Authorization": "OAuth anything"})
        assert (status, body) == (200, mock_node.example_inventory())

    def test_an_unknown_iso_as_an_error_object(self, url: str) -> None:
        status, body = send_request(url, "GET", PATH.replace(ISO, OTHER_ISO), {"Authorization": "OAuth x"})
        assert status == 503
        assert json.loads(body)["error"]["code"] == "SYS.1003"


def test_the_inventory_is_worth_looking_at() -> None:
    rows = json.loads(mock_node.example_inventory())["inventories"]
    assert rows[0]["uuid"] == json.loads(EXAMPLE)["inventories"][0]["uuid"]
    assert {row["state"] for row in rows} == {"Running", "Stopped"}
    assert max(len(row.get("vmNics", ())) for row in rows) > 1
    assert {type(row["memorySize"]) for row in rows if "memorySize" in row} == {int}
    assert any("name" not in row for row in rows)
    assert not all(row.get("name", "").isascii() for row in rows)
