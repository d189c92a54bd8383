"""Profile selection: --profile, ZSISO_PROFILE, the environment, and default_profile."""

from __future__ import annotations

import pytest

from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode, run_scripted_node

EMPTY_RESPONSE = '{"inventories": []}'


class TestProfileSelection:
    """Each profile has a path of its own on the node: the request shows which profile was selected."""

    @pytest.fixture
    def user_with_profiles(self, user: User, node: ScriptedNode) -> User:
        node.respond(EMPTY_RESPONSE)
        profiles = "".join(
            f'[profiles.{name}]\nurl = "{node.url}/{name}"\nsession = "session-{name}"\n' for name in "abc"
        )
        user.write_config(f'default_profile = "a"\n{profiles}')
        return user

    @pytest.mark.parametrize(
        ("arguments", "env", "selected"),
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
            # A session in the environment is never combined with the URL of a profile.
            ([], {"ZSISO_SESSION": "session-env"}, "a"),
        ],
    )
    def test_option_overrides_environment_and_default_profile(
        self, user_with_profiles: User, node: ScriptedNode, arguments: list[str], env: dict[str, str], selected: str
    ) -> None:
        env = {name: value.replace("NODE", node.url) for name, value in env.items()}
        result = user_with_profiles.run("candidates", ISO, *arguments, env=env)
        assert result.code == 0, result.err
        assert node.requests[0].path == f"/{selected}/v1/images/iso/{ISO}/vm-candidates"
        assert node.requests[0].headers["authorization"] == f"OAuth session-{selected}"

    def test_only_profile_is_selected_without_default(self, user: User, node: ScriptedNode) -> None:
        node.respond(EMPTY_RESPONSE)
        user.write_profile(node)
        assert user.run("candidates", ISO).code == 0

    def test_several_profiles_without_default_exit_3(self, user: User) -> None:
        path = user.write_config('[profiles.a]\nurl = "http://a"\n[profiles.b]\nurl = "http://b"\n')
        result = user.run("candidates", ISO)
        assert (result.code, result.out) == (3, "")
        assert result.err == (
            f"zsiso: {path} has several profiles, and no default\n"
            "  profiles in the file: a, b\n"
            "hint: select one with --profile NAME, or set default_profile in the file\n"
        )

    def test_config_option_and_variable_select_another_file(self, user: User, node: ScriptedNode) -> None:
        node.respond(EMPTY_RESPONSE)
        user.write_profile(node).rename(user.home / "other.toml")
        assert user.run("candidates", ISO, "--config", "other.toml").code == 0
        assert user.run("candidates", ISO, env={"ZSISO_CONFIG": "~/other.toml"}).code == 0
        assert user.run("candidates", ISO, "--config", "other.toml", env={"ZSISO_CONFIG": "nowhere"}).code == 0

    def test_config_file_is_read_from_xdg_config_home(self, user: User, node: ScriptedNode) -> None:
        node.respond(EMPTY_RESPONSE)
        path = user.write_profile(node)
        (user.home / "xdg").mkdir()
        path.parent.rename(user.home / "xdg" / "zsiso")
        assert user.run("candidates", ISO, env={"XDG_CONFIG_HOME": str(user.home / "xdg")}).code == 0

    def test_missing_config_file_exits_3(self, user: User) -> None:
        result = user.run("candidates", ISO)
        assert (result.code, result.out) == (3, "")
        assert result.err == (
            f"zsiso: no configuration found at {user.config}\n"
            "hint: run `zsiso init` to create one; `zsiso candidates --mock` needs none\n"
        )

    def test_url_variable_without_credentials_exits_3(self, user: User, node: ScriptedNode) -> None:
        node.respond(EMPTY_RESPONSE)
        user.write_profile(node)
        result = user.run("candidates", ISO, env={"ZSISO_URL": node.url})
        assert (result.code, result.out, node.requests) == (3, "", [])
        assert result.err.startswith("zsiso: ZSISO_URL is set, but no credentials\nhint: ")


def test_unknown_profile_exits_3_with_suggestion(user: User) -> None:
    path = user.write_config('[profiles.prod]\nurl = "http://a"\n[profiles.staging]\nurl = "http://b"\n')
    result = user.run("candidates", ISO, "-p", "stagign")
    assert result.code == 3
    assert result.err == (
        f'zsiso: profile "stagign" not found in {path}\n'
        "  profiles in the file: prod, staging\n"
        'hint: did you mean "staging"?\n'
    )


def test_invalid_profile_does_not_affect_other_profiles(user: User, node: ScriptedNode) -> None:
    node.respond(EMPTY_RESPONSE)
    user.write_profile(node, "\n[profiles.broken]\nurll = 1\n")
    assert user.run("candidates", ISO, "-p", "test").code == 0


def test_session_of_profile_is_not_sent_to_node_of_environment(user: User, node: ScriptedNode) -> None:
    with run_scripted_node() as other_node:
        other_node.respond(EMPTY_RESPONSE)
        node.respond(EMPTY_RESPONSE)
        user.write_profile(node)
        user.run("candidates", ISO, env={"ZSISO_URL": other_node.url, "ZSISO_SESSION": "session-env"})
        assert [request.headers["authorization"] for request in other_node.requests] == ["OAuth session-env"]
        assert node.requests == []
