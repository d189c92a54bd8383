"""Where a secret may come from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode

EMPTY = '{"inventories": []}'


def profile(node: ScriptedNode, session: str) -> str:
    return f'[profiles.a]\nurl = "{node.url}"\nsession = {session}\n'


class TestSources:
    @pytest.fixture
    def asked(self, user: User, node: ScriptedNode) -> User:
        node.respond(EMPTY)
        (user.home / "token").write_text("from-a-file\n")
        (user.home / "token").chmod(0o600)
        user.config.parent.mkdir(parents=True)
        (user.config.parent / "near").write_text("from-beside-it")
        (user.config.parent / "near").chmod(0o400)
        return user

    @pytest.mark.parametrize(
        ("written", "sent"),
        [
            ('"written-out"', "written-out"),
            ('{ env = "TOKEN" }', "from-a-variable"),
            ('{ file = "~/token" }', "from-a-file"),
            ('{ file = "near" }', "from-beside-it"),
            (
                """{ command = "printf '%s\\\\n' 'from a' second" }""".replace("from a", "from-a-command"),
                "from-a-command",
            ),
            ('{ command = "printenv TOKEN" }', "from-a-variable"),
            ('{ command = "echo $TOKEN;x" }', "$TOKEN;x"),
        ],
    )
    def test_each_is_read(self, asked: User, node: ScriptedNode, written: str, sent: str) -> None:
        asked.write_config(profile(node, written))
        result = asked.run("candidates", ISO, "--json", env={"TOKEN": "from-a-variable"}, cwd=Path("/"))
        assert (result.code, result.err) == (0, "")
        assert node.requests[0].headers["authorization"] == f"OAuth {sent}"

    @pytest.mark.parametrize(
        ("content", "sent"),
        [("x-1\r\n", "x-1"), ("x-1", "x-1"), ("x-1\n\n", None), ("x-1 \n", None), ("\n", None), ("", None)],
    )
    def test_one_newline_is_dropped_from_a_file(
        self, asked: User, node: ScriptedNode, content: str, sent: str | None
    ) -> None:
        (asked.home / "token").write_bytes(content.encode())
        asked.write_config(profile(node, '{ file = "~/token" }'))
        result = asked.run("candidates", ISO, "--json")
        assert result.code == (0 if sent else 3)
        assert [request.headers["authorization"] for request in node.requests] == ([f"OAuth {sent}"] if sent else [])

    @pytest.mark.parametrize(
        ("written", "said"),
        [
            ('""', "PATH: profiles.a.session is empty or not set\n"),
            ('{ env = "TOKEN" }', "PATH: profiles.a.session: the environment variable TOKEN is empty or not set\n"),
            (
                '{ file = "nowhere" }',
                "PATH: profiles.a.session: cannot read FOLDER/nowhere: No such file or directory\n",
            ),
            ('{ file = "." }', "PATH: profiles.a.session: cannot read FOLDER: Is a directory\n"),
            (
                '{ command = "false" }',
                'PATH: profiles.a.session: the command "false" failed with exit code 1\nhint: run it',
            ),
            (
                '{ command = "true" }',
                'PATH: profiles.a.session: the command "true" printed nothing on its first line\n',
            ),
            (
                '{ command = "no-such-program x" }',
                "PATH: profiles.a.session: `no-such-program` is not installed or not on PATH\nhint: install it, or correct",
            ),
            ("{ command = \"sh -c 'echo locked >&2; exit 7'\" }", "failed with exit code 7\n  stderr: locked\n"),
            ("{ command = \"sh -c 'kill -9 $$'\" }", "failed with signal 9\n"),
            ('{ command = "echo \'x" }', "profiles.a.session has an invalid command: No closing quotation\n"),
            ('{ command = " " }', "profiles.a.session has an empty value for command\n"),
            ('{ comand = "x" }', 'profiles.a.session has an unknown source: "comand"\nhint: did you mean "command"?\n'),
            ('{ env = "A", file = "b" }', "profiles.a.session must be a string, or one source of a secret\n"),
            ("{ env = 5 }", "profiles.a.session must be a string, or one source of a secret\n"),
            ("5", "profiles.a.session must be a string, or one source of a secret\n"),
        ],
    )
    def test_what_is_missing_is_named(self, asked: User, node: ScriptedNode, written: str, said: str) -> None:
        path = asked.write_config(profile(node, written))
        result = asked.run("candidates", ISO)
        assert (result.code, result.out, node.requests) == (3, "", [])
        assert said in result.err.replace(str(path), "PATH").replace(str(path.parent), "FOLDER")

    def test_a_command_has_no_part_in_stdin(self, asked: User, node: ScriptedNode) -> None:
        asked.write_config(profile(node, '{ command = "cat" }'))
        assert asked.run_process("candidates", ISO, stdin="eaten").code == 3

    def test_a_command_is_inside_the_deadline(self, asked: User, node: ScriptedNode) -> None:
        # The grandchild holds the pipe on; nobody waits for it.
        asked.write_config(profile(node, "{ command = \"sh -c 'sleep 50 & sleep 50'\" }"))
        result = asked.run("candidates", ISO, "--timeout", "0.3")
        assert (result.code, result.out, node.requests) == (7, "", [])
        assert result.err.startswith('zsiso: timed out after 0.3 s waiting for the command "sh -c ')

    def test_a_pipe_that_nobody_writes_to_is_inside_the_deadline(self, asked: User, node: ScriptedNode) -> None:
        os.mkfifo(asked.home / "pipe", 0o600)
        asked.write_config(profile(node, '{ file = "~/pipe" }'))
        result = asked.run("candidates", ISO, "--timeout", "0.3")
        assert (result.code, result.out, node.requests) == (7, "", [])
        assert result.err.startswith(f"zsiso: timed out after 0.3 s waiting for the file {asked.home}/pipe\n")

    def test_a_command_is_not_run_where_no_secret_is_needed(self, asked: User, node: ScriptedNode) -> None:
        asked.write_config(profile(node, '{ command = "touch ran" }'))
        assert asked.run("profiles").code == 0
        assert not (asked.home / "ran").exists()


class TestModes:
    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
    def test_a_literal_that_others_can_read_is_refused(self, user: User, node: ScriptedNode, mode: int) -> None:
        node.respond(EMPTY)
        path = user.write_config(profile(node, '"written-out"'), mode=mode)
        result = user.run("candidates", ISO)
        assert (result.code, result.out, node.requests) == (3, "", [])
        assert result.err == (
            f"zsiso: {path}: profiles.a.session: other users can read the secret in {path} (mode {mode:04o})\nhint: chmod 600 {path}\n"
        )

    def test_so_is_a_file(self, user: User, node: ScriptedNode) -> None:
        node.respond(EMPTY)
        user.write_config(profile(node, '{ file = "a token" }'), mode=0o644)
        token = user.config.parent / "a token"
        token.write_text("secret-text")
        token.chmod(0o644)
        result = user.run("candidates", ISO)
        assert (result.code, node.requests) == (3, [])
        assert result.err.endswith(f"hint: chmod 600 '{token}'\n")

    def test_without_a_secret_in_it_a_configuration_may_have_any_mode(self, user: User, node: ScriptedNode) -> None:
        node.respond(EMPTY)
        user.write_config(profile(node, '{ env = "TOKEN" }'), mode=0o666)
        assert user.run("candidates", ISO, env={"TOKEN": "some-session"}).code == 0
