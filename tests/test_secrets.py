"""Where a secret may come from, and that none of them ever shows."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from pathlib import Path
from typing import ClassVar

import pytest

from tests.cloud import KEY_SECRET, PASSWORD, running_cloud
from tests.command import ISO, User
from tests.node import Node, unused_port
from zsiso.config.secrets import Secret
from zsiso.mock_node.cloud import Accepts

EMPTY = '{"inventories": []}'


def profile(node: Node, session: str) -> str:
    return f'[profiles.a]\nurl = "{node.url}"\nsession = {session}\n'


class TestSources:
    @pytest.fixture
    def asked(self, user: User, node: Node) -> User:
        node.answers(EMPTY)
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
    def test_each_is_read(self, asked: User, node: Node, written: str, sent: str) -> None:
        asked.writes_config(profile(node, written))
        result = asked.runs("candidates", ISO, "--json", env={"TOKEN": "from-a-variable"}, cwd=Path("/"))
        assert (result.code, result.err) == (0, "")
        assert node.seen[0].headers["authorization"] == f"OAuth {sent}"

    @pytest.mark.parametrize(
        ("content", "sent"),
        [("x-1\r\n", "x-1"), ("x-1", "x-1"), ("x-1\n\n", None), ("x-1 \n", None), ("\n", None), ("", None)],
    )
    def test_one_newline_is_dropped_from_a_file(self, asked: User, node: Node, content: str, sent: str | None) -> None:
        (asked.home / "token").write_bytes(content.encode())
        asked.writes_config(profile(node, '{ file = "~/token" }'))
        result = asked.runs("candidates", ISO, "--json")
        assert result.code == (0 if sent else 3)
        assert [seen.headers["authorization"] for seen in node.seen] == ([f"OAuth {sent}"] if sent else [])

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
                'the command "no-such-program x" cannot be run: No such file or directory\n',
            ),
            ("{ command = \"sh -c 'echo locked >&2; exit 7'\" }", "failed with exit code 7\n  it said: locked\n"),
            ("{ command = \"sh -c 'kill -9 $$'\" }", "failed with signal 9\n"),
            ('{ command = "echo \'x" }', "profiles.a.session can't be split into words: No closing quotation\n"),
            ('{ command = " " }', "profiles.a.session names nothing after command\n"),
            ('{ comand = "x" }', 'profiles.a.session has no source called "comand"\nhint: did you mean "command"?\n'),
            ('{ env = "A", file = "b" }', "profiles.a.session is neither a string nor one source of a secret\n"),
            ("{ env = 5 }", "profiles.a.session is neither a string nor one source of a secret\n"),
            ("5", "profiles.a.session is neither a string nor one source of a secret\n"),
        ],
    )
    def test_what_is_missing_is_named(self, asked: User, node: Node, written: str, said: str) -> None:
        path = asked.writes_config(profile(node, written))
        result = asked.runs("candidates", ISO)
        assert (result.code, result.out, node.seen) == (3, "", [])
        assert said in result.err.replace(str(path), "PATH").replace(str(path.parent), "FOLDER")

    def test_a_command_has_no_part_in_stdin(self, asked: User, node: Node) -> None:
        asked.writes_config(profile(node, '{ command = "cat" }'))
        assert asked.runs("candidates", ISO, stdin="eaten").code == 3

    def test_a_command_is_inside_the_deadline(self, asked: User, node: Node) -> None:
        # The grandchild holds the pipe on; nobody waits for it.
        asked.writes_config(profile(node, "{ command = \"sh -c 'sleep 50 & sleep 50'\" }"))
        result = asked.runs("candidates", ISO, "--timeout", "0.3")
        assert (result.code, result.out, node.seen) == (7, "", [])
        assert "  still running: " in result.err

    def test_a_pipe_that_nobody_writes_to_is_inside_the_deadline(self, asked: User, node: Node) -> None:
        os.mkfifo(asked.home / "pipe", 0o600)
        asked.writes_config(profile(node, '{ file = "~/pipe" }'))
        result = asked.runs("candidates", ISO, "--timeout", "0.3")
        assert (result.code, result.out, node.seen) == (7, "", [])
        assert f"  still reading: {asked.home}/pipe\n" in result.err

    def test_a_command_is_not_run_where_no_secret_is_needed(self, asked: User, node: Node) -> None:
        asked.writes_config(profile(node, '{ command = "touch ran" }'))
        assert asked.runs("profiles").code == 0
        assert not (asked.home / "ran").exists()


class TestModes:
    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
    def test_a_literal_that_others_can_read_is_refused(self, user: User, node: Node, mode: int) -> None:
        node.answers(EMPTY)
        path = user.writes_config(profile(node, '"written-out"'), mode=mode)
        result = user.runs("candidates", ISO)
        assert (result.code, result.out, node.seen) == (3, "", [])
        assert result.err == (
            f"zsiso: {path}: profiles.a.session: others can read the secret in {path} (mode {mode:04o})\nhint: chmod 600 {path}\n"
        )

    def test_so_is_a_file(self, user: User, node: Node) -> None:
        node.answers(EMPTY)
        user.writes_config(profile(node, '{ file = "a token" }'), mode=0o644)
        token = user.config.parent / "a token"
        token.write_text("secret-text")
        token.chmod(0o644)
        result = user.runs("candidates", ISO)
        assert (result.code, node.seen) == (3, [])
        assert result.err.endswith(f"hint: chmod 600 '{token}'\n")

    def test_without_a_secret_in_it_a_configuration_may_have_any_mode(self, user: User, node: Node) -> None:
        node.answers(EMPTY)
        user.writes_config(profile(node, '{ env = "TOKEN" }'), mode=0o666)
        assert user.runs("candidates", ISO, env={"TOKEN": "some-session"}).code == 0


class TestKinds:
    @pytest.mark.parametrize(
        ("keys", "said"),
        [
            (
                'session = "x"\naccount = "y"',
                "profiles.a.session and profiles.a.account are two kinds of credentials\n",
            ),
            (
                'password = "x"\nsession = "y"',
                "profiles.a.session and profiles.a.password are two kinds of credentials\n",
            ),
            ('account = "x"\naccess_key_id = "y"', "profiles.a.account and profiles.a.access_key_id are two kinds of"),
            ('session = "x"\ntimezone = "UTC"', "profiles.a.session and profiles.a.timezone are two kinds of"),
            ('password = "x"', "profiles.a.password goes with account, which is missing\n"),
            ('access_key_secret = "x"', "profiles.a.access_key_secret goes with access_key_id, which is missing\n"),
            ('access_key_id = "x"', "profiles.a.access_key_id goes with access_key_secret, which is missing\n"),
            ('account = ""', "profiles.a.account is empty\n"),
            (
                'access_key_id = "a:b"\naccess_key_secret = "x"',
                "profiles.a.access_key_id is empty, or has a character that",
            ),
            (
                'access_key_id = "é"\naccess_key_secret = "x"',
                "profiles.a.access_key_id is empty, or has a character that",
            ),
        ],
    )
    def test_two_at_once_or_half_of_one(self, user: User, keys: str, said: str) -> None:
        user.writes_config(f'[profiles.a]\nurl = "http://a"\n{keys}\n')
        result = user.runs("candidates", ISO)
        assert (result.code, result.out) == (3, "")
        assert said in result.err

    def test_their_names_in_the_list(self, user: User) -> None:
        user.writes_config(
            '[profiles.a]\nurl = "http://a"\naccount = "x"\n'
            '[profiles.b]\nurl = "http://b"\naccess_key_id = "x"\naccess_key_secret = { env = "NOT_SET" }\n'
            '[profiles.c]\nurl = "http://c"\nsession = "y"\n[profiles.d]\nurl = "http://d"\n'
        )
        rows = json.loads(user.runs("profiles", "--json").out)
        assert [row["credentials"] for row in rows] == ["account", "access key", "session", None]


class TestNothingShows:
    """Every kind of failure, and every secret a run was given looked for in all that it wrote."""

    SESSION = "5e55104aaaaaaaaaaaaaaaaaaaaaaaaa"
    HASH = hashlib.sha512(PASSWORD.encode()).hexdigest()

    KINDS: ClassVar = {
        "session": f'session = "{SESSION}"',
        "account": f'account = "admin"\npassword = "{PASSWORD}"',
        "key": f'access_key_id = "key-id"\naccess_key_secret = "{KEY_SECRET}"',
    }

    def hidden(self) -> list[str]:
        secrets = [self.SESSION, PASSWORD, self.HASH, KEY_SECRET]
        encoded = [base64.b64encode(secret.encode()).decode() for secret in secrets]
        return [*secrets, *encoded, *(json.dumps(secret)[1:-1] for secret in secrets)]

    def assert_hidden(self, user: User, *written: str) -> None:
        state = user.home / ".local"
        files = [path.read_text(encoding="utf-8", errors="replace") for path in state.rglob("*") if path.is_file()]
        for text in (*written, *files):
            assert not [secret for secret in self.hidden() if secret in text]

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize(
        "command", [["candidates", ISO], ["candidates", ISO, "--json"], ["doctor"], ["login"], ["profiles"]]
    )
    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (503, '{"error": {"code": "ID.1000", "details": "ECHO"}}'),
            (
                503,
                '{"error": {"code": "SYS.1006", "description": "ECHO", "cause": {"code": "X", "elaboration": "ECHO"}}}',
            ),
            (400, "Authorization: ECHO"),
            (403, "requestTimeTooSkewed ECHO"),
            (500, "RestAuthenticationBackend ECHO"),
            (200, "<html>ECHO"),
            (302, "ECHO"),
            (None, ""),
        ],
    )
    def test_on_failure(
        self, user: User, node: Node, kind: str, command: list[str], status: int | None, body: str
    ) -> None:
        url = node.url if status is not None else f"http://127.0.0.1:{unused_port()}"
        node.answers(body.replace("ECHO", f"{self.SESSION} {PASSWORD} {self.HASH} {KEY_SECRET}"), status or 200)
        user.writes_config(f'[profiles.a]\nurl = "{url}"\n{self.KINDS[kind]}\n')
        result = user.runs(*command)
        assert "Traceback" not in result.err
        given = {"session": [self.SESSION], "account": [PASSWORD, self.HASH], "key": [KEY_SECRET]}[kind]
        state = [path.read_text() for path in (user.home / ".local").rglob("*.json")]
        for text in (result.out, result.err, *state):
            assert not [secret for secret in given if secret in text]

    @pytest.mark.parametrize("kind", KINDS)
    def test_on_success(self, user: User, kind: str) -> None:
        accepts = Accepts("admin", Secret(PASSWORD), Secret(self.SESSION), "key-id", Secret(KEY_SECRET))
        with running_cloud(accepts) as cloud:
            user.writes_config(f'[profiles.a]\nurl = "{cloud.url}"\n{self.KINDS[kind]}\n')
            logins = 0 if kind == "account" else 3
            for command, code in (
                (["candidates", ISO, "-v"], 0),
                (["doctor", "-v"], 0),
                (["profiles", "--json"], 0),
                (["login", "-v"], logins),
                (["logout", "-v"], logins),
            ):
                result = user.runs(*command)
                assert result.code == code
                self.assert_hidden(user, result.out, result.err)

    def test_of_a_session_that_can_t_be_ended(self, user: User, node: Node) -> None:
        session = "live/session+uuid"
        node.answers(json.dumps({"inventory": {"uuid": session}}))
        node.answers("", 500)
        user.writes_config(f'[profiles.a]\nurl = "{node.url}"\n{self.KINDS["account"]}\n')
        assert user.runs("login").code == 0
        result = user.runs("logout")
        assert (result.code, node.seen[1].method) == (6, "DELETE")
        assert "/zstack/v1/accounts/sessions/***\n" in result.err
        assert session not in result.err

    @pytest.mark.parametrize("value", ["a b", "a\tb", "é", "a\x7fb"])
    def test_in_a_header_that_can_t_carry_it(self, user: User, node: Node, value: str) -> None:
        result = user.runs("candidates", ISO, env={"ZSISO_URL": node.url, "ZSISO_SESSION": f"{value}-hunter22"})
        assert (result.code, node.seen) == (3, [])
        assert "hunter22" not in result.err

    def test_in_a_broken_configuration(self, user: User) -> None:
        user.writes_config('[profiles.a]\npassword = "hunter22\nsession = "hunter22"')
        result = user.runs("candidates", ISO)
        assert result.code == 3
        assert "hunter22" not in result.err
