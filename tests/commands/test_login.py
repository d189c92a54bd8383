"""``zsiso login`` with the password from stdin, the profile or a prompt."""

from __future__ import annotations

import hashlib
import json
import subprocess

import pytest

from tests.helpers.mock_cloud import PASSWORD, MockCloud, run_mock_cloud
from tests.helpers.runner import ISO, PROGRAM, User
from tests.helpers.sessions import run_candidates, state_folder
from zsiso.mock_node import MockAuthConfig


class TestLogin:
    def test_login_reads_password_from_stdin(self, operator: User, cloud: MockCloud) -> None:
        result = operator.run("login", "--password-stdin", stdin=f"{PASSWORD}\n")
        assert (result.code, result.out) == (0, "")
        assert result.err.startswith(f"Logged in to {cloud.url}/zstack as admin. The session expires at ")
        assert result.err.endswith(" by the node's clock.\n")
        assert run_candidates(operator) == 0
        assert cloud.pop_methods() == "PG"

    def test_login_uses_password_of_profile(self, admin: User, cloud: MockCloud) -> None:
        result = admin.run("login", "-q")
        assert (result.code, result.out, result.err) == (0, "", "")
        assert cloud.pop_methods() == "P"

    def test_login_logs_out_the_previous_session(self, admin: User, cloud: MockCloud) -> None:
        admin.run("login")
        admin.run("login")
        assert cloud.pop_methods() == "PPD"
        assert cloud.cloud.count_live_sessions() == 1

    def test_missing_password_without_terminal_exits_4(self, operator: User, cloud: MockCloud) -> None:
        for command in (["login"], ["candidates", ISO]):
            result = operator.run(*command)
            assert (result.code, result.out) == (4, "")
            assert "`zsiso login --profile prod`" in result.err
        assert cloud.pop_methods() == ""

    def test_login_accepts_password_with_invalid_utf8(self, user: User) -> None:
        with run_mock_cloud(MockAuthConfig()) as cloud:
            user.write_config(f'[profiles.a]\nurl = "{cloud.url}"\naccount = "admin"\n')
            done = subprocess.run(
                [*PROGRAM, "login", "--password-stdin"],
                input=b"\xff\xfe\n",
                env={**user.environ, "PYTHONIOENCODING": "utf-8"},
                capture_output=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            assert (
                json.loads(cloud.requests[0].body)["logInByAccount"]["password"]
                == hashlib.sha512(b"\xff\xfe").hexdigest()
            )

    @pytest.mark.parametrize("stdin", ["", "\n"])
    def test_login_with_empty_stdin_exits_3(self, operator: User, stdin: str) -> None:
        result = operator.run("login", "--password-stdin", stdin=stdin)
        assert (result.code, result.out) == (3, "")
        assert result.err.startswith("zsiso: --password-stdin: no password on stdin\n")

    def test_login_logs_out_when_the_session_cannot_be_saved(self, operator: User, cloud: MockCloud) -> None:
        state_folder(operator).parent.mkdir(parents=True)
        state_folder(operator).write_text("")
        result = operator.run("login", "--password-stdin", stdin=PASSWORD)
        assert (result.code, result.out, cloud.pop_methods()) == (9, "", "PD")
        assert result.err.startswith("zsiso: the session can't be saved, and was ended\nhint: ")

    def test_login_and_logout_without_account_exit_3(self, user: User, cloud: MockCloud) -> None:
        user.write_config(f'[profiles.a]\nurl = "{cloud.url}"\nsession = "some-session"\n')
        for command in ("login", "logout"):
            result = user.run(command)
            assert (result.code, result.err.splitlines()[0]) == (
                3,
                'zsiso: profile "a" has no account, and only accounts log in and out',
            )

    def test_login_to_mock_node_saves_no_session(self, user: User) -> None:
        result = user.run("login", "--mock")
        assert (result.code, result.out) == (0, "")
        assert result.err.startswith("Logged in to http://127.0.0.1:")
        assert not state_folder(user).exists()
        assert user.run("logout", "--mock").code == 0


class TestPasswordPrompt:
    def test_open_password_prompt_does_not_block_another_run(self, operator: User, cloud: MockCloud) -> None:
        with operator.run_until_prompt("login", prompt="Password of account admin: ") as type_keys:
            operator.write_config(f'[profiles.prod]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
            assert run_candidates(operator, "--timeout", "9") == 0
            code, screen = type_keys("\x03")
        assert (code, cloud.pop_methods()) == (130, "PG"), screen

    def test_password_prompt_does_not_echo_the_password(self, operator: User, cloud: MockCloud) -> None:
        code, screen = operator.answer_prompt("login", prompt="Password of account admin: ", keys=f"{PASSWORD}\n")
        assert code == 0, screen
        assert PASSWORD not in screen
        assert "Logged in to " in screen
        assert run_candidates(operator) == 0
        assert cloud.pop_methods() == "PG"

    def test_candidates_prompts_for_missing_password(self, operator: User, cloud: MockCloud) -> None:
        code, screen = operator.answer_prompt(
            "candidates", ISO, prompt="Password of account admin: ", keys=f"{PASSWORD}\n"
        )
        assert code == 0, screen
        assert "Test-VM" in screen
        assert cloud.pop_methods() == "PG"

    def test_empty_password_at_prompt_exits_4(self, operator: User, cloud: MockCloud) -> None:
        code, screen = operator.answer_prompt("login", prompt="Password of account admin: ", keys="\n")
        assert (code, cloud.pop_methods()) == (4, "")
        assert "no secret was entered" in screen

    @pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
    def test_password_prompt_interrupted_exits_130(self, operator: User, cloud: MockCloud, key: str) -> None:
        code, screen = operator.answer_prompt("login", prompt="Password of account admin: ", keys=key)
        assert (code, cloud.pop_methods()) == (130, "")
        assert "Traceback" not in screen
