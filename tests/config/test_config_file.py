"""Invalid and unreadable configuration files: the message of each."""

from __future__ import annotations

import pytest

from tests.helpers.runner import ISO, User

HINT = "hint: correct the configuration, then run `zsiso profiles` to see what zsiso reads\n"


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("default_profile = ", "PATH is not valid TOML: Invalid value (at end of document)\n"),
        (
            'a = 1\n[profiles.a]\nurl "x"',
            "PATH is not valid TOML: Expected '=' after a key in a key/value pair (at line 3, column 5)\n",
        ),
        (
            'default_profiel = "a"',
            'PATH: default_profiel is an unknown key\nhint: did you mean "default_profile"?\n',
        ),
        ("default_profile = 3", "PATH: default_profile must be a string, not a number\n"),
        ('default_profile = "prdo"\n[profiles.prod]', 'PATH: default_profile names an unknown profile: "prdo"\n'),
        ('default_profile = "prdo"\n[profiles.prod]', 'hint: did you mean "prod"?\n'),
        ("profiles = 1", "PATH: profiles must be a table, not a number\n"),
        ("profiles.a = 1", "PATH: profiles.a must be a table, not a number\n"),
        ("", "PATH has no profile\n"),
        ("[profiles.a]", 'PATH: profiles.a.url is missing\nhint: add the address of the management node: url = "http'),
        (
            '[profiles.a]\nsesion = "x"',
            'PATH: profiles.a.sesion is an unknown key\nhint: did you mean "session"?\n',
        ),
        ('[profiles.a]\nbananas = "x"', "bananas is an unknown key\nhint: known keys: url, retries, "),
        ("[profiles.a]\nurl = 5", "PATH: profiles.a.url must be a string, not a number\n"),
        (
            '[profiles.a]\nurl = "http://a"\nsession = true',
            "PATH: profiles.a.session must be a string, or one source of a secret\nhint: write ",
        ),
        ('[profiles.a]\nurl = "http://a"\nsession = ""', "PATH: profiles.a.session is empty or not set\n"),
        (
            '[profiles.a]\nurl = "http://a"\nsession = "a\\nb"',
            "PATH: profiles.a.session has a character that is not allowed in a header",
        ),
        (
            '[profiles.a]\nurl = "http://a"\nsession = "é"',
            "PATH: profiles.a.session has a character that is not allowed in a header\n",
        ),
        ('[profiles.a]\nurl = "http://a"', 'profile "a" has no credentials\nhint: '),
        (
            '[profiles.a]\nurl = "http://a"\ntimeout = 0',
            "PATH: profiles.a.timeout must be a number of seconds greater than 0\n",
        ),
        (
            '[profiles.a]\nurl = "http://a"\ntimeout = "9"',
            "PATH: profiles.a.timeout must be a number of seconds greater than 0\n",
        ),
        (
            '[profiles.a]\nurl = "http://a"\ntimeout = true',
            "PATH: profiles.a.timeout must be a number of seconds greater than 0\n",
        ),
        (
            '[profiles.a]\nurl = "http://a"\ntimeout = inf',
            "PATH: profiles.a.timeout must be a number of seconds greater than 0\n",
        ),
        (
            '[profiles.a]\nurl = "http://a"\nsystem_tags = "t"',
            "PATH: profiles.a.system_tags must be a list of strings\n",
        ),
        (
            '[profiles.a]\nurl = "http://a"\nuser_tags = [1]',
            "PATH: profiles.a.user_tags must be a list of strings\n",
        ),
        (
            '[profiles.a]\nurl = "ftp://a"',
            "PATH: profiles.a.url must start with http:// or https://\nhint: write it like",
        ),
        ("x = " + "[" * 5000, "nest"),
    ],
)
def test_invalid_config_file_exits_3(user: User, toml: str, message: str) -> None:
    path = user.write_config(toml)
    result = user.run("candidates", ISO)
    assert (result.code, result.out) == (3, "")
    assert message in result.err.replace(str(path), "PATH")
    assert "Traceback" not in result.err


def test_config_file_that_is_not_utf_8_exits_3(user: User) -> None:
    path = user.write_config("")
    path.write_bytes(b'a = "\xff"')
    result = user.run("candidates", ISO)
    assert (result.code, result.err) == (3, f"zsiso: {path} is not UTF-8 text (byte 5)\n{HINT}")


def test_unreadable_config_file_exits_3(user: User) -> None:
    result = user.run("candidates", ISO, "--config", ".")
    assert (result.code, result.err) == (3, f"zsiso: cannot read .: Is a directory\n{HINT}")
    result = user.run("candidates", ISO, "--config", "nowhere.toml")
    assert (result.code, result.out) == (3, "")
    assert result.err.startswith("zsiso: no configuration found at nowhere.toml\n")
