"""``zsiso candidates --mock``."""

from __future__ import annotations

import pytest

from tests.helpers.runner import ISO, SESSION, User
from zsiso import mock_node

OTHER_ISO = "0123456789abcdef0123456789abcdef"


class TestMockOption:
    def test_mock_option_needs_no_configuration_and_no_iso(self, user: User) -> None:
        assert user.run_for_bytes("candidates", "--mock", "--json") == mock_node.example_inventory() + b"\n"
        assert user.run("candidates", "--mock", ISO) == user.run("candidates", "--mock")

    def test_mock_option_lists_the_example_inventory(self, user: User) -> None:
        assert user.run("candidates", "--mock").out.splitlines() == [
            "NAME           UUID                              STATE    CDROM    CPUS   MEMORY  IP ADDRESSES                          PLATFORM",
            "────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────",
            "rescue         4f5c9a6db1de427cfaa5b6d7e8f90a1b  Stopped  none        1  0.5 GiB  -                                     Other",
            "Test-VM        f95bdc72e9963a05b8f19b8817f09d9d  Stopped  ?           1    8 GiB  192.168.1.10                          Linux",
            "web-2          0b1e5c2f7d9a4e38b6c1d2f3a4b5c6d7  Running  free        4   16 GiB  10.0.8.12                             Linux",
            "web-10         1c2f6d3a8eab4f49c7d2e3a4b5c6d7e8  Running  full        8   32 GiB  10.0.8.20, 192.168.20.20, fd00::8:20  Linux",
            "win-build      3e4b8f5ca0cd416be9f4a5c6d7e8f90a  Stopped  already     2  1.5 GiB  10.0.8.77                             Windows",
            "数据库-主节点  2d3a7e4b9fbc405ad8e3f4b5c6d7e8f9  Running  free       16   64 GiB  10.0.9.5, 10.1.9.5                    Linux",
            "-              5a6dab7ec2ef438dabb6c7e8f90a1b2c  Stopped  ?           -        -  -                                     -",
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

    @pytest.mark.parametrize(
        "text",
        [
            "oops",
            "[profiles.a]",
            '[profiles.a]\nurl = "http://a"\noutput = "cvs"',
            'default_profile = "b"\n[profiles.a]\nurl = "http://a"',
        ],
    )
    def test_invalid_configuration_stops_mock_option_only_with_profile_option(self, user: User, text: str) -> None:
        user.write_config(text)
        assert user.run("candidates", "--mock") == user.run("candidates", "--mock", env={"HOME": "/nowhere"})
        assert user.run("candidates", "--mock", "-p", "a").code == 3

    @pytest.mark.parametrize(
        ("arguments", "env"),
        [
            (["--config", "nowhere"], {}),
            ([], {"ZSISO_CONFIG": "/dev/null/nowhere"}),
            ([], {"ZSISO_PROFILE": "nowhere"}),
            ([], {"ZSISO_URL": "http://a"}),
            ([], {"ZSTACK_HOST": "a b"}),
        ],
    )
    def test_missing_configuration_does_not_stop_mock_option(
        self, user: User, arguments: list[str], env: dict[str, str]
    ) -> None:
        result = user.run("candidates", "--mock", *arguments, env=env)
        assert result == user.run("candidates", "--mock", env={"HOME": "/nowhere"})
        assert result.code == 0

    @pytest.mark.parametrize("command", ["candidates", "isos", "doctor", "login"])
    @pytest.mark.parametrize("option", [[], ["-p", "a"]])
    @pytest.mark.parametrize(
        "credentials",
        [
            'session = { command = "touch ran" }',
            'account = "admin"\npassword = { command = "touch ran" }',
            'access_key_id = "id"\naccess_key_secret = { command = "touch ran" }',
            'account = "admin"\npassword = { file = "nowhere" }',
            'session = { env = "NOT_SET" }',
        ],
    )
    def test_mock_option_reads_no_secret_of_the_profile(
        self, user: User, command: str, option: list[str], credentials: str
    ) -> None:
        user.write_config(f'[profiles.a]\nurl = "http://a"\n{credentials}\n')
        assert user.run(command, "--mock", *option).code == 0
        assert not (user.home / "ran").exists()
