"""ISO images found by their name."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Literal

import pytest

from tests.helpers.mock_cloud import cloud_with_records
from tests.helpers.runner import ISO, Result, User
from tests.helpers.scripted_node import ScriptedNode
from zsiso import mock_node

Form = Literal["NFC", "NFD"]
NFC: Form = "NFC"
NFD: Form = "NFD"


def serve_images(*images: Mapping[str, object]) -> AbstractContextManager[str]:
    """Run a cloud with these ISO images while the context lasts; gives its URL."""
    iso_images = [{name: value for name, value in image.items() if value is not None} for image in images]
    return mock_node.serve(cloud_with_records({"images": [{**image, "mediaType": "ISO"} for image in iso_images]}))


class TestIsoName:
    def test_iso_is_found_by_exact_name(self, user: User) -> None:
        assert user.run("candidates", "--mock", "rescue-disk") == user.run("candidates", "--mock", ISO)
        assert user.run("candidates", "--mock", "救援盘").code == 0

    @pytest.mark.parametrize(
        ("name", "hint"),
        [
            ("rescue-dsk", 'did you mean "rescue-disk"?'),
            ("RESCUE-DISK", 'did you mean "rescue-disk"?'),
            ("3e5e", "run `zsiso isos` to list the ISO images"),
        ],
    )
    def test_unknown_iso_name_exits_5(self, user: User, name: str, hint: str) -> None:
        result = user.run("candidates", "--mock", name)
        assert (result.code, result.out) == (5, "")
        assert result.err == f'zsiso: ISO image "{name}" not found on the management node\nhint: {hint}\n'

    def test_ambiguous_iso_name_exits_2(self, user: User) -> None:
        result = user.run("candidates", "--mock", "windows-2022")
        assert (result.code, result.out) == (2, "")
        assert result.err == (
            'zsiso: 2 ISO images have the name "windows-2022"\n'
            "  6b1d4c0e9a7f4d21b8e35f90c2a7d416  5.0 GiB  Jun 2, 2025 11:30:00 AM\n"
            "  c90f2e7d1b6a4e88a4d3721f5e0b9c63  5.1 GiB  Sep 9, 2026 4:45:51 PM\n"
            "hint: use the UUID of one of them\n"
        )

    @pytest.mark.parametrize(("form", "typed_form"), [(NFC, NFD), (NFD, NFC), (NFD, NFD)])
    def test_iso_and_profile_names_match_in_any_unicode_form(self, user: User, form: Form, typed_form: Form) -> None:
        name, typed = (unicodedata.normalize(to, "Café-é") for to in (form, typed_form))
        images = [{"uuid": ISO, "name": name, "mediaType": "ISO", "state": "Enabled", "status": "Ready"}]
        with mock_node.serve(cloud_with_records({"images": images})) as url:
            user.write_config(f'[profiles."{name}"]\nurl = "{url}"\nsession = "some-session"\n')
            assert user.run("candidates", typed, "-p", typed, "-o", "csv", "--no-header") == Result(0, "", "")

    @pytest.mark.parametrize(("form", "typed_form"), [(NFC, NFD), (NFD, NFC), (NFD, NFD)])
    def test_vm_name_of_check_matches_in_any_unicode_form(
        self, user: User, node: ScriptedNode, form: Form, typed_form: Form
    ) -> None:
        name, typed = (unicodedata.normalize(to, "Café-é") for to in (form, typed_form))
        node.respond(json.dumps({"inventories": [{"uuid": "a" * 32, "name": name, "vmCdRoms": [{}]}]}))
        user.write_profile(node)
        assert user.run("candidates", ISO, "--check", typed) == Result(0, "", "")

    def test_iso_name_of_exactly_the_typed_form_decides(self, user: User) -> None:
        names = [unicodedata.normalize(NFC, "é"), unicodedata.normalize(NFD, "é")]
        images = [
            {"uuid": f"{index:032x}", "name": name, "mediaType": "ISO", "state": "Enabled", "status": "Ready"}
            for index, name in enumerate(names, start=1)
        ]
        with mock_node.serve(cloud_with_records({"images": images})) as url:
            user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
            for name in names:
                assert user.run("candidates", name).code == 0

    def test_deleted_image_does_not_make_a_name_ambiguous(self, user: User) -> None:
        with serve_images(
            {"uuid": "d" * 32, "name": "rescue", "status": "Deleted"}, {"uuid": ISO, "name": "rescue"}
        ) as url:
            user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
            result = user.run("candidates", "rescue", "-o", "name", "-v")
        assert (result.code, result.out) == (0, "")
        assert f"/v1/images/iso/{ISO}/vm-candidates\n" in result.err

    @pytest.mark.parametrize("status", ["Creating", "Downloading", "Ready", "Error", "Migrating", None])
    def test_image_of_any_other_status_is_found_by_name(self, user: User, status: object) -> None:
        with serve_images({"uuid": ISO, "name": "rescue", "status": status}) as url:
            user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
            assert user.run("candidates", "rescue", "-o", "name").code == 0

    def test_namesakes_are_counted_without_deleted_images(self, user: User) -> None:
        images = [{"uuid": letter * 32, "name": "rescue", "status": "Ready"} for letter in "ab"]
        deleted = [{"uuid": letter * 32, "name": "rescue", "status": "Deleted"} for letter in "cd"]
        with serve_images(*images, *deleted) as url:
            user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
            result = user.run("candidates", "rescue")
        assert (result.code, result.out) == (2, "")
        assert result.err == (
            'zsiso: 2 ISO images have the name "rescue"\n'
            f"  {'a' * 32}  -  -\n"
            f"  {'b' * 32}  -  -\n"
            "hint: use the UUID of one of them\n"
        )

    def test_name_of_deleted_image_exits_5(self, user: User) -> None:
        images = [{"uuid": letter * 32, "name": "rescue", "status": "Deleted", "size": 2**30} for letter in "ba"]
        with serve_images(*images) as url:
            user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
            result = user.run("candidates", "rescue")
            # Its UUID is accepted, as the node accepts it (docs/zstack-api.md#listed-vm-instances).
            assert user.run("candidates", "a" * 32).code == 0
        assert (result.code, result.out) == (5, "")
        assert result.err == (
            'zsiso: ISO image "rescue" is Deleted\n'
            f"  {'a' * 32}  1.0 GiB  -\n"
            f"  {'b' * 32}  1.0 GiB  -\n"
            "hint: recover the image, or run `zsiso isos` to choose another one\n"
        )

    def test_deleted_image_is_not_suggested(self, user: User) -> None:
        with serve_images({"uuid": ISO, "name": "rescue", "status": "Deleted"}) as url:
            user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
            result = user.run("candidates", "rescu")
        assert (result.code, result.err.splitlines()[-1]) == (5, "hint: run `zsiso isos` to list the ISO images")

    def test_lookup_of_a_name_asks_for_few_fields_without_job_uuid(self, user: User, node: ScriptedNode) -> None:
        node.respond(json.dumps({"inventories": [{"uuid": ISO, "name": "rescue"}]}))
        node.respond('{"inventories": []}')
        user.write_profile(node)
        assert user.run("candidates", "rescue", "-o", "name").code == 0
        query, candidates = node.requests
        assert query.query[-1] == ("fields", "createDate,name,size,status,uuid")
        assert ["x-job-uuid" in request.headers for request in (query, candidates)] == [False, True]

    def test_hostile_iso_name_is_escaped(self, user: User) -> None:
        images = [{"uuid": ISO, "name": "rescue\x1b[31m\u202e"}, {"uuid": "../x", "name": "evil"}]
        with serve_images(*images) as url:
            user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
            assert r'did you mean "rescue\x1b[31m\u202e"?' in user.run("candidates", "rescue[31m").err
            assert user.run("candidates", "evil").code == 5
