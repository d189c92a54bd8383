"""Redaction: no secret appears in output, messages or state files."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import ClassVar

import pytest

from tests.helpers.mock_cloud import KEY_SECRET, PASSWORD, run_mock_cloud
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode, refusing_port
from zsiso.config.secrets import Secret
from zsiso.mock_node import MockAuthConfig


class TestRedaction:
    """Each kind of failure, with each kind of credentials: no output contains a secret."""

    SESSION = "5e55104aaaaaaaaaaaaaaaaaaaaaaaaa"
    HASH = hashlib.sha512(PASSWORD.encode()).hexdigest()

    KINDS: ClassVar = {
        "session": f'session = "{SESSION}"',
        "account": f'account = "admin"\npassword = "{PASSWORD}"',
        "key": f'access_key_id = "key-id"\naccess_key_secret = "{KEY_SECRET}"',
    }

    def list_secrets(self) -> list[str]:
        secrets = [self.SESSION, PASSWORD, self.HASH, KEY_SECRET]
        encoded = [base64.b64encode(secret.encode()).decode() for secret in secrets]
        return [*secrets, *encoded, *(json.dumps(secret)[1:-1] for secret in secrets)]

    def assert_redacted(self, user: User, *outputs: str) -> None:
        state = user.home / ".local"
        files = [path.read_text(encoding="utf-8", errors="replace") for path in state.rglob("*") if path.is_file()]
        for text in (*outputs, *files):
            assert not [secret for secret in self.list_secrets() if secret in text]

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
    def test_secrets_are_redacted_when_command_fails(
        self, user: User, node: ScriptedNode, kind: str, command: list[str], status: int | None, body: str
    ) -> None:
        url = node.url if status is not None else f"http://127.0.0.1:{refusing_port()}"
        node.respond(body.replace("ECHO", f"{self.SESSION} {PASSWORD} {self.HASH} {KEY_SECRET}"), status or 200)
        user.write_config(f'[profiles.a]\nurl = "{url}"\n{self.KINDS[kind]}\n')
        result = user.run(*command)
        assert "Traceback" not in result.err
        secrets = {"session": [self.SESSION], "account": [PASSWORD, self.HASH], "key": [KEY_SECRET]}[kind]
        state = [path.read_text() for path in (user.home / ".local").rglob("*.json")]
        for text in (result.out, result.err, *state):
            assert not [secret for secret in secrets if secret in text]

    @pytest.mark.parametrize("kind", KINDS)
    def test_secrets_are_redacted_when_command_succeeds(self, user: User, kind: str) -> None:
        accepts = MockAuthConfig("admin", Secret(PASSWORD), Secret(self.SESSION), "key-id", Secret(KEY_SECRET))
        with run_mock_cloud(accepts) as cloud:
            user.write_config(f'[profiles.a]\nurl = "{cloud.url}"\n{self.KINDS[kind]}\n')
            logins = 0 if kind == "account" else 3
            for command, code in (
                (["candidates", ISO, "-v"], 0),
                (["doctor", "-v"], 0),
                (["profiles", "--json"], 0),
                (["login", "-v"], logins),
                (["logout", "-v"], logins),
            ):
                result = user.run(*command)
                assert result.code == code
                self.assert_redacted(user, result.out, result.err)

    def test_session_is_redacted_when_logout_fails(self, user: User, node: ScriptedNode) -> None:
        session = "live/session+uuid"
        node.respond(json.dumps({"inventory": {"uuid": session}}))
        node.respond("", 500)
        user.write_config(f'[profiles.a]\nurl = "{node.url}"\n{self.KINDS["account"]}\n')
        assert user.run("login").code == 0
        result = user.run("logout")
        assert (result.code, node.requests[1].method) == (6, "DELETE")
        assert "/zstack/v1/accounts/sessions/***\n" in result.err
        assert session not in result.err

    @pytest.mark.parametrize("value", ["a b", "a\tb", "é", "a\x7fb"])
    def test_session_with_invalid_header_character_is_redacted(
        self, user: User, node: ScriptedNode, value: str
    ) -> None:
        result = user.run("candidates", ISO, env={"ZSISO_URL": node.url, "ZSISO_SESSION": f"{value}-hunter22"})
        assert (result.code, node.requests) == (3, [])
        assert "hunter22" not in result.err

    def test_secret_in_invalid_config_file_is_redacted(self, user: User) -> None:
        user.write_config('[profiles.a]\npassword = "hunter22\nsession = "hunter22"')
        result = user.run("candidates", ISO)
        assert result.code == 3
        assert "hunter22" not in result.err
