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

PROMPT = "Password of account admin on "


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

    @pytest.mark.parametrize("stdin", [f"{PASSWORD}\nmore\n", f"\ufeff{PASSWORD}\r\n", f"{PASSWORD}\n\n", PASSWORD])
    def test_password_is_the_first_line_of_stdin(self, operator: User, cloud: MockCloud, stdin: str) -> None:
        assert operator.run("login", "--password-stdin", "-q", stdin=stdin).code == 0
        assert cloud.pop_methods() == "P"

    def test_login_does_not_wait_for_the_end_of_stdin(self, operator: User, cloud: MockCloud) -> None:
        with subprocess.Popen(
            [*PROGRAM, "login", "--password-stdin"], env=operator.environ, stdin=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            assert process.stdin is not None
            process.stdin.write(f"{PASSWORD}\n".encode())
            process.stdin.flush()
            assert process.wait(30) == 0
        assert cloud.pop_methods() == "P"

    def test_silent_stdin_exits_7_at_the_deadline(self, operator: User, cloud: MockCloud) -> None:
        with subprocess.Popen(
            [*PROGRAM, "login", "--password-stdin", "--timeout", "0.5"],
            env=operator.environ,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stderr is not None
            assert process.wait(30) == 7
            assert process.stderr.read() == (
                "zsiso: timed out after 0.5 s waiting for the password on stdin\n"
                "hint: end the password with a newline, or close stdin\n"
            )
        assert cloud.pop_methods() == ""

    def test_endless_line_on_stdin_exits_3(self, operator: User) -> None:
        result = operator.run("login", "--password-stdin", stdin="x" * 70_000)
        assert (result.code, result.out) == (3, "")
        assert result.err.startswith("zsiso: --password-stdin: the first line is longer than 65536 bytes\n")

    def test_unreadable_stdin_exits_3(self, operator: User) -> None:
        code, err = operator.run_in_bash(f"zsiso login --password-stdin 0>{operator.home}/written")
        assert (code, err.splitlines()[0]) == (3, "zsiso: --password-stdin: cannot read stdin: Bad file descriptor")

    def test_password_in_a_pipe_without_the_option_is_hinted_at(self, operator: User, cloud: MockCloud) -> None:
        result = operator.run("login", stdin=f"{PASSWORD}\n")
        assert (result.code, cloud.pop_methods()) == (4, "")
        assert result.err == (
            'zsiso: profile "prod" has no password for account admin, and there is no saved session\n'
            "hint: run `zsiso login --profile prod` on a terminal, or with --password-stdin and the password on stdin; "
            "for cron, set a password in the profile\n"
        )

    @pytest.mark.parametrize("command", [("login",), ("candidates", ISO)])
    @pytest.mark.parametrize(
        ("environ", "variable"),
        [
            ({"ZSISO_URL": "http://a", "ZSISO_ACCOUNT": "admin"}, "ZSISO_PASSWORD"),
            ({"ZSTACK_HOST": "a", "ZSTACK_ACCOUNT_NAME": "admin"}, "ZSTACK_ACCOUNT_PASSWORD"),
        ],
    )
    def test_hint_names_variable_for_the_password_of_an_account_in_a_variable(
        self, user: User, command: tuple[str, ...], environ: dict[str, str], variable: str
    ) -> None:
        result = user.run(*command, env=environ)
        assert (result.code, result.out) == (4, "")
        assert result.err.endswith(f"\nhint: set {variable}\n")

    def test_rejected_login_says_that_name_or_password_is_wrong(self, operator: User) -> None:
        result = operator.run("login", "--password-stdin", stdin="hunter2\n")
        assert (result.code, result.out) == (4, "")
        assert result.err.startswith("zsiso: wrong account name or password (ID.1000)\n")

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
        with operator.run_until_prompt("login", prompt=PROMPT) as type_keys:
            operator.write_config(f'[profiles.prod]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
            assert run_candidates(operator, "--timeout", "9") == 0
            code, screen = type_keys("\x03")
        assert (code, cloud.pop_methods()) == (130, "PG"), screen

    def test_password_prompt_does_not_echo_the_password(self, operator: User, cloud: MockCloud) -> None:
        code, screen = operator.answer_prompt("login", prompt=PROMPT, keys=f"{PASSWORD}\n")
        assert code == 0, screen
        assert PASSWORD not in screen
        assert "Logged in to " in screen
        assert run_candidates(operator) == 0
        assert cloud.pop_methods() == "PG"

    def test_candidates_prompts_for_missing_password(self, operator: User, cloud: MockCloud) -> None:
        code, screen = operator.answer_prompt("candidates", ISO, prompt=PROMPT, keys=f"{PASSWORD}\n")
        assert code == 0, screen
        assert "Test-VM" in screen
        assert cloud.pop_methods() == "PG"

    def test_password_prompt_names_the_cloud(self, operator: User, cloud: MockCloud) -> None:
        _, screen = operator.answer_prompt("login", prompt=PROMPT, keys=f"{PASSWORD}\n")
        assert screen.startswith(f"Password of account admin on {cloud.url}/zstack: ")

    def test_empty_password_at_prompt_exits_4(self, operator: User, cloud: MockCloud) -> None:
        code, screen = operator.answer_prompt("login", prompt=PROMPT, keys="\n")
        assert (code, cloud.pop_methods()) == (4, "")
        assert "no secret was entered" in screen

    @pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
    def test_password_prompt_interrupted_exits_130(self, operator: User, cloud: MockCloud, key: str) -> None:
        code, screen = operator.answer_prompt("login", prompt=PROMPT, keys=key)
        assert (code, cloud.pop_methods()) == (130, "")
        assert screen == f"Password of account admin on {cloud.url}/zstack: \r\n"
