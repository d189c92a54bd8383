"""``zsiso login``, with the password from stdin, the profile or a person."""

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
    def test_reads_the_password_from_stdin(self, operator: User, cloud: MockCloud) -> None:
        result = operator.run("login", "--password-stdin", stdin=f"{PASSWORD}\n")
        assert (result.code, result.out) == (0, "")
        assert result.err.startswith(f"Logged in to {cloud.url}/zstack as admin. The session expires at ")
        assert result.err.endswith(" by the node's clock.\n")
        assert run_candidates(operator) == 0
        assert cloud.pop_methods() == "PG"

    def test_uses_the_profile_s_password(self, admin: User, cloud: MockCloud) -> None:
        result = admin.run("login", "-q")
        assert (result.code, result.out, result.err) == (0, "", "")
        assert cloud.pop_methods() == "P"

    def test_ends_the_session_kept_before(self, admin: User, cloud: MockCloud) -> None:
        admin.run("login")
        admin.run("login")
        assert cloud.pop_methods() == "PPD"
        assert cloud.cloud.count_live_sessions() == 1

    def test_without_a_password_and_a_terminal(self, operator: User, cloud: MockCloud) -> None:
        for command in (["login"], ["candidates", ISO]):
            result = operator.run(*command)
            assert (result.code, result.out) == (4, "")
            assert "`zsiso login --profile prod`" in result.err
        assert cloud.pop_methods() == ""

    def test_takes_bytes_that_are_no_text(self, user: User) -> None:
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
    def test_an_empty_stdin(self, operator: User, stdin: str) -> None:
        result = operator.run("login", "--password-stdin", stdin=stdin)
        assert (result.code, result.out) == (3, "")
        assert result.err.startswith("zsiso: --password-stdin: no password on stdin\n")

    def test_a_session_that_can_t_be_kept(self, operator: User, cloud: MockCloud) -> None:
        state_folder(operator).parent.mkdir(parents=True)
        state_folder(operator).write_text("")
        result = operator.run("login", "--password-stdin", stdin=PASSWORD)
        assert (result.code, result.out, cloud.pop_methods()) == (9, "", "PD")
        assert result.err.startswith("zsiso: the session can't be saved, and was ended\nhint: ")

    def test_of_a_profile_without_an_account(self, user: User, cloud: MockCloud) -> None:
        user.write_config(f'[profiles.a]\nurl = "{cloud.url}"\nsession = "some-session"\n')
        for command in ("login", "logout"):
            result = user.run(command)
            assert (result.code, result.err.splitlines()[0]) == (
                3,
                'zsiso: profile "a" has no account, and only accounts log in and out',
            )

    def test_against_the_mock_node_keeps_nothing(self, user: User) -> None:
        result = user.run("login", "--mock")
        assert (result.code, result.out) == (0, "")
        assert result.err.startswith("Logged in to http://127.0.0.1:")
        assert not state_folder(user).exists()
        assert user.run("logout", "--mock").code == 0


class TestAPerson:
    def test_at_the_prompt_stands_in_nobody_s_way(self, operator: User, cloud: MockCloud) -> None:
        with operator.run_until_prompt("login", prompt="Password of account admin: ") as answer:
            operator.write_config(f'[profiles.prod]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
            assert run_candidates(operator, "--timeout", "9") == 0
            code, seen = answer("\x03")
        assert (code, cloud.pop_methods()) == (130, "PG"), seen

    def test_types_the_password_unseen(self, operator: User, cloud: MockCloud) -> None:
        code, seen = operator.answer_prompt("login", prompt="Password of account admin: ", keys=f"{PASSWORD}\n")
        assert code == 0, seen
        assert PASSWORD not in seen
        assert "Logged in to " in seen
        assert run_candidates(operator) == 0
        assert cloud.pop_methods() == "PG"

    def test_is_asked_by_candidates_too(self, operator: User, cloud: MockCloud) -> None:
        code, seen = operator.answer_prompt(
            "candidates", ISO, prompt="Password of account admin: ", keys=f"{PASSWORD}\n"
        )
        assert code == 0, seen
        assert "Test-VM" in seen
        assert cloud.pop_methods() == "PG"

    def test_types_nothing(self, operator: User, cloud: MockCloud) -> None:
        code, seen = operator.answer_prompt("login", prompt="Password of account admin: ", keys="\n")
        assert (code, cloud.pop_methods()) == (4, "")
        assert "no secret was entered" in seen

    @pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
    def test_thinks_better_of_it(self, operator: User, cloud: MockCloud, key: str) -> None:
        code, seen = operator.answer_prompt("login", prompt="Password of account admin: ", keys=key)
        assert (code, cloud.pop_methods()) == (130, "")
        assert "Traceback" not in seen
