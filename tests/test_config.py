"""Which profile is used, and what a wrong configuration says."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.command import ISO, SESSION, User
from tests.node import running_node
from zsiso.config.connection import base_url

if TYPE_CHECKING:
    from pathlib import Path

    from tests.node import Node

HINT = "hint: once it is put right, `zsiso profiles` shows what zsiso reads\n"
EMPTY = '{"inventories": []}'


class TestChoice:
    """Each source of a profile names a node of its own; the one that is asked tells."""

    @pytest.fixture
    def clouds(self, user: User, node: Node) -> User:
        node.answers(EMPTY)
        profiles = "".join(
            f'[profiles.{name}]\nurl = "{node.url}/{name}"\nsession = "session-{name}"\n' for name in "abc"
        )
        user.writes_config(f'default_profile = "a"\n{profiles}')
        return user

    @pytest.mark.parametrize(
        ("arguments", "env", "asked"),
        [
            ([], {}, "a"),
            (["-p", "b"], {}, "b"),
            ([], {"ZSISO_PROFILE": "c"}, "c"),
            (["--profile", "b"], {"ZSISO_PROFILE": "c"}, "b"),
            ([], {"ZSISO_URL": "NODE/env", "ZSISO_SESSION": "session-env"}, "env"),
            ([], {"ZSISO_URL": "NODE/env", "ZSISO_SESSION": "session-env", "ZSISO_PROFILE": "c"}, "c"),
            (["-p", "b"], {"ZSISO_URL": "NODE/env", "ZSISO_SESSION": "session-env"}, "b"),
            (["--config", ".config/zsiso/config.toml"], {"ZSISO_URL": "NODE/env", "ZSISO_SESSION": "session-env"}, "a"),
            ([], {"ZSISO_URL": "", "ZSISO_SESSION": "session-env", "ZSISO_PROFILE": "", "ZSISO_CONFIG": ""}, "a"),
            # A session alone is never mixed with the file's URL.
            ([], {"ZSISO_SESSION": "session-env"}, "a"),
        ],
    )
    def test_order(self, clouds: User, node: Node, arguments: list[str], env: dict[str, str], asked: str) -> None:
        env = {name: value.replace("NODE", node.url) for name, value in env.items()}
        result = clouds.runs("candidates", ISO, *arguments, env=env)
        assert result.code == 0, result.err
        assert node.seen[0].path == f"/{asked}/v1/images/iso/{ISO}/vm-candidates"
        assert node.seen[0].headers["authorization"] == f"OAuth session-{asked}"

    def test_the_only_profile_needs_no_default(self, user: User, node: Node) -> None:
        node.answers(EMPTY)
        user.has_profile(node)
        assert user.runs("candidates", ISO).code == 0

    def test_several_and_no_default(self, user: User) -> None:
        path = user.writes_config('[profiles.a]\nurl = "http://a"\n[profiles.b]\nurl = "http://b"\n')
        result = user.runs("candidates", ISO)
        assert (result.code, result.out) == (3, "")
        assert result.err == (
            f"zsiso: {path} has several profiles and no default\n"
            "  profiles there: a, b\n"
            "hint: choose one with --profile NAME, or set default_profile in the file\n"
        )

    def test_a_configuration_of_another_name(self, user: User, node: Node) -> None:
        node.answers(EMPTY)
        user.has_profile(node).rename(user.home / "other.toml")
        assert user.runs("candidates", ISO, "--config", "other.toml").code == 0
        assert user.runs("candidates", ISO, env={"ZSISO_CONFIG": "~/other.toml"}).code == 0
        assert user.runs("candidates", ISO, "--config", "other.toml", env={"ZSISO_CONFIG": "nowhere"}).code == 0

    def test_xdg_config_home(self, user: User, node: Node) -> None:
        node.answers(EMPTY)
        path = user.has_profile(node)
        (user.home / "xdg").mkdir()
        path.parent.rename(user.home / "xdg" / "zsiso")
        assert user.runs("candidates", ISO, env={"XDG_CONFIG_HOME": str(user.home / "xdg")}).code == 0

    def test_no_configuration_at_all(self, user: User) -> None:
        result = user.runs("candidates", ISO)
        assert (result.code, result.out) == (3, "")
        assert result.err == (
            f"zsiso: there is no configuration at {user.config}\n"
            "hint: `zsiso init` writes one to start from; `zsiso candidates --mock` needs none\n"
        )

    def test_a_url_in_the_environment_without_credentials(self, user: User, node: Node) -> None:
        node.answers(EMPTY)
        user.has_profile(node)
        result = user.runs("candidates", ISO, env={"ZSISO_URL": node.url})
        assert (result.code, result.out, node.seen) == (3, "", [])
        assert result.err.startswith("zsiso: ZSISO_URL is set, and no credentials beside it\nhint: ")


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("default_profile = ", "PATH is not TOML: Invalid value (at end of document)\n"),
        (
            'a = 1\n[profiles.a]\nurl "x"',
            "PATH is not TOML: Expected '=' after a key in a key/value pair (at line 3, column 5)\n",
        ),
        (
            'default_profiel = "a"',
            'PATH: default_profiel is not a key zsiso knows\nhint: did you mean "default_profile"?\n',
        ),
        ("default_profile = 3", "PATH: default_profile must be a string, not a number\n"),
        ('default_profile = "prdo"\n[profiles.prod]', 'PATH: default_profile names no profile: "prdo"\n'),
        ('default_profile = "prdo"\n[profiles.prod]', 'hint: did you mean "prod"?\n'),
        ("profiles = 1", "PATH: profiles must be a table, not a number\n"),
        ("profiles.a = 1", "PATH: profiles.a must be a table, not a number\n"),
        ("", "PATH has no profile\n"),
        ("[profiles.a]", "PATH: profiles.a.url is missing\nhint: add the management node's address, as url = \"http"),
        (
            '[profiles.a]\nsesion = "x"',
            'PATH: profiles.a.sesion is not a key zsiso knows\nhint: did you mean "session"?\n',
        ),
        ('[profiles.a]\nbananas = "x"', "bananas is not a key zsiso knows\nhint: keys here: url, retries, "),
        ("[profiles.a]\nurl = 5", "PATH: profiles.a.url must be a string, not a number\n"),
        (
            '[profiles.a]\nurl = "http://a"\nsession = true',
            "PATH: profiles.a.session is neither a string nor one source of a secret\nhint: write ",
        ),
        ('[profiles.a]\nurl = "http://a"\nsession = ""', "PATH: profiles.a.session is empty or not set\n"),
        (
            '[profiles.a]\nurl = "http://a"\nsession = "a\\nb"',
            "PATH: profiles.a.session has a character that a header can't carry",
        ),
        (
            '[profiles.a]\nurl = "http://a"\nsession = "é"',
            "PATH: profiles.a.session has a character that a header can't carry\n",
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
            "PATH: profiles.a.url must start with http:// or https://\nhint: a url looks like",
        ),
        ("x = " + "[" * 5000, "nest"),
    ],
)
def test_a_wrong_configuration(user: User, toml: str, said: str) -> None:
    path = user.writes_config(toml)
    result = user.runs("candidates", ISO)
    assert (result.code, result.out) == (3, "")
    assert said in result.err.replace(str(path), "PATH")
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    "url", ["http://u:hunter2@h", "http://h?hunter2", "http://h#hunter2", "hunter2://h", "http://:2"]
)
@pytest.mark.parametrize("form", ['"URL"', '["http://h", "URL"]'])
def test_a_url_that_is_refused_is_not_repeated(user: User, url: str, form: str) -> None:
    user.writes_config(f'[profiles.a]\nurl = {form.replace("URL", url)}\nsession = "x"\n')
    result = user.runs("candidates", ISO)
    assert (result.code, result.out) == (3, "")
    assert result.err.startswith(f"zsiso: {user.config}: profiles.a.url must ")
    assert "hunter2" not in result.err


def test_a_misspelt_profile(user: User) -> None:
    path = user.writes_config('[profiles.prod]\nurl = "http://a"\n[profiles.staging]\nurl = "http://b"\n')
    result = user.runs("candidates", ISO, "-p", "stagign")
    assert result.code == 3
    assert result.err == (
        f'zsiso: there is no profile "stagign" in {path}\n'
        "  profiles there: prod, staging\n"
        'hint: did you mean "staging"?\n'
    )


def test_a_configuration_that_is_no_text(user: User) -> None:
    path = user.writes_config("")
    path.write_bytes(b'a = "\xff"')
    result = user.runs("candidates", ISO)
    assert (result.code, result.err) == (3, f"zsiso: {path} is not UTF-8 text (byte 5)\n{HINT}")


def test_a_configuration_that_can_t_be_read(user: User) -> None:
    result = user.runs("candidates", ISO, "--config", ".")
    assert (result.code, result.err) == (3, f"zsiso: cannot read .: Is a directory\n{HINT}")
    result = user.runs("candidates", ISO, "--config", "nowhere.toml")
    assert (result.code, result.out) == (3, "")
    assert result.err.startswith("zsiso: there is no configuration at nowhere.toml\n")


def test_a_wrong_profile_does_not_stand_in_another_s_way(user: User, node: Node) -> None:
    node.answers(EMPTY)
    user.has_profile(node, "\n[profiles.broken]\nurll = 1\n")
    assert user.runs("candidates", ISO, "-p", "test").code == 0


def test_a_secret_is_not_sent_to_a_node_it_was_not_written_for(user: User, node: Node) -> None:
    with running_node() as elsewhere:
        elsewhere.answers(EMPTY)
        node.answers(EMPTY)
        user.has_profile(node)
        user.runs("candidates", ISO, env={"ZSISO_URL": elsewhere.url, "ZSISO_SESSION": "session-env"})
        assert [seen.headers["authorization"] for seen in elsewhere.seen] == ["OAuth session-env"]
        assert node.seen == []


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("http://h", "http://h/zstack"),
        ("http://h/", "http://h/zstack"),
        ("HTTPS://h:8443//", "https://h:8443/zstack"),
        ("https://h/cloud", "https://h/cloud"),
        ("https://h/cloud/zstack/", "https://h/cloud/zstack"),
        ("http://[::1]:8080", "http://[::1]:8080/zstack"),
        ("http://节点.example", "http://节点.example/zstack"),
    ],
)
def test_a_url(written: str, used: str) -> None:
    assert base_url(written) == used


@pytest.mark.parametrize(
    "written",
    [
        *("", "h:8080", "//h", "ftp://h", "http://", "http://:80", "http://h:0", "http://h:99999", "http://h:x"),
        *("http://[::1", "http://user:hunter2@h", "http://hunter2@h", "http://h?hunter2", "http://h#hunter2"),
        *("http://h?", "http://h#", "http://h/a b", "http://h\n", " http://h", "http://h\\x", "http://h\x7f"),
    ],
)
def test_a_url_that_can_t_be(written: str) -> None:
    with pytest.raises(ValueError, match="must") as caught:
        base_url(written)
    assert "hunter2" not in str(caught.value)


class TestProfiles:
    def test_lists_what_there_is(self, user: User) -> None:
        user.writes_config(
            'default_profile = "b"\n'
            f'[profiles.a]\nurl = "http://a.example:8080"\nsession = "{SESSION}"\n'
            '[profiles.b]\nurl = "https://b.example/cloud"\n'
        )
        assert user.runs("profiles").out.splitlines() == [
            "NAME  DEFAULT  URL                           CREDENTIALS",
            "────────────────────────────────────────────────────────",
            "a              http://a.example:8080/zstack  session",
            "b     yes      https://b.example/cloud       -",
        ]

    def test_as_json(self, user: User) -> None:
        user.writes_config(f'[profiles."ä b"]\nurl = "http://a.example:8080"\nsession = "{SESSION}"\n')
        result = user.runs("profiles", "--json")
        assert (result.code, result.err) == (0, "")
        assert result.out == (
            '[\n  {\n    "name": "ä b",\n    "default": true,\n    "urls": [\n      "http://a.example:8080/zstack"\n    ],\n'
            '    "credentials": "session"\n  }\n]\n'
        )

    def test_of_an_empty_file(self, user: User) -> None:
        path = user.writes_config("")
        result = user.runs("profiles")
        assert (result.code, result.out) == (0, "")
        assert result.err == f"{path} has no profile; add a [profiles.NAME] table with a url and credentials.\n"
        assert user.runs("profiles", "--json").out == "[]\n"

    def test_without_a_file(self, user: User) -> None:
        result = user.runs("profiles")
        assert (result.code, result.out) == (3, "")
        assert "`zsiso init`" in result.err

    def test_with_a_default_that_is_not_there(self, user: User) -> None:
        user.writes_config('default_profile = "prdo"\n[profiles.prod]\nurl = "http://a"\n')
        result = user.runs("profiles")
        assert (result.code, result.out) == (3, "")
        assert 'default_profile names no profile: "prdo"\nhint: did you mean "prod"?\n' in result.err

    def test_with_a_wrong_one(self, user: User) -> None:
        user.writes_config('[profiles.a]\nurl = "http://u:hunter2@h"')
        result = user.runs("profiles")
        assert (result.code, result.out) == (3, "")
        assert "hunter2" not in result.err


class TestInit:
    def test_writes_a_file_that_loads(self, user: User) -> None:
        result = user.runs("init")
        assert (result.code, result.out) == (0, f"{user.config}\n")
        assert user.config.stat().st_mode & 0o777 == 0o600
        assert user.config.parent.stat().st_mode & 0o777 == 0o700
        assert user.runs("profiles").code == 0

    @pytest.mark.parametrize("where", ["option", "variable"])
    def test_writes_where_it_is_told(self, user: User, where: str) -> None:
        os.umask(0o022)
        path = user.home / "deep" / "down" / "z.toml"
        if where == "option":
            result = user.runs("init", "--config", str(path))
        else:
            result = user.runs("init", env={"ZSISO_CONFIG": str(path)})
        assert (result.code, result.out) == (0, f"{path}\n")
        assert path.stat().st_mode & 0o777 == 0o600

    def test_leaves_a_file_alone(self, user: User) -> None:
        path = user.writes_config("mine")
        result = user.runs("init")
        assert (result.code, result.out) == (3, "")
        assert result.err == (
            f"zsiso: {path} is there already, and was left alone\nhint: edit it, or name another with --config FILE\n"
        )
        assert path.read_text() == "mine"

    def test_leaves_a_link_to_nowhere_alone(self, user: User, tmp_path: Path) -> None:
        user.config.parent.mkdir(parents=True)
        user.config.symlink_to(tmp_path / "target")
        assert user.runs("init").code == 3
        assert not (tmp_path / "target").exists()

    def test_where_nothing_can_be_written(self, user: User) -> None:
        (user.home / ".config").write_text("a file")
        result = user.runs("init")
        assert (result.code, result.out) == (3, "")
        assert result.err == f"zsiso: cannot write {user.config}: Not a directory\n{HINT}"
