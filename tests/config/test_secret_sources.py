"""Sources of a secret: the configuration file, a variable, a file, or a command."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode

EMPTY_RESPONSE = '{"inventories": []}'


def make_profile(node: ScriptedNode, session: str) -> str:
    return f'[profiles.a]\nurl = "{node.url}"\nsession = {session}\n'


class TestSecretSource:
    @pytest.fixture
    def user_with_secrets(self, user: User, node: ScriptedNode) -> User:
        node.respond(EMPTY_RESPONSE)
        (user.home / "token").write_text("from-a-file\n")
        (user.home / "token").chmod(0o600)
        user.config.parent.mkdir(parents=True)
        (user.config.parent / "near").write_text("from-beside-it")
        (user.config.parent / "near").chmod(0o400)
        return user

    @pytest.mark.parametrize(
        ("source", "secret"),
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
            ("""{ command = "printf '\\\\357\\\\273\\\\277from-windows\\\\r\\\\n'" }""", "from-windows"),
            ('{ command = "echo $TOKEN;x" }', "$TOKEN;x"),
        ],
    )
    def test_secret_is_read_from_each_source(
        self, user_with_secrets: User, node: ScriptedNode, source: str, secret: str
    ) -> None:
        user_with_secrets.write_config(make_profile(node, source))
        result = user_with_secrets.run("candidates", ISO, "--json", env={"TOKEN": "from-a-variable"}, cwd=Path("/"))
        assert (result.code, result.err) == (0, "")
        assert node.requests[0].headers["authorization"] == f"OAuth {secret}"

    @pytest.mark.parametrize(
        ("content", "secret"),
        [
            ("\ufeffx-1\n", "x-1"),
            ("x-1\r\n", "x-1"),
            ("x-1", "x-1"),
            ("x-1\n\n", None),
            ("x-1 \n", None),
            ("\n", None),
            ("", None),
        ],
    )
    def test_one_newline_is_removed_from_secret_file(
        self, user_with_secrets: User, node: ScriptedNode, content: str, secret: str | None
    ) -> None:
        (user_with_secrets.home / "token").write_bytes(content.encode())
        user_with_secrets.write_config(make_profile(node, '{ file = "~/token" }'))
        result = user_with_secrets.run("candidates", ISO, "--json")
        assert result.code == (0 if secret else 3)
        assert [request.headers["authorization"] for request in node.requests] == (
            [f"OAuth {secret}"] if secret else []
        )

    @pytest.mark.parametrize(
        ("source", "message"),
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
    def test_invalid_or_missing_secret_source_exits_3(
        self, user_with_secrets: User, node: ScriptedNode, source: str, message: str
    ) -> None:
        path = user_with_secrets.write_config(make_profile(node, source))
        result = user_with_secrets.run("candidates", ISO)
        assert (result.code, result.out, node.requests) == (3, "", [])
        assert message in result.err.replace(str(path), "PATH").replace(str(path.parent), "FOLDER")

    def test_secret_command_does_not_read_stdin(self, user_with_secrets: User, node: ScriptedNode) -> None:
        user_with_secrets.write_config(make_profile(node, '{ command = "cat" }'))
        assert user_with_secrets.run_process("candidates", ISO, stdin="eaten").code == 3

    @pytest.mark.parametrize("background", ["sleep 50", "sleep 50 >/dev/null", "sleep 50 2>/dev/null", "yes >&2"])
    def test_secret_command_is_over_when_it_ends_though_its_child_holds_its_pipes(
        self, user_with_secrets: User, node: ScriptedNode, background: str
    ) -> None:
        command = f"sh -c '{background} & echo $! >pid; echo some-session'"
        user_with_secrets.write_config(make_profile(node, f'{{ command = "{command}" }}'))
        try:
            result = user_with_secrets.run("candidates", ISO, "--json", "--timeout", "20")
        finally:
            os.kill(int((user_with_secrets.home / "pid").read_text()), signal.SIGKILL)
        assert (result.code, result.err) == (0, "")
        assert node.requests[0].headers["authorization"] == "OAuth some-session"

    def test_first_line_of_long_output_is_the_secret(self, user_with_secrets: User, node: ScriptedNode) -> None:
        script = "import sys; print('some-session'); print('x' * 9_000_000); print('y' * 9_000_000, file=sys.stderr)"
        command = f'{sys.executable} -c \\"{script}\\"'
        user_with_secrets.write_config(make_profile(node, f'{{ command = "{command}" }}'))
        assert user_with_secrets.run("candidates", ISO, "--json").code == 0
        assert node.requests[0].headers["authorization"] == "OAuth some-session"

    def test_first_line_longer_than_64_kib_exits_3(self, user_with_secrets: User, node: ScriptedNode) -> None:
        command = f"{sys.executable} -c \\\"print('x' * 70_000)\\\""
        user_with_secrets.write_config(make_profile(node, f'{{ command = "{command}" }}'))
        result = user_with_secrets.run("candidates", ISO)
        assert (result.code, result.out, node.requests) == (3, "", [])
        assert "printed more than 65536 bytes on its first line\n" in result.err

    def test_deadline_ends_secret_command_with_open_pipe(self, user_with_secrets: User, node: ScriptedNode) -> None:
        # The grandchild keeps the pipe open; zsiso does not wait for it.
        user_with_secrets.write_config(make_profile(node, "{ command = \"sh -c 'sleep 50 & sleep 50'\" }"))
        result = user_with_secrets.run("candidates", ISO, "--timeout", "0.3")
        assert (result.code, result.out, node.requests) == (7, "", [])
        assert result.err.startswith('zsiso: timed out after 0.3 s waiting for the command "sh -c ')

    def test_deadline_ends_reading_of_silent_named_pipe(self, user_with_secrets: User, node: ScriptedNode) -> None:
        os.mkfifo(user_with_secrets.home / "pipe", 0o600)
        user_with_secrets.write_config(make_profile(node, '{ file = "~/pipe" }'))
        result = user_with_secrets.run("candidates", ISO, "--timeout", "0.3")
        assert (result.code, result.out, node.requests) == (7, "", [])
        assert result.err.startswith(
            f"zsiso: timed out after 0.3 s waiting for the file {user_with_secrets.home}/pipe\n"
        )

    def test_secret_command_is_not_run_when_no_secret_is_needed(
        self, user_with_secrets: User, node: ScriptedNode
    ) -> None:
        user_with_secrets.write_config(make_profile(node, '{ command = "touch ran" }'))
        assert user_with_secrets.run("profiles").code == 0
        assert not (user_with_secrets.home / "ran").exists()


class TestSecretFileMode:
    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601], ids=oct)
    def test_world_readable_config_file_with_secret_is_refused(self, user: User, node: ScriptedNode, mode: int) -> None:
        node.respond(EMPTY_RESPONSE)
        path = user.write_config(make_profile(node, '"written-out"'), mode=mode)
        result = user.run("candidates", ISO)
        assert (result.code, result.out, node.requests) == (3, "", [])
        assert result.err == (
            f"zsiso: {path}: profiles.a.session: other users can read the secret in {path} (mode {mode:04o})\nhint: chmod 600 {path}\n"
        )

    def test_world_readable_secret_file_is_refused(self, user: User, node: ScriptedNode) -> None:
        node.respond(EMPTY_RESPONSE)
        user.write_config(make_profile(node, '{ file = "a token" }'), mode=0o644)
        token = user.config.parent / "a token"
        token.write_text("secret-text")
        token.chmod(0o644)
        result = user.run("candidates", ISO)
        assert (result.code, node.requests) == (3, [])
        assert result.err.endswith(f"hint: chmod 600 '{token}'\n")

    def test_config_file_without_secret_may_have_any_mode(self, user: User, node: ScriptedNode) -> None:
        node.respond(EMPTY_RESPONSE)
        user.write_config(make_profile(node, '{ env = "TOKEN" }'), mode=0o666)
        assert user.run("candidates", ISO, env={"TOKEN": "some-session"}).code == 0
