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
BAD_KIND = b"invalid header: Authorization must be 'OAuth session-uuid' or 'ZStack key-id:signature'"
PATH = f"/zstack/v1/images/iso/{ISO}/vm-candidates"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with mock_node.serve(mock_node.Cloud(mock_node.example_inventory())) as address:
        yield address


class TestAnswers:
    def test_the_example(self, url: str) -> None:
        status, body = send_request(url, "GET", PATH, {"Authorization": "OAuth anything"})
        assert (status, body) == (200, mock_node.example_inventory())

    @pytest.mark.parametrize(
        ("method", "path", "headers", "status", "words"),
        [
            ("GET", PATH, {}, 400, b"missing header: Authorization"),
            (
                "GET",
                PATH,
                {"Authorization": "Basic x"},
                400,
                BAD_KIND,
            ),
            (
                "GET",
                PATH,
                {"Authorization": "OAuth "},
                400,
                BAD_KIND,
            ),
            ("GET", "/zstack/v1/nothing", {"Authorization": "OAuth x"}, 404, b"no api mapping to /zstack/v1/nothing"),
            (
                "GET",
                PATH.removeprefix("/zstack"),
                {"Authorization": "OAuth x"},
                404,
                f"no api mapping to {PATH[7:]}".encode(),
            ),
            ("PUT", PATH, {"Authorization": "OAuth x"}, 405, b"PUT is not allowed here; use GET"),
            ("OPTIONS", PATH, {"Authorization": "OAuth x"}, 405, b"OPTIONS is not allowed here; use GET"),
            ("HEAD", PATH, {"Authorization": "OAuth x"}, 405, b""),
        ],
    )
    def test_what_is_wrong_in_plain_text(
        self, url: str, method: str, path: str, headers: dict[str, str], status: int, words: bytes
    ) -> None:
        assert send_request(url, method, path, headers) == (status, words)

    def test_an_unknown_iso_as_an_error_object(self, url: str) -> None:
        status, body = send_request(url, "GET", PATH.replace(ISO, OTHER_ISO), {"Authorization": "OAuth x"})
        assert status == 503
        assert json.loads(body)["error"]["code"] == "SYS.1003"


def test_the_inventory_is_worth_looking_at() -> None:
    rows = json.loads(mock_node.example_inventory())["inventories"]
    assert rows[0] == json.loads(EXAMPLE)["inventories"][0]
    assert {row["state"] for row in rows} == {"Running", "Stopped"}
    assert max(len(row.get("vmNics", ())) for row in rows) > 1
    assert {type(row["memorySize"]) for row in rows if "memorySize" in row} == {int, float}
    assert any("name" not in row for row in rows)
    assert not all(row.get("name", "").isascii() for row in rows)
