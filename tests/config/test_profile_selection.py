"""Which profile is used."""

from __future__ import annotations

import pytest

from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode, run_scripted_node

EMPTY = '{"inventories": []}'


class TestChoice:
    """Each source of a profile names a node of its own; the one that is asked tells."""

    @pytest.fixture
    def clouds(self, user: User, node: ScriptedNode) -> User:
        node.respond(EMPTY)
        profiles = "".join(
            f'[profiles.{name}]\nurl = "{node.url}/{name}"\nsession = "session-{name}"\n' for name in "abc"
        )
        user.write_config(f'default_profile = "a"\n{profiles}')
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
    def test_order(
        self, clouds: User, node: ScriptedNode, arguments: list[str], env: dict[str, str], asked: str
    ) -> None:
        env = {name: value.replace("NODE", node.url) for name, value in env.items()}
        result = clouds.run("candidates", ISO, *arguments, env=env)
        assert result.code == 0, result.err
        assert node.requests[0].path == f"/{asked}/v1/images/iso/{ISO}/vm-candidates"
        assert node.requests[0].headers["authorization"] == f"OAuth session-{asked}"

    def test_the_only_profile_needs_no_default(self, user: User, node: ScriptedNode) -> None:
        node.respond(EMPTY)
        user.write_profile(node)
        assert user.run("candidates", ISO).code == 0

    def test_several_and_no_default(self, user: User) -> None:
        path = user.write_config('[profiles.a]\nurl = "http://a"\n[profiles.b]\nurl = "http://b"\n')
        result = user.run("candidates", ISO)
        assert (result.code, result.out) == (3, "")
        assert result.err == (
            f"zsiso: {path} has several profiles, and no default\n"
            "  profiles in the file: a, b\n"
            "hint: select one with --profile NAME, or set default_profile in the file\n"
        )

    def test_a_configuration_of_another_name(self, user: User, node: ScriptedNode) -> None:
        node.respond(EMPTY)
        user.write_profile(node).rename(user.home / "other.toml")
        assert user.run("candidates", ISO, "--config", "other.toml").code == 0
        assert user.run("candidates", ISO, env={"ZSISO_CONFIG": "~/other.toml"}).code == 0
        assert user.run("candidates", ISO, "--config", "other.toml", env={"ZSISO_CONFIG": "nowhere"}).code == 0

    def test_xdg_config_home(self, user: User, node: ScriptedNode) -> None:
        node.respond(EMPTY)
        path = user.write_profile(node)
        (user.home / "xdg").mkdir()
        path.parent.rename(user.home / "xdg" / "zsiso")
        assert user.run("candidates", ISO, env={"XDG_CONFIG_HOME": str(user.home / "xdg")}).code == 0

    def test_no_configuration_at_all(self, user: User) -> None:
        result = user.run("candidates", ISO)
        assert (result.code, result.out) == (3, "")
        assert result.err == (
            f"zsiso: no configuration found at {user.config}\n"
            "hint: run `zsiso init` to create one; `zsiso candidates --mock` needs none\n"
        )

    def test_a_url_in_the_environment_without_credentials(self, user: User, node: ScriptedNode) -> None:
        node.respond(EMPTY)
        user.write_profile(node)
        result = user.run("candidates", ISO, env={"ZSISO_URL": node.url})
        assert (result.code, result.out, node.requests) == (3, "", [])
        assert result.err.startswith("zsiso: ZSISO_URL is set, but no credentials\nhint: ")


def test_a_misspelt_profile(user: User) -> None:
    path = user.write_config('[profiles.prod]\nurl = "http://a"\n[profiles.staging]\nurl = "http://b"\n')
    result = user.run("candidates", ISO, "-p", "stagign")
    assert result.code == 3
    assert result.err == (
        f'zsiso: profile "stagign" not found in {path}\n'
        "  profiles in the file: prod, staging\n"
        'hint: did you mean "staging"?\n'
    )


def test_a_wrong_profile_does_not_stand_in_another_s_way(user: User, node: ScriptedNode) -> None:
    node.respond(EMPTY)
    user.write_profile(node, "\n[profiles.broken]\nurll = 1\n")
    assert user.run("candidates", ISO, "-p", "test").code == 0


def test_a_secret_is_not_sent_to_a_node_it_was_not_written_for(user: User, node: ScriptedNode) -> None:
    with run_scripted_node() as elsewhere:
        elsewhere.respond(EMPTY)
        node.respond(EMPTY)
        user.write_profile(node)
        user.run("candidates", ISO, env={"ZSISO_URL": elsewhere.url, "ZSISO_SESSION": "session-env"})
        assert [request.headers["authorization"] for request in elsewhere.requests] == ["OAuth session-env"]
        assert node.requests == []
