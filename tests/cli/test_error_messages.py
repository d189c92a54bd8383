"""Every error message of the command, compared with the golden file ``data/errors.txt``.

A message says what failed and where, then quotes the node, then gives a hint.
``python -m tests.cli.test_error_messages`` rewrites the golden file; review its diff before committing.
"""

from __future__ import annotations

import json
import re
import socket
import ssl
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode, refusing_port, run_scripted_node

GOLDEN = Path(__file__).parents[1] / "data" / "errors.txt"
SESSION = 'session = "some-session"'
ACCOUNT = 'account = "admin"\npassword = "some-password"'
KEY = 'access_key_id = "key-id"\naccess_key_secret = "some-secret"'


@dataclass(frozen=True)
class Case:
    """One failing run: the command, its configuration, and what the node does."""

    command: tuple[str, ...] = ("candidates", ISO)
    toml: str | None = f'[profiles.prod]\nurl = "NODE"\n{SESSION}\n'
    node: Callable[[ScriptedNode], None] = lambda node: node.respond('{"inventories": []}')
    env: tuple[tuple[str, str], ...] = ()
    mode: int = 0o600
    stdout: str | None = None
    blocked_path: str | None = None


def respond_with(status: int, body: str, *headers: str) -> Callable[[ScriptedNode], None]:
    return lambda node: node.respond(body, status, headers)


def reject_with(code: str, **more: object) -> Callable[[ScriptedNode], None]:
    error = {"code": code, "description": "a description", "details": "the details", **more}
    return respond_with(503, json.dumps({"error": error}))


def profile(more: str) -> str:
    return f'[profiles.prod]\nurl = "NODE"\n{more}\n'


def tls_profile(more: str) -> str:
    return f'[profiles.prod]\nurl = "https://127.0.0.1:1"\n{SESSION}\n{more}\n'


CASES = {
    # usage
    "unknown command": Case(("candidate",)),
    "unknown option": Case(("candidates", "--jsn")),
    "missing ISO": Case(("candidates",)),
    "empty ISO": Case(("candidates", "")),
    "conflicting options": Case(("candidates", ISO, "--json", "-o", "csv")),
    "unknown column": Case(("candidates", ISO, "-c", "nmae")),
    "invalid sort order": Case(("candidates", ISO, "--sort", "name:up")),
    "invalid timeout": Case(("candidates", ISO, "--timeout", "0")),
    "verify-tags without tags": Case(("candidates", ISO, "--verify-tags")),
    "curl with ISO name": Case(("candidates", "rescue-disk", "--curl")),
    "ambiguous ISO name": Case(("candidates", "windows-2022", "--mock")),
    "invalid mock port": Case(("mock", "--port", "65536")),
    "invalid mock password source": Case(("mock", "--password-from", "hunter22")),
    "unknown mock time zone": Case(("mock", "--timezone", "Mars")),
    "two ISOs": Case(("candidates", ISO, ISO)),
    "unknown output format": Case(("candidates", ISO, "-o", "xml")),
    "unknown shell": Case(("completion", "tcsh")),
    # a condition that is not met
    "failed check": Case(("candidates", "--mock", "--check", "web-10", "--check", "x", "--attachable")),
    "no candidates": Case(("candidates", ISO, "--fail-empty")),
    # configuration
    "missing configuration": Case(toml=None),
    "invalid TOML": Case(toml="[profiles"),
    "no profile in file": Case(toml=""),
    "ambiguous profile": Case(toml="[profiles.a]\n[profiles.b]\n"),
    "unknown profile": Case(("candidates", ISO, "-p", "prdo")),
    "unknown default profile": Case(toml='default_profile = "prdo"\n[profiles.prod]'),
    "unknown key": Case(toml=profile('sesion = "x"')),
    "value of wrong type": Case(toml=profile("timeout = true")),
    "password in URL": Case(toml='[profiles.prod]\nurl = "http://u:p@h"\n'),
    "missing credentials": Case(toml=profile("")),
    "conflicting credentials": Case(toml=profile(f"{SESSION}\n{ACCOUNT}")),
    "incomplete credentials": Case(toml=profile('password = "x"')),
    "unknown time zone": Case(toml=profile(f'{KEY}\ntimezone = "Asia/Shangai"')),
    "world-readable secret": Case(mode=0o644),
    "secret from unset variable": Case(toml=profile('session = { env = "TOKEN" }')),
    "secret from missing file": Case(toml=profile('session = { file = "nowhere" }')),
    "failing secret command": Case(toml=profile("session = { command = \"sh -c 'echo locked >&2; exit 3'\" }")),
    "secret not allowed in header": Case(toml=profile('session = "a b"')),
    "URL without credentials in environment": Case(env=(("ZSISO_URL", "http://a"),)),
    "init over existing file": Case(("init",)),
    "login without account": Case(("login",)),
    "empty password on stdin": Case(("login", "--password-stdin"), toml=profile(ACCOUNT)),
    "unsupported proxy scheme": Case(env=(("ALL_PROXY", "socks5://127.0.0.1:1"),)),
    "invalid proxy value": Case(toml=profile(f"{SESSION}\nproxy = true")),
    "proxy password not URL-encoded": Case(toml=profile(f'{SESSION}\nproxy = "http://u:a/b@h:1"')),
    "world-readable proxy password": Case(
        toml=profile('session = { env = "LANG" }\nproxy = "http://u:p@h:1"'), mode=0o640
    ),
    "empty URL list": Case(toml=f"[profiles.prod]\nurl = []\n{SESSION}\n"),
    "invalid retries": Case(toml=profile(f"{SESSION}\nretries = -1")),
    "invalid max_body": Case(toml=profile(f"{SESSION}\nmax_body = 0")),
    "missing ca_file": Case(toml=tls_profile('ca_file = "nowhere.pem"')),
    "ca_file without PEM": Case(toml=tls_profile('ca_file = "config.toml"')),
    "ca_file with insecure": Case(toml=tls_profile('ca_file = "ca.pem"\ninsecure = true')),
    "empty ca_file": Case(toml=tls_profile('ca_file = ""')),
    "key_file without cert_file": Case(toml=tls_profile('key_file = "job.key"')),
    "missing cert_file": Case(toml=tls_profile('cert_file = "nowhere.pem"')),
    "invalid default columns": Case(toml=profile(f'{SESSION}\ncolumns = ["nmae"]')),
    "invalid default attachable": Case(toml=profile(f'{SESSION}\nattachable = "yes"')),
    "secret with two sources": Case(toml=profile('session = { env = "A", file = "b" }')),
    "unknown secret source": Case(toml=profile('session = { comand = "x" }')),
    "secret command with unbalanced quote": Case(toml=profile("session = { command = \"echo 'x\" }")),
    "missing secret command": Case(toml=profile('session = { command = "no-such-program" }')),
    "secret command without output": Case(toml=profile('session = { command = "true" }')),
    "configuration is a directory": Case(("candidates", ISO, "--config", "."), toml=None),
    "missing file of config option": Case(("candidates", ISO, "--config", "nowhere.toml")),
    "ZSTACK_HOST with scheme": Case(toml=None, env=(("ZSTACK_HOST", "http://h"),)),
    "invalid ZSTACK_PORT": Case(toml=None, env=(("ZSTACK_HOST", "h"), ("ZSTACK_PORT", "x"))),
    "invalid host name": Case(toml=f'[profiles.prod]\nurl = "http://a..b"\n{SESSION}\n'),
    "mock port in use": Case(("mock", "--port", "PORT")),
    "missing mock inventory": Case(("mock", "--inventory", "nowhere.json")),
    # credentials
    "missing password": Case(toml=profile('account = "admin"')),
    "rejected login": Case(toml=profile(ACCOUNT), node=reject_with("ID.1000")),
    "expired session": Case(node=reject_with("ID.1001")),
    "permission denied": Case(node=reject_with("ID.1002")),
    "too many sessions": Case(toml=profile(ACCOUNT), node=reject_with("ID.1006")),
    "HTTP 401": Case(node=respond_with(401, "who are you")),
    "missing client certificate": Case(node=respond_with(400, "No required SSL certificate was sent")),
    "clock difference of whole hours": Case(toml=profile(KEY), node=respond_with(403, "requestTimeTooSkewed")),
    "clock difference": Case(
        toml=profile(KEY), node=respond_with(403, "requestTimeTooSkewed", "Date: Tue, 24 Nov 2020 10:00:00 GMT")
    ),
    "access keys unsupported by node": Case(toml=profile(KEY), node=respond_with(500, "no bean RestAuthenticationBackend")),
    # the ISO
    "unknown ISO UUID": Case(node=reject_with("SYS.1003")),
    "unknown ISO name": Case(("candidates", "--mock", "rescue-dsk")),
    # the node
    "API error with cause": Case(node=reject_with("SYS.1006", elaboration="ask", cause={"code": "HOST.1", "details": "gone"})),
    "unknown API path": Case(node=respond_with(404, "no api mapping to /x")),
    "HTTP request to TLS port": Case(node=respond_with(400, "The plain HTTP request was sent to HTTPS port")),
    "bad gateway page": Case(node=respond_with(502, "<html>\n<title>502 Bad Gateway</title>")),
    "redirect": Case(node=respond_with(302, "", "Location: http://elsewhere/login")),
    # no response
    "connection refused": Case(toml=f'[profiles.prod]\nurl = "CLOSED"\n{SESSION}\n'),
    "timeout": Case(("candidates", ISO, "--timeout", "0.2"), node=lambda node: node.hang()),
    "untrusted certificate": Case(
        toml=f'[profiles.prod]\nurl = "SECURE"\n{SESSION}\n', node=lambda node: node.use_tls(own_certificate())
    ),
    "proxy connection refused": Case(env=(("HTTP_PROXY", "http://127.0.0.1:1"),)),
    "secret command timeout": Case(
        ("candidates", ISO, "--timeout", "0.2"), toml=profile('session = { command = "sleep 30" }')
    ),
    "truncated response": Case(node=lambda node: node.send_bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")),
    # an unexpected response
    "HTML instead of JSON": Case(node=respond_with(200, "<html>welcome")),
    "unexpected JSON": Case(node=respond_with(200, '{"inventory": {}}')),
    "login response without session": Case(toml=profile(ACCOUNT), node=respond_with(200, '{"inventory": {}}')),
    "invalid gzip": Case(node=respond_with(200, "no gzip", "Content-Encoding: gzip")),
    "response is not HTTP": Case(node=lambda node: node.send_bytes(b"SSH-2.0\r\n\r\n")),
    # the result
    "full disk": Case(("profiles",), stdout="/dev/full"),
    "session cannot be saved": Case(
        ("login",), toml=profile(ACCOUNT), node=respond_with(200, '{"inventory": {"uuid": "s"}}'), blocked_path=".local"
    ),
}  # fmt: skip


def own_certificate() -> ssl.SSLContext:
    """Return a context whose certificate is from an unknown CA."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    return context


def run_case(case: Case, user: User) -> str:
    """Return the exit code and stderr of a case, with addresses, UUIDs and times replaced by placeholders."""
    with run_scripted_node() as node, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        case.node(node)
        if case.toml is not None:
            urls = {"NODE": node.url, "SECURE": node.url, "CLOSED": f"http://127.0.0.1:{refusing_port()}"}
            user.write_config(re.sub("NODE|SECURE|CLOSED", lambda match: urls[match[0]], case.toml), mode=case.mode)
        if case.blocked_path is not None:
            (user.home / case.blocked_path).touch()
        port = node.url.rpartition(":")[2]
        command = [port if word == "PORT" else word for word in case.command]
        result = user.run(*command, env=dict(case.env), stdout=case.stdout)
    assert result.out == ""
    message = result.err.replace(str(user.home), "HOME")
    message = re.sub(r"127\.0\.0\.1:\d+", "NODE", message).replace(port, "PORT")
    # OpenSSL's texts differ between versions.
    message = re.sub(r"\[SSL.*", "[SSL …", message)
    # So do Python's.
    message = re.sub(r"(valid host name): .*", r"\1: …", message)
    message = re.sub(r"job UUID: [0-9a-f]{32}", "job UUID: JOB", message)
    message = re.sub(r"(clock|ours|theirs): [-\d: ]+ UTC", r"\1: TIME", message)
    return f"exit code {result.code}\n{message}"


def read_golden_sections() -> dict[str, str]:
    parts = re.split(r"^== (.*)\n", GOLDEN.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], (text.removesuffix("\n") for text in parts[1::2]), strict=True))


def test_golden_file_has_one_section_per_error_case() -> None:
    assert list(read_golden_sections()) == list(CASES)


@pytest.mark.parametrize("name", CASES)
def test_error_message_matches_golden_file(name: str, user: User) -> None:
    assert run_case(CASES[name], user) == read_golden_sections()[name]


# An empty result has no hint.
@pytest.mark.parametrize("name", [name for name in CASES if name != "no candidates"])
def test_error_message_has_exit_code_problem_and_hint(name: str) -> None:
    exit_code, problem, *_, hint = read_golden_sections()[name].removesuffix("\n").split("\n")
    assert re.fullmatch(r"exit code [1-9]\d*", exit_code)
    assert problem.startswith("zsiso: ")
    assert hint.startswith("hint: ")


def write_golden_file() -> None:
    """Write the golden file with the current messages."""
    with GOLDEN.open("w", encoding="utf-8") as file:
        for name, case in CASES.items():
            with tempfile.TemporaryDirectory() as home:
                file.write(f"== {name}\n{run_case(case, User(Path(home)))}\n")


if __name__ == "__main__":
    write_golden_file()
