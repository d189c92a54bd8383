"""Cloud files: what may be missing, what is served of one, and what is said of a broken one."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.mock_node.client import RECORDED, RECORDED_CLOUD, NodeClient, changed_cloud, run_cloud
from zsiso.errors import ConfigError
from zsiso.mock_node import MockAuthConfig, example_cloud, load_cloud

if TYPE_CHECKING:
    from tests.mock_node.client import Response

CENTOS = "c6a5387777330bdbd7210dff076ce2ef"
KEYS = [key for key in RECORDED_CLOUD if not key.startswith("_")]


def messages(path: Path, content: object) -> str:
    """Return what is said of a cloud file with some content."""
    text = content if isinstance(content, (str, bytes)) else json.dumps(content)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as raised:
        load_cloud(path)
    return str(raised.value)


class TestMissingKeys:
    @pytest.mark.parametrize("key", KEYS)
    def test_any_key_may_be_missing(self, key: str) -> None:
        without = {name: value for name, value in RECORDED_CLOUD.items() if name != key}
        with run_cloud(without) as running:
            client = running.client().log_in("admin", "password")
            found = client.get(f"/v1/images/iso/{CENTOS}/vm-candidates")
            assert found.status == (503 if key == "images" else 200)
            assert client.query("vm-instances", "zone.name=zone-1").status == 200
            assert client.get("/v1/vm-instances/2a9eba0cdf561d802a759159fb7ff337/iso-candidates").status == (
                503 if key == "vmInstances" else 200
            )

    @pytest.mark.parametrize("cloud", [{}, dict.fromkeys(KEYS)])
    def test_none_has_to_be_there(self, cloud: dict[str, Any]) -> None:
        with run_cloud(cloud, MockAuthConfig()) as running:
            client = running.client().log_in("any", "any")
            for resource in ("images", "vm-instances", "hosts", "user-tags", "management-nodes"):
                assert client.query(resource).json == {"schema": {}, "inventories": []}
            version = client.call("PUT", "/v1/management-nodes/actions", {"getVersion": {}}).json["version"]
            assert re.fullmatch(r"\d+\.\d+\.\d+", version)
            assert client.get("/v1/management-nodes/platform-timezone").json["timezone"] == "UTC"

    def test_version_of_the_file_is_said(self) -> None:
        with run_cloud(changed_cloud(version="4.8.0")) as running:
            body = running.client().call("PUT", "/v1/management-nodes/actions", {"getVersion": {}}).json
        assert body["version"] == "4.8.0"


class TestValues:
    @pytest.mark.parametrize(
        ("dates", "written"),
        [("java8", "Nov 25, 2026 12:43:17 PM"), ("java17", "Nov 25, 2026, 12:43:17 PM"), (None, "Nov 25, 2026 12:43:17 PM")],
    )  # fmt: skip
    @pytest.mark.parametrize(
        "read", ["Nov 25, 2026 12:43:17 PM", "Nov 25, 2026, 12:43:17 PM", "Nov 25, 2026, 12:43:17\u202fPM"]
    )
    def test_dates_of_the_file_are_written_in_its_form(self, dates: str | None, written: str, read: str) -> None:
        drive = {"uuid": "d", "createDate": read}
        vm = {"uuid": "a", "state": "Stopped", "createDate": read, "name": read, "vmCdRoms": [drive]}
        with run_cloud({"vmInstances": [vm], **({"dates": dates} if dates else {})}) as running:
            client = running.client().log_in("any", "any")
            (row,) = client.query("vm-instances").json["inventories"]
            expires = client.call("PUT", "/v1/login", LOGIN).json["inventory"]["expiredDate"]
        assert (row["createDate"], row["name"], row["vmCdRoms"][0]["createDate"]) == (written, read, written)
        assert ("," in expires.split(maxsplit=2)[2]) == (dates == "java17")

    @pytest.mark.parametrize(
        "date",
        ["Jan 1, 2026 12:00:00 AM", "Dec 31, 1999 11:59:59 PM", "Feb 29, 2028 1:02:03 AM", "May 5, 2026 12:30:00 PM"],
    )
    def test_dates_are_the_same_after_reading(self, date: str) -> None:
        with run_cloud({"images": [{"uuid": "a", "createDate": date}]}) as running:
            assert running.client().log_in("any", "any").query("images").column("createDate") == [date]

    def test_whole_numbers_are_integers_and_nulls_are_left_out(self) -> None:
        image = {"uuid": "a", "size": 8.589934592e9, "actualSize": 5, "description": None, "factor": 1.5}
        with run_cloud({"images": [image]}) as running:
            text = running.client().log_in("any", "any").query("images").text
        assert text.endswith('"inventories":[{"uuid":"a","size":8589934592,"actualSize":5,"factor":1.5}]}')

    def test_comments_are_passed_over(self) -> None:
        with run_cloud({"_about": 5, "_x": [], "images": []}) as running:
            assert running.client().log_in("any", "any").query("images").status == 200


LOGIN = {"logIn": {"username": "x", "password": "x", "loginType": "account"}}
BROKEN: list[tuple[object, str]] = [
    ("", "it is not JSON: Expecting value (line 1, column 1)"),
    ('{"images": [}', "it is not JSON: Expecting value (line 1, column 13)"),
    ('{\n "a"\n}', "it is not JSON: Expecting ':' delimiter (line 3, column 1)"),
    ('{"images": [{"uuid": "a", "size": NaN}]}', "it is not JSON: NaN is no number"),
    (b'{"version": "\xff"}', "it is not UTF-8: byte 14"),
    ("[" * 100_000, "it is nested too deeply"),
    ([], "it is not a JSON object"),
    ({"imges": []}, 'unknown key "imges"; did you mean "images"?'),
    ({"zzz": []}, 'unknown key "zzz"'),
    ({"images": {}}, "images must be a list"),
    ({"images": ["a"]}, "images[0] must be an object"),
    ({"images": [{"uuid": "a"}, {}]}, "images[1].uuid must be a text that is not empty"),
    ({"images": [{"uuid": 5}]}, "images[0].uuid must be a text that is not empty"),
    ({"hosts": [{"uuid": "a"}, {"uuid": "A"}]}, "hosts[1].uuid: A is there twice"),
    ({"vmInstances": [{"uuid": "a", "vmCdRoms": {}}]}, "vmInstances[0].vmCdRoms must be a list"),
    ({"vmInstances": [{"uuid": "a", "vmNics": [5]}]}, "vmInstances[0].vmNics[0] must be an object"),
    ({"vmInstances": [{"uuid": "a", "state": 5}]}, "vmInstances[0].state must be a text"),
    (
        {"images": [{"uuid": "a", "backupStorageRefs": [{"createDate": "yesterday"}]}]},
        (
            "images[0].backupStorageRefs[0].createDate must be a date as the node writes it,"
            ' "Nov 25, 2026, 2:40:49 PM", not "yesterday"'
        ),
    ),
    ({"images": [{"uuid": "a", "createDate": "Feb 30, 2026 1:00:00 PM"}]}, "images[0].createDate must be a date"),
    ({"images": [{"uuid": "a", "createDate": "Nov 3, 2026 0:00:00 PM"}]}, "images[0].createDate must be a date"),
    ({"accounts": [{"uuid": "a", "name": "x"}]}, "accounts[0].password must be a text that is not empty"),
    ({"accounts": [{"uuid": "a", "password": "x"}]}, "accounts[0].name must be a text that is not empty"),
    ({"owners": []}, "owners must be an object: the UUIDs of resources, each with that of an account"),
    ({"owners": {"a": 5}}, "owners.a must be a text that is not empty"),
    ({"shared": "a"}, "shared must be a list of UUIDs"),
    ({"shared": ["a", 5]}, "shared[1] must be a text that is not empty"),
    ({"timezone": "Mars/X"}, 'timezone names no time zone: "Mars/X"'),
    ({"timezone": 8}, "timezone must be a text that is not empty"),
    ({"version": 5.2}, "version must be a text that is not empty"),
    ({"locale": "de_DE"}, "locale must be en_US or zh_CN"),
    ({"dates": "java20"}, "dates must be java8 or java17"),
]


@pytest.mark.parametrize(("content", "said"), BROKEN, ids=[said[:60] for _, said in BROKEN])
def test_broken_file_is_said_to_be_wrong_where_it_is(tmp_path: Path, content: object, said: str) -> None:
    path = tmp_path / "cloud.json"
    message = messages(path, content)
    assert message.startswith(f"{path}: {said}")
    assert "\n" not in message


def test_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^cannot read .*nowhere.json: No such file or directory$"):
        load_cloud(tmp_path / "nowhere.json")


def test_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "cloud.json").write_bytes(b"\xef\xbb\xbf{}")
    assert load_cloud(tmp_path / "cloud.json").accounts is None


def zsiso(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "zsiso", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=60, check=False)


class TestCommand:
    def test_broken_file_exits_3_with_one_message(self, tmp_path: Path) -> None:
        (tmp_path / "cloud.json").write_text('{"images": 5}')
        done = zsiso("mock", "--cloud", "cloud.json", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (3, "")
        assert done.stderr == (
            "zsiso: cloud.json: images must be a list\nhint: correct the cloud file and start again\n"
        )

    def test_missing_file_exits_3(self, tmp_path: Path) -> None:
        done = zsiso("mock", "--cloud", "nowhere.json", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (3, "")
        assert done.stderr == (
            "zsiso: cannot read nowhere.json: No such file or directory\nhint: --cloud takes a cloud file\n"
        )

    @pytest.mark.parametrize(
        ("options", "iso", "session"),
        [
            ([], "3e5e142462c54736b1880b43d49edeba", "54ca471114824451b5b3e4cc22f9a927"),
            (["--cloud", str(RECORDED / "cloud.json")], "0d464138a62332553fc1ea36f17fd374", "{sessionUuid}"),
        ],
    )
    def test_cloud_is_served_until_ctrl_c(self, tmp_path: Path, options: list[str], iso: str, session: str) -> None:
        command = [sys.executable, "-m", "zsiso", "mock", "--port", "0", *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as process:
            try:
                assert process.stdout is not None
                curl = process.stdout.readline()
                match = re.fullmatch(
                    rf"curl -X GET '(http://127\.0\.0\.1:\d+)/zstack/v1/images/iso/{iso}/vm-candidates'"
                    rf" -H 'Authorization: OAuth {re.escape(session)}'\n",
                    curl,
                )
                assert match is not None, curl
                response: Response = NodeClient(match[1]).log_in("admin", "password").get(f"/v1/images/{iso}")
                assert response.column("uuid") == [iso]
            finally:
                process.send_signal(signal.SIGINT)
                assert process.wait(20) == 0


class TestExample:
    def test_every_vm_is_a_candidate_of_its_iso_and_numbers_are_integers(self) -> None:
        cloud = example_cloud()
        vms = list(cloud.table("vmInstances"))
        assert len(vms) == 7
        assert all(isinstance(vm.get("memorySize", 0), int) for vm in vms)

    def test_iso_can_be_attached_to_its_vms(self) -> None:
        path = Path(sys.modules["zsiso.mock_node"].__file__ or "").parent / "example_cloud.json"
        with run_cloud(json.loads(path.read_text(encoding="utf-8")), MockAuthConfig()) as running:
            client = running.client().log_in("any", "any")
            response = client.job(
                "POST", "/v1/vm-instances/0b1e5c2f7d9a4e38b6c1d2f3a4b5c6d7/iso/3e5e142462c54736b1880b43d49edeba"
            )
            assert response.status == 200


def test_cloud_file_that_the_documentation_shows_is_served() -> None:
    root = Path(__file__).parents[2]
    pages = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
    shown = [
        block
        for page in pages
        for block in re.findall(r"^```json\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        if '"vmInstances"' in block
    ]
    assert len(shown) == 1
    with run_cloud(json.loads(shown[0]), MockAuthConfig()) as running:
        tenant = running.client().log_in("tenant", "pw")
        assert tenant.query("vm-instances").column("name") == ["web-2"]
        assert tenant.query("images").column("name") == ["rescue-disk"]
        target = "/v1/vm-instances/0b1e5c2f7d9a4e38b6c1d2f3a4b5c6d7/iso/3e5e142462c54736b1880b43d49edeba"
        assert tenant.job("POST", target).status == 200
