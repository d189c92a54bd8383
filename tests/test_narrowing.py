"""An answer to act on: what can be attached, what bears the tags, which ISO is meant."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from tests.cloud import Watched
from tests.command import ISO, User
from zsiso import mock_node
from zsiso.inventory.candidates import cdrom
from zsiso.mock_node.cloud import Accepts, Answer, Asked, Cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.node import Node

OTHER = "8f36a77ab76e3425a571a7f75fca2d69"


@pytest.mark.parametrize(
    ("drives", "state"),
    [
        ([{}], "free"),
        ([{"isoUuid": None}], "free"),
        ([{"isoUuid": ""}], "free"),
        ([{"isoUuid": OTHER}, {"deviceId": 1}], "free"),
        ([{"isoUuid": OTHER}], "full"),
        ([{"isoUuid": OTHER}, {"isoUuid": "another"}], "full"),
        ([], "none"),
        ([{"isoUuid": ISO}], "already"),
        ([{}, {"isoUuid": ISO}], "already"),
        (None, "?"),
        ("drives", "?"),
        ([5], "?"),
    ],
)
def test_what_the_drives_say(drives: object, state: str) -> None:
    assert cdrom({"vmCdRoms": drives}, ISO) == state
    if drives is None:
        assert cdrom({}, ISO) == state


def rows_of(user: User, *more: str) -> list[str]:
    result = user.runs("candidates", "--mock", "-q", "-o", "tsv", "--no-header", "-c", "name,cdrom", *more)
    assert result.code == 0, result.err
    return result.out.splitlines()


class TestAttachable:
    def test_every_state_can_be_seen_with_the_mock_node(self, user: User) -> None:
        assert rows_of(user) == [
            "rescue\tnone",
            "Test-VM\t?",
            "web-2\tfree",
            "web-10\tfull",
            "win-build\talready",
            "数据库-主节点\tfree",
            "\t?",
        ]

    def test_keeps_the_free_and_the_unknown(self, user: User) -> None:
        assert rows_of(user, "--attachable") == ["Test-VM\t?", "web-2\tfree", "数据库-主节点\tfree", "\t?"]

    def test_says_how_many_are_unknown(self, user: User) -> None:
        note = "Of 2 VM instances the node does not say what the drives hold (?).\n"
        for output in ("table", "json", "csv", "uuid"):
            assert user.runs("candidates", "--mock", "--attachable", "-o", output).err == note
        assert user.runs("candidates", "--mock", "--attachable", "-q").err == ""
        assert user.runs("candidates", "--mock").err == ""


@pytest.fixture
def doubled(user: User) -> Iterator[User]:
    """Somebody whose cloud answers with one VM twice, spaced in its own way."""
    body = b'{ "x" : [1.50] , "inventories":[ {"uuid":"a1", "n":1.50e1},\n {"uuid":"b2"},{"uuid":"a1", "n":1.50e1},{},{}\r\n] }'
    with mock_node.serve(Cloud(body, Accepts())) as url:
        user.writes_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
        yield user


class TestDoubles:
    @pytest.mark.parametrize(
        ("output", "shown"),
        [
            ("uuid", "a1\nb2\n"),
            ("csv", "uuid\na1\nb2\n\n\n".replace("\n\n\n", '\n""\n""\n')),
            ("jsonl", '{"uuid":"a1", "n":1.50e1}\n{"uuid":"b2"}\n{}\n{}\n'),
        ],
    )
    def test_are_one_row(self, doubled: User, output: str, shown: str) -> None:
        columns = ["-c", "uuid"] if output == "csv" else []
        assert doubled.runs("candidates", ISO, "-o", output, "--sort", "uuid", *columns).out == shown

    def test_stay_in_raw_json(self, doubled: User) -> None:
        assert doubled.runs("candidates", ISO, "--json").out.count('"a1"') == 2

    def test_are_one_in_narrowed_json_to_the_letter(self, doubled: User) -> None:
        expected = '{"inventories":[{"uuid":"a1", "n":1.50e1},{"uuid":"b2"},{},{}]}\n'
        assert doubled.runs("candidates", ISO, "--json", "--attachable", "-q").out == expected


class TestNarrowedJson:
    def test_holds_the_rows_kept_in_the_order_they_came(self, user: User) -> None:
        body = mock_node.example_inventory().decode()
        narrowed = user.runs("candidates", "--mock", "--json", "--attachable", "-q").out
        kept = [row["uuid"] for row in json.loads(narrowed)["inventories"]]
        assert kept == [row["uuid"] for row in json.loads(body)["inventories"] if cdrom(row, ISO) in "free?"]
        for row in narrowed.removeprefix('{"inventories":[').removesuffix("]}\n").split(',{"uuid"'):
            assert row.removeprefix('{"uuid"') in body

    def test_of_nobody(self, user: User) -> None:
        result = user.runs("candidates", "--mock", "--json", "--verify-tags", "--user-tag", "nobody")
        assert (result.code, result.out, result.err) == (0, '{"inventories":[]}\n', "")


class TestTags:
    @pytest.mark.parametrize(
        ("options", "names"),
        [
            (["--user-tag", "prod"], ["web-2", "web-10", "数据库-主节点"]),
            (["--user-tag", "prod", "--system-tag", "vmPriority::High"], ["web-2", "数据库-主节点"]),
            (["--user-tag", "a,b 100%"], ["web-2"]),
            (["--user-tag", "prod", "--user-tag", "build"], []),
            # Nothing but the very text counts, though the node's database is not so strict.
            (["--user-tag", "PROD"], []),
            (["--user-tag", "pro%"], []),
            (["--system-tag", "prod"], []),
            (["--user-tag", "prod", "--attachable"], ["web-2", "数据库-主节点"]),
        ],
    )
    def test_every_tag_is_asked_for(self, user: User, options: list[str], names: list[str]) -> None:
        result = user.runs("candidates", "--mock", "-q", "--verify-tags", "-o", "name", *options)
        assert (result.code, result.out.splitlines()) == (0, names)

    def test_the_profile_s_tags_are_verified_too(self, user: User) -> None:
        user.writes_config('[profiles.a]\nurl = "http://a"\nuser_tags = ["prod"]\nverify_tags = true\n')
        assert user.runs("candidates", "--mock", "-o", "name").out.splitlines() == ["web-2", "web-10", "数据库-主节点"]
        assert len(user.runs("candidates", "--mock", "-o", "uuid", "--no-verify-tags").out.splitlines()) == 7

    def test_without_verifying_a_line_says_so(self, user: User) -> None:
        note = "The node may have ignored the tags; --verify-tags makes sure.\n"
        for output in ("table", "json", "name"):
            assert user.runs("candidates", "--mock", "--user-tag", "prod", "-o", output).err == note
        assert user.runs("candidates", "--mock", "--system-tag", "x", "-q").err == ""
        assert user.runs("candidates", "--mock", "--user-tag", "prod", "--verify-tags").err == ""

    def test_none_to_verify(self, user: User, node: Node) -> None:
        user.has_profile(node)
        result = user.runs("candidates", ISO, "--verify-tags")
        assert (result.code, result.out, node.seen) == (2, "", [])
        user.writes_config('[profiles.a]\nurl = "http://a"\nverify_tags = true\n')
        assert user.runs("candidates", "--mock").code == 0


def tag(number: int, text: str) -> dict[str, Any]:
    return {
        "uuid": f"{number:032x}",
        "resourceUuid": f"vm-{number}",
        "resourceType": "VmInstanceVO",
        "tag": text,
        "type": "User",
    }


class Recording(Cloud):
    """A cloud that keeps what it was asked."""

    asked: list[str]

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked.path)
        return super().answer(asked)


def recording(records: dict[str, list[Any]], inventory: bytes = b'{"inventories": []}') -> Recording:
    cloud = Recording(inventory, Accepts(), lambda: datetime.now(timezone.utc), records)
    cloud.asked = []
    return cloud


class TestManyTags:
    def test_past_the_thousand_rows_of_a_query(self, user: User) -> None:
        tags = [tag(number, "prod") for number in range(2500)]
        vms = json.dumps({"inventories": [{"uuid": "vm-3"}, {"uuid": "vm-2499"}, {"uuid": "vm-2500"}]}).encode()
        cloud = recording({"images": [{"uuid": ISO}], "user-tags": tags, "system-tags": []}, vms)
        with mock_node.serve(cloud) as url:
            user.writes_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
            result = user.runs("candidates", ISO, "-o", "uuid", "--user-tag", "prod", "--verify-tags")
        assert result.out.splitlines() == ["vm-3", "vm-2499"]
        queries = [path.partition("?")[2] for path in cloud.asked if "user-tags" in path]
        base = "q=resourceType%3DVmInstanceVO&q=tag%3Dprod&limit=1000&start={}&sort=%2Buuid"
        assert queries == [base.format(start) for start in (0, 1000, 2000)]

    @pytest.mark.parametrize("text", ["a>b", "x!=y", "~=", "a=b", "?=,", "<>", "=", "50% & more"])
    def test_a_text_that_looks_like_an_operator(self, user: User, text: str) -> None:
        tags = [tag(1, text), tag(2, text.upper() + "x"), tag(3, "other")]
        vms = json.dumps({"inventories": [{"uuid": f"vm-{number}"} for number in (1, 2, 3)]}).encode()
        with mock_node.serve(recording({"images": [{"uuid": ISO}], "user-tags": tags, "system-tags": []}, vms)) as url:
            user.writes_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
            result = user.runs("candidates", ISO, "-o", "uuid", "--user-tag", text, "--verify-tags")
        assert (result.code, result.out) == (0, "vm-1\n")

    def test_a_node_that_gives_one_page_for_ever(self, user: User, cloud_of_one_page: Watched) -> None:
        user.writes_config(f'[profiles.a]\nurl = "{cloud_of_one_page.url}"\nsession = "some-session"\n')
        assert len(user.runs("isos", "-o", "uuid").out.splitlines()) == 1000
        assert len(cloud_of_one_page.calls) == 2

    @pytest.fixture
    def cloud_of_one_page(self) -> Iterator[Watched]:
        images = [{"uuid": f"{number:032x}"} for number in range(1000)]
        body = json.dumps({"inventories": images}).encode()

        class OnePage(Cloud):
            def answer(self, asked: Asked) -> Answer:
                watched.calls.append((asked.method, 200))
                return Answer(200, "", body)

        watched = Watched(OnePage(b""))
        with mock_node.serve(watched.cloud) as watched.url:
            yield watched


class TestCheck:
    @pytest.mark.parametrize(
        ("options", "code", "said"),
        [
            (["--check", "web-2"], 0, ""),
            (["--check", "0B1E5C2F-7d9a4e38b6c1d2f3a4b5c6d7"], 0, ""),
            (["--check", "web-2", "--check", "web-10"], 0, ""),
            (["--check", "web-10", "--attachable"], 1, "web-10: all of its CD-ROM drives are full\n"),
            (["--check", "rescue", "--attachable"], 1, "rescue: it has no CD-ROM drive\n"),
            (["--check", "win-build", "--attachable"], 1, "win-build: it holds this ISO already\n"),
            (["--check", "Test-VM", "--attachable"], 0, ""),
            (["--check", "web"], 1, "web: it is not a candidate\n"),
            (["--check", "WEB-2"], 1, "WEB-2: it is not a candidate\n"),
            (["--check", "a\x1b"], 1, "a\\x1b: it is not a candidate\n"),
            (
                ["--check", "web-2", "--check", "web-10", "--check", "x", "--user-tag", "build", "--verify-tags"],
                1,
                "web-2: it does not bear the tag build\n  web-10: it does not bear the tag build\n  x: it is not a candidate\n",
            ),
            (
                ["--check", "rescue", "--user-tag", "build", "--user-tag", "prod", "--verify-tags"],
                1,
                "rescue: it does not bear the tags build, prod\n",
            ),
        ],
    )
    def test_says_yes_or_no_and_why(self, user: User, options: list[str], code: int, said: str) -> None:
        result = user.runs("candidates", "--mock", "-q", *options)
        assert (result.code, result.out) == (code, "")
        assert result.err == (f"zsiso: {said}hint: `zsiso candidates` without --check lists who is\n" if said else "")

    def test_of_several_with_one_name_each_counts(self, user: User) -> None:
        rows = [{"uuid": "1", "name": "x", "vmCdRoms": [{}]}, {"uuid": "2", "name": "x", "vmCdRoms": []}]
        with mock_node.serve(Cloud(json.dumps({"inventories": rows}).encode())) as url:
            user.writes_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
            assert user.runs("candidates", ISO, "--check", "x").code == 0
            assert user.runs("candidates", ISO, "--check", "x", "--attachable").code == 1


class TestFailEmpty:
    @pytest.mark.parametrize(("output", "shown"), [("table", ""), ("json", '{"inventories":[]}\n'), ("uuid", "")])
    def test_an_empty_list_exits_1(self, user: User, output: str, shown: str) -> None:
        result = user.runs("candidates", "--mock", "--fail-empty", "--user-tag", "no", "--verify-tags", "-o", output)
        assert (result.code, result.out) == (1, shown)
        assert result.err == (f"zsiso: None of the 7 VM instances that can take ISO {ISO} is what was asked for.\n")

    def test_another_is_well(self, user: User) -> None:
        assert user.runs("candidates", "--mock", "--fail-empty").code == 0


class TestByName:
    def test_an_exact_name_is_looked_up(self, user: User) -> None:
        assert user.runs("candidates", "--mock", "rescue-disk") == user.runs("candidates", "--mock", ISO)
        assert user.runs("candidates", "--mock", "救援盘").code == 0

    @pytest.mark.parametrize(
        ("name", "hint"),
        [
            ("rescue-dsk", 'did you mean "rescue-disk"?'),
            ("RESCUE-DISK", "`zsiso isos` lists them"),
            ("3e5e", "`zsiso isos` lists them"),
        ],
    )
    def test_none(self, user: User, name: str, hint: str) -> None:
        result = user.runs("candidates", "--mock", name)
        assert (result.code, result.out) == (5, "")
        assert result.err == f'zsiso: no ISO image is called "{name}"\nhint: {hint}\n'

    def test_several(self, user: User) -> None:
        result = user.runs("candidates", "--mock", "windows-2022")
        assert (result.code, result.out) == (2, "")
        assert result.err == (
            'zsiso: 2 ISO images are called "windows-2022"\n'
            "  6b1d4c0e9a7f4d21b8e35f90c2a7d416  5 GiB  Jun 2, 2025 11:30:00 AM\n"
            "  c90f2e7d1b6a4e88a4d3721f5e0b9c63  5.13 GiB  Sep 9, 2026 4:45:51 PM\n"
            "hint: say which by its UUID\n"
        )

    def test_a_hostile_name_is_shown_as_text(self, user: User) -> None:
        images = [{"uuid": ISO, "name": "rescue\x1b[31m\u202e"}, {"uuid": "../x", "name": "evil"}]
        with mock_node.serve(recording({"images": [{**image, "mediaType": "ISO"} for image in images]})) as url:
            user.writes_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
            assert r'did you mean "rescue\x1b[31m\u202e"?' in user.runs("candidates", "rescue[31m").err
            assert user.runs("candidates", "evil").code == 5


class TestIsos:
    def test_the_table(self, user: User) -> None:
        assert user.runs("isos", "--mock").out.splitlines() == [
            "NAME          UUID                                  SIZE  STATE",
            "─────────────────────────────────────────────────────────────────",
            "rescue-disk   3e5e142462c54736b1880b43d49edeba  0.68 GiB  Enabled",
            "ubuntu-24.04  8f36a77ab76e3425a571a7f75fca2d69   2.6 GiB  Enabled",
            "windows-2022  6b1d4c0e9a7f4d21b8e35f90c2a7d416     5 GiB  Enabled",
            "windows-2022  c90f2e7d1b6a4e88a4d3721f5e0b9c63  5.13 GiB  Enabled",
            "救援盘        e47a91c35d2f4b06923c8e1fa6d05b78  0.59 GiB  Enabled",
        ]

    def test_all_pages(self, user: User) -> None:
        images = [{"uuid": f"{number:032x}", "name": f"iso-{number}", "mediaType": "ISO"} for number in range(2001)]
        images.append({"uuid": "f" * 32, "name": "no-iso", "mediaType": "RootVolumeTemplate"})
        with mock_node.serve(recording({"images": images})) as url:
            user.writes_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
            names = user.runs("isos", "-o", "name").out.splitlines()
        assert names == [f"iso-{number}" for number in range(2001)]

    def test_the_same_formats(self, user: User) -> None:
        assert user.runs("isos", "--mock", "-o", "csv", "-c", "name,size", "--sort", "size:desc").out == (
            "name,size\nwindows-2022,5511221248\nwindows-2022,5373622272\nubuntu-24.04,2787342336\n"
            "rescue-disk,734003200\n救援盘,629145600\n"
        )
        assert len(json.loads(user.runs("isos", "--mock", "--json").out)["inventories"]) == 5
        assert user.runs("isos", "--mock", "-c", "cdrom").code == 2

    def test_none(self, user: User) -> None:
        with mock_node.serve(recording({"images": []})) as url:
            user.writes_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
            result = user.runs("isos")
        assert (result.code, result.out) == (0, "")
        assert result.err == "There is no ISO image that these credentials may see.\n"


def test_a_check_that_fails_tells_of_tags_too(user: User) -> None:
    result = user.runs("candidates", "--mock", "--check", "nobody", "--user-tag", "prod")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("The node may have ignored the tags; --verify-tags makes sure.\nzsiso: nobody: ")
