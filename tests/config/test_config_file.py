"""Invalid and unreadable configuration files: the message of each."""

from __future__ import annotations

from typing import ClassVar

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
        ('[profiles.a]\nbananas = "x"', "bananas is an unknown key\nhint: known keys: url, "),
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


DIGITS = "9" * 4301


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        (f"a = {DIGITS}", "PATH has a number with too many digits\n"),
        (f"a = -{DIGITS}", "PATH has a number with too many digits\n"),
        (f'[profiles.a]\nurl = "http://a"\ntimeout = {DIGITS}', "PATH has a number with too many digits\n"),
        (
            f'[profiles.a]\nurl = "http://a"\ntimeout = 1{"0" * 400}',
            "PATH: profiles.a.timeout must be a smaller number of seconds\n",
        ),
        (
            f'[profiles.a]\nurl = "http://a"\ntimeout = 0x{"f" * 5000}',
            "PATH: profiles.a.timeout must be a smaller number of seconds\n",
        ),
        (
            f'[profiles.a]\nurl = "http://a"\nmax_body = 0x{"f" * 5000}',
            "PATH: profiles.a.max_body must be at most 9223372036854775807\n",
        ),
        (
            f'[profiles.a]\nurl = "http://a"\nretries = 1{"0" * 400}',
            "PATH: profiles.a.retries must be at most 9223372036854775807\n",
        ),
        *(
            (
                f'[profiles.a]\nurl = "https://a"\nsession = "s"\ncert_file = "x"\n{key} = "a\\u0000b"'.replace(
                    'cert_file = "x"\ncert_file', "cert_file"
                ),
                f"PATH: profiles.a.{key} contains a NUL character, which no path can\n",
            )
            for key in ("ca_file", "cert_file", "key_file")
        ),
        (
            '[profiles.a]\nurl = "http://a"\nsession = { file = "a\\u0000b" }',
            "PATH: profiles.a.session has a NUL character in the value for file\n",
        ),
        (
            '[profiles.a]\nurl = "http://a"\nsession = { command = "a\\u0000b" }',
            "PATH: profiles.a.session has a NUL character in the value for command\n",
        ),
        (
            '[profiles.a]\nurl = "http://a"\nsession = { env = "a\\u0000b" }',
            "PATH: profiles.a.session has a NUL character in the value for env\n",
        ),
    ],
)
@pytest.mark.parametrize("command", [("candidates", ISO), ("doctor",)])
def test_value_that_python_cannot_hold_exits_3(user: User, toml: str, message: str, command: tuple[str, ...]) -> None:
    path = user.write_config(toml)
    result = user.run(*command)
    assert result.code == 3
    assert message in (result.err + result.out).replace(str(path), "PATH")


def test_byte_order_mark_of_configuration_is_ignored(user: User) -> None:
    user.write_config('\ufeff[profiles.a]\nurl = "http://a"\n')
    assert user.run("profiles").out.splitlines()[-1].startswith("a ")


class TestUnreadablePlace:
    """Terraform's variables are asked only where there is no configuration."""

    VARIABLES: ClassVar = {
        "ZSTACK_HOST": "127.0.0.1",
        "ZSTACK_ACCOUNT_NAME": "admin",
        "ZSTACK_ACCOUNT_PASSWORD": "some-password",
    }

    @pytest.mark.parametrize("command", [("candidates", ISO), ("profiles",), ("candidates", ISO, "-p", "a")])
    @pytest.mark.parametrize("environ", [{}, VARIABLES])
    def test_folder_of_configuration_in_link_loop_exits_3(
        self, user: User, command: tuple[str, ...], environ: dict[str, str]
    ) -> None:
        (user.home / ".config").symlink_to(".config")
        result = user.run(*command, env=environ)
        assert (result.code, result.out) == (3, "")
        assert result.err == f"zsiso: cannot read {user.config}: Too many levels of symbolic links\n{HINT}"

    def test_file_in_place_of_the_configuration_s_folder_exits_3(self, user: User) -> None:
        (user.home / ".config").write_text("")
        result = user.run("candidates", ISO, env=self.VARIABLES)
        assert (result.code, result.out) == (3, "")
        assert result.err == f"zsiso: cannot read {user.config}: Not a directory\n{HINT}"

    def test_link_loop_in_place_of_configuration_exits_3(self, user: User) -> None:
        user.config.parent.mkdir(parents=True)
        user.config.symlink_to(user.config.name)
        result = user.run("candidates", ISO, env=self.VARIABLES)
        assert (result.code, result.out) == (3, "")
        assert result.err == f"zsiso: cannot read {user.config}: Too many levels of symbolic links\n{HINT}"

    def test_unreadable_place_named_by_option_or_variable_gives_its_reason(self, user: User) -> None:
        (user.home / "a").write_text("")
        message = f"zsiso: cannot read {user.home}/a/b: Not a directory\n{HINT}"
        assert user.run("profiles", "--config", f"{user.home}/a/b").err == message
        assert user.run("profiles", env={"ZSISO_CONFIG": f"{user.home}/a/b"}).err == message

    def test_missing_configuration_lets_other_variables_decide(self, user: User) -> None:
        result = user.run("doctor", "--timeout", "2", env={**self.VARIABLES, "ZSTACK_PORT": "1"})
        assert "the environment (ZSTACK_HOST)\n" in result.out


@pytest.mark.parametrize("arguments", [["candidates", ISO, "-p", "a"], ["profiles"]], ids=" ".join)
def test_secret_of_another_profile_in_world_readable_file_exits_3(user: User, arguments: list[str]) -> None:
    config = user.write_config(
        '[profiles.a]\nurl = "http://127.0.0.1:1"\nsession = { env = "S" }\n'
        '[profiles.b]\nurl = "http://127.0.0.1:1"\naccount = "admin"\npassword = "hunter22"\n',
        mode=0o644,
    )
    result = user.run(*arguments, env={"S": "some-session"})
    assert (result.code, result.out) == (3, "")
    assert f"profiles.b.password: other users can read the secret in {config} (mode 0644)\n" in result.err
