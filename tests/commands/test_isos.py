"""``zsiso isos``."""

from __future__ import annotations

import json

from tests.helpers.mock_cloud import cloud_with_records
from tests.helpers.runner import User
from zsiso import mock_node


class TestIsos:
    def test_isos_table_lists_iso_images(self, user: User) -> None:
        assert user.run("isos", "--mock").out.splitlines() == [
            "NAME          UUID                                 SIZE  STATE",
            "────────────────────────────────────────────────────────────────",
            "rescue-disk   3e5e142462c54736b1880b43d49edeba  0.7 GiB  Enabled",
            "ubuntu-24.04  8f36a77ab76e3425a571a7f75fca2d69  2.6 GiB  Enabled",
            "windows-2022  6b1d4c0e9a7f4d21b8e35f90c2a7d416  5.0 GiB  Enabled",
            "windows-2022  c90f2e7d1b6a4e88a4d3721f5e0b9c63  5.1 GiB  Enabled",
            "救援盘        e47a91c35d2f4b06923c8e1fa6d05b78  0.6 GiB  Enabled",
        ]

    def test_isos_lists_images_of_all_pages(self, user: User) -> None:
        images = [{"uuid": f"{number:032x}", "name": f"iso-{number}", "mediaType": "ISO"} for number in range(2001)]
        images.append({"uuid": "f" * 32, "name": "no-iso", "mediaType": "RootVolumeTemplate"})
        with mock_node.serve(cloud_with_records({"images": images})) as url:
            user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
            names = user.run("isos", "-o", "name").out.splitlines()
        assert names == [f"iso-{number}" for number in range(2001)]

    def test_isos_supports_csv_json_columns_and_sorting(self, user: User) -> None:
        assert user.run("isos", "--mock", "-o", "csv", "-c", "name,size", "--sort", "size:desc").out == (
            "name,size\nwindows-2022,5511221248\nwindows-2022,5373622272\nubuntu-24.04,2787342336\n"
            "rescue-disk,734003200\n救援盘,629145600\n"
        )
        assert len(json.loads(user.run("isos", "--mock", "--json").out)["inventories"]) == 5
        assert user.run("isos", "--mock", "-c", "cdrom").code == 2

    def test_isos_without_images_prints_a_note(self, user: User) -> None:
        with mock_node.serve(cloud_with_records({"images": []})) as url:
            user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
            result = user.run("isos")
        assert (result.code, result.out) == (0, "")
        assert result.err == "No ISO images are visible with these credentials.\n"
