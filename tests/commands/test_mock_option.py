"""``zsiso candidates --mock``."""

from __future__ import annotations

from tests.helpers.runner import ISO, SESSION, User
from zsiso import mock_node

OTHER_ISO = "0123456789abcdef0123456789abcdef"


class TestMockOption:
    def test_mock_option_needs_no_configuration_and_no_iso(self, user: User) -> None:
        assert user.run_for_bytes("candidates", "--mock", "--json") == mock_node.example_inventory() + b"\n"
        assert user.run("candidates", "--mock", ISO) == user.run("candidates", "--mock")

    def test_mock_option_lists_the_example_inventory(self, user: User) -> None:
        assert user.run("candidates", "--mock").out.splitlines() == [
            "NAME           UUID                              STATE    CDROM    CPUS    MEMORY  IP ADDRESSES                          PLATFORM",
            "─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────",
            "rescue         4f5c9a6db1de427cfaa5b6d7e8f90a1b  Stopped  none        1   0.5 GiB  -                                     Other",
            "Test-VM        f95bdc72e9963a05b8f19b8817f09d9d  Stopped  ?           1   8.0 GiB  192.168.1.10                          Linux",
            "web-2          0b1e5c2f7d9a4e38b6c1d2f3a4b5c6d7  Running  free        4  16.0 GiB  10.0.8.12                             Linux",
            "web-10         1c2f6d3a8eab4f49c7d2e3a4b5c6d7e8  Running  full        8  32.0 GiB  10.0.8.20, 192.168.20.20, fd00::8:20  Linux",
            "win-build      3e4b8f5ca0cd416be9f4a5c6d7e8f90a  Stopped  already     2   1.5 GiB  10.0.8.77                             Windows",
            "数据库-主节点  2d3a7e4b9fbc405ad8e3f4b5c6d7e8f9  Running  free       16  64.0 GiB  10.0.9.5, 10.1.9.5                    Linux",
            "-              5a6dab7ec2ef438dabb6c7e8f90a1b2c  Stopped  ?           -         -  -                                     -",
        ]

    def test_unknown_iso_uuid_with_mock_option_exits_5(self, user: User) -> None:
        result = user.run("candidates", "--mock", OTHER_ISO)
        assert (result.code, result.out) == (5, "")
        assert result.err.startswith(
            "zsiso: ISO not found on the management node (SYS.1003)\n  SYS.1003: A resource can not be found: "
        )

    def test_mock_option_bypasses_proxies(self, user: User) -> None:
        proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY"), "http://127.0.0.1:1")
        assert user.run("candidates", "--mock", env=proxies).code == 0

    def test_mock_option_sends_nothing_to_url_of_profile(self, user: User) -> None:
        user.write_config(f'[profiles.a]\nurl = "http://127.0.0.1:1"\nsession = "{SESSION}"')
        assert user.run("candidates", "--mock").code == 0

    def test_mock_option_supplies_missing_credentials(self, user: User) -> None:
        user.write_config('[profiles.a]\nurl = "http://127.0.0.1:1"')
        assert user.run("candidates", "--mock").code == 0

    def test_mock_option_needs_no_choice_between_profiles(self, user: User) -> None:
        user.write_config('[profiles.a]\nurl = "http://a"\n[profiles.b]\nurl = "http://b"')
        assert user.run("candidates", "--mock").code == 0
        assert user.run("candidates", "--mock", "-p", "c").code == 3

    def test_mock_option_works_with_the_file_written_by_init(self, user: User) -> None:
        user.run("init")
        for command in (["candidates", "--mock"], ["doctor", "--mock"], ["login", "--mock"], ["isos", "--mock"]):
            assert user.run(*command).code == 0

    def test_mock_option_with_unknown_profile_exits_3(self, user: User) -> None:
        result = user.run("candidates", "--mock", "-p", "nope")
        assert (result.code, result.out) == (3, "")
        assert result.err.startswith(f'zsiso: profile "nope" not found: no configuration found at {user.config}\n')

    def test_mock_option_with_invalid_configuration_exits_3(self, user: User) -> None:
        user.write_config("oops")
        assert user.run("candidates", "--mock").code == 3
        assert user.run("candidates", "--mock", "--config", "nowhere").code == 3
