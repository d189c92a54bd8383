"""The keys of each kind of credentials, and invalid values."""

from __future__ import annotations

import json

import pytest

from tests.helpers.runner import ISO, User
from zsiso.config.secrets import Secret
from zsiso.mock_node import MockAuthConfig


@pytest.mark.parametrize("name", ["Asia/Shangai", "", "../x", "/etc/passwd", "Asia", "UTC+8", "a\\u0000b"])
def test_unknown_timezone_exits_3(user: User, name: str) -> None:
    user.write_config(
        f'[profiles.a]\nurl = "http://a"\naccess_key_id = "key-id"\naccess_key_secret = "s"\ntimezone = "{name}"\n'
    )
    result = user.run("candidates", ISO)
    assert (result.code, result.out) == (3, "")
    assert "profiles.a.timezone is an unknown time zone: " in result.err
    assert ('did you mean "Asia/Shanghai"' in result.err) == (name == "Asia/Shangai")


class TestCredentialKind:
    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            (
                'session = "x"\naccount = "y"',
                "profiles.a.session and profiles.a.account are two kinds of credentials\n",
            ),
            (
                'password = "x"\nsession = "y"',
                "profiles.a.session and profiles.a.password are two kinds of credentials\n",
            ),
            ('account = "x"\naccess_key_id = "y"', "profiles.a.account and profiles.a.access_key_id are two kinds of"),
            ('session = "x"\ntimezone = "UTC"', "profiles.a.session and profiles.a.timezone are two kinds of"),
            ('password = "x"', "profiles.a.password requires account, which is missing\n"),
            ('access_key_secret = "x"', "profiles.a.access_key_secret requires access_key_id, which is missing\n"),
            ('access_key_id = "x"', "profiles.a.access_key_id requires access_key_secret, which is missing\n"),
            ('account = ""', "profiles.a.account is empty\n"),
            (
                'access_key_id = "a:b"\naccess_key_secret = "x"',
                "profiles.a.access_key_id is empty, or has a character that",
            ),
            (
                'access_key_id = "é"\naccess_key_secret = "x"',
                "profiles.a.access_key_id is empty, or has a character that",
            ),
        ],
    )
    def test_conflicting_or_incomplete_credentials_exit_3(self, user: User, settings: str, message: str) -> None:
        user.write_config(f'[profiles.a]\nurl = "http://a"\n{settings}\n')
        result = user.run("candidates", ISO)
        assert (result.code, result.out) == (3, "")
        assert message in result.err

    def test_profiles_command_shows_kind_of_credentials(self, user: User) -> None:
        user.write_config(
            '[profiles.a]\nurl = "http://a"\naccount = "x"\n'
            '[profiles.b]\nurl = "http://b"\naccess_key_id = "x"\naccess_key_secret = { env = "NOT_SET" }\n'
            '[profiles.c]\nurl = "http://c"\nsession = "y"\n[profiles.d]\nurl = "http://d"\n'
        )
        rows = json.loads(user.run("profiles", "--json").out)
        assert [row["credentials"] for row in rows] == ["account", "access key", "session", None]


def test_secret_is_hidden_in_str_and_repr() -> None:
    secret = Secret("hunter22")
    assert "hunter22" not in f"{secret} {secret!r} {[secret]} {MockAuthConfig(password=secret)}"
