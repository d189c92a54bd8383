"""Which keys make up credentials, and which values they refuse."""

from __future__ import annotations

import json

import pytest

from tests.helpers.runner import ISO, User
from zsiso.config.secrets import Secret
from zsiso.mock_node import MockAuthConfig


@pytest.mark.parametrize("name", ["Asia/Shangai", "", "../x", "/etc/passwd", "Asia", "UTC+8", "a\\u0000b"])
def test_a_zone_that_there_is_not(user: User, name: str) -> None:
    user.write_config(
        f'[profiles.a]\nurl = "http://a"\naccess_key_id = "key-id"\naccess_key_secret = "s"\ntimezone = "{name}"\n'
    )
    result = user.run("candidates", ISO)
    assert (result.code, result.out) == (3, "")
    assert "profiles.a.timezone is an unknown time zone: " in result.err
    assert ('did you mean "Asia/Shanghai"' in result.err) == (name == "Asia/Shangai")


class TestKinds:
    @pytest.mark.parametrize(
        ("keys", "said"),
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
    def test_two_at_once_or_half_of_one(self, user: User, keys: str, said: str) -> None:
        user.write_config(f'[profiles.a]\nurl = "http://a"\n{keys}\n')
        result = user.run("candidates", ISO)
        assert (result.code, result.out) == (3, "")
        assert said in result.err

    def test_their_names_in_the_list(self, user: User) -> None:
        user.write_config(
            '[profiles.a]\nurl = "http://a"\naccount = "x"\n'
            '[profiles.b]\nurl = "http://b"\naccess_key_id = "x"\naccess_key_secret = { env = "NOT_SET" }\n'
            '[profiles.c]\nurl = "http://c"\nsession = "y"\n[profiles.d]\nurl = "http://d"\n'
        )
        rows = json.loads(user.run("profiles", "--json").out)
        assert [row["credentials"] for row in rows] == ["account", "access key", "session", None]


def test_a_secret_does_not_show_itself() -> None:
    secret = Secret("hunter22")
    assert "hunter22" not in f"{secret} {secret!r} {[secret]} {MockAuthConfig(password=secret)}"
