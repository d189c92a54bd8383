"""Every error the program can say, as golden text in ``data/errors.txt``.

Each is a line of what and where, the node's own words beneath, and the next step.
``python -m tests.cli.test_error_messages`` writes the text anew, to be read before it is kept.
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
    """What goes wrong: the command, the configuration, and what the node does."""

    command: tuple[str, ...] = ("candidates", ISO)
    toml: str | None = f'[profiles.prod]\nurl = "NODE"\n{SESSION}\n'
    node: Callable[[ScriptedNode], None] = lambda node: node.respond('{"inventories": []}')
    env: tuple[tuple[str, str], ...] = ()
    mode: int = 0o600
    stdout: str | None = None
    in_the_way: str | None = None


def respond_with(status: int, body: str, *headers: str) -> Callable[[ScriptedNode], None]:
    return lambda node: node.respond(body, status, headers)


def refuse_with(code: str, **more: object) -> Callable[[ScriptedNode], None]:
    said = {"code": code, "description": "a description", "details": "the details", **more}
    return respond_with(503, json.dumps({"error": said}))


def profile(more: str) -> str:
    return f'[profiles.prod]\nurl = "NODE"\n{more}\n'


def secure(more: str) -> str:
    return f'[profiles.prod]\nurl = "https://127.0.0.1:1"\n{SESSION}\n{more}\n'


CASES = {
    # usage
    "no such command": Case(("candidate",)),
    "no such option": Case(("candidates", "--jsn")),
    "no ISO": Case(("candidates",)),
    "an empty ISO": Case(("candidates", "")),
    "options that contradict": Case(("candidates", ISO, "--json", "-o", "csv")),
    "no such column": Case(("candidates", ISO, "-c", "nmae")),
    "no such order": Case(("candidates", ISO, "--sort", "name:up")),
    "a limit that is none": Case(("candidates", ISO, "--timeout", "0")),
    "no tag to verify": Case(("candidates", ISO, "--verify-tags")),
    "a name for curl": Case(("candidates", "rescue-disk", "--curl")),
    "several ISOs with one name": Case(("candidates", "windows-2022", "--mock")),
    "a port that can't be": Case(("mock", "--port", "65536")),
    "a source that is none": Case(("mock", "--password-from", "hunter22")),
    "a time zone of the mock node": Case(("mock", "--timezone", "Mars")),
    "two ISOs": Case(("candidates", ISO, ISO)),
    "a format that is none": Case(("candidates", ISO, "-o", "xml")),
    "a shell that is none": Case(("completion", "tcsh")),
    # the condition asked for
    "a VM that is not listed": Case(("candidates", "--mock", "--check", "web-10", "--check", "x", "--attachable")),
    "nobody": Case(("candidates", ISO, "--fail-empty")),
    # configuration
    "no configuration": Case(toml=None),
    "no TOML": Case(toml="[profiles"),
    "no profile": Case(toml=""),
    "several profiles": Case(toml="[profiles.a]\n[profiles.b]\n"),
    "a misspelt profile": Case(("candidates", ISO, "-p", "prdo")),
    "a misspelt default": Case(toml='default_profile = "prdo"\n[profiles.prod]'),
    "a misspelt key": Case(toml=profile('sesion = "x"')),
    "a value of another kind": Case(toml=profile("timeout = true")),
    "a URL with a password": Case(toml='[profiles.prod]\nurl = "http://u:p@h"\n'),
    "no credentials": Case(toml=profile("")),
    "two kinds of credentials": Case(toml=profile(f"{SESSION}\n{ACCOUNT}")),
    "half a kind of credentials": Case(toml=profile('password = "x"')),
    "a time zone that is none": Case(toml=profile(f'{KEY}\ntimezone = "Asia/Shangai"')),
    "a secret that others can read": Case(mode=0o644),
    "a variable without a secret": Case(toml=profile('session = { env = "TOKEN" }')),
    "a file without a secret": Case(toml=profile('session = { file = "nowhere" }')),
    "a command that fails": Case(toml=profile("session = { command = \"sh -c 'echo locked >&2; exit 3'\" }")),
    "a secret that no header carries": Case(toml=profile('session = "a b"')),
    "a URL alone in the environment": Case(env=(("ZSISO_URL", "http://a"),)),
    "a file that is there": Case(("init",)),
    "an account where there is none": Case(("login",)),
    "no password on stdin": Case(("login", "--password-stdin"), toml=profile(ACCOUNT)),
    "a proxy that can't be": Case(env=(("ALL_PROXY", "socks5://127.0.0.1:1"),)),
    "a proxy that is none": Case(toml=profile(f"{SESSION}\nproxy = true")),
    "a proxy's password that is not encoded": Case(toml=profile(f'{SESSION}\nproxy = "http://u:a/b@h:1"')),
    "a proxy's password that others can read": Case(
        toml=profile('session = { env = "LANG" }\nproxy = "http://u:p@h:1"'), mode=0o640
    ),
    "no URL in the list": Case(toml=f"[profiles.prod]\nurl = []\n{SESSION}\n"),
    "a number of retries": Case(toml=profile(f"{SESSION}\nretries = -1")),
    "a longest answer": Case(toml=profile(f"{SESSION}\nmax_body = 0")),
    "a CA's file that is not there": Case(toml=secure('ca_file = "nowhere.pem"')),
    "a CA's file that is no PEM": Case(toml=secure('ca_file = "config.toml"')),
    "a CA's file that makes no odds": Case(toml=secure('ca_file = "ca.pem"\ninsecure = true')),
    "a file without a name": Case(toml=secure('ca_file = ""')),
    "a key without a certificate": Case(toml=secure('key_file = "job.key"')),
    "a certificate that is not there": Case(toml=secure('cert_file = "nowhere.pem"')),
    "a habit that can't be": Case(toml=profile(f'{SESSION}\ncolumns = ["nmae"]')),
    "a switch that is none": Case(toml=profile(f'{SESSION}\nattachable = "yes"')),
    "a source with two places": Case(toml=profile('session = { env = "A", file = "b" }')),
    "a source of no kind": Case(toml=profile('session = { comand = "x" }')),
    "a command that can't be split": Case(toml=profile("session = { command = \"echo 'x\" }")),
    "a command that is not there": Case(toml=profile('session = { command = "no-such-program" }')),
    "a command that prints nothing": Case(toml=profile('session = { command = "true" }')),
    "a configuration that is no text": Case(("candidates", ISO, "--config", "."), toml=None),
    "a configuration that is not there": Case(("candidates", ISO, "--config", "nowhere.toml")),
    "Terraform's host": Case(toml=None, env=(("ZSTACK_HOST", "http://h"),)),
    "Terraform's port": Case(toml=None, env=(("ZSTACK_HOST", "h"), ("ZSTACK_PORT", "x"))),
    "a host that can't be": Case(toml=f'[profiles.prod]\nurl = "http://a..b"\n{SESSION}\n'),
    "a port that is taken": Case(("mock", "--port", "PORT")),
    "an inventory that is not there": Case(("mock", "--inventory", "nowhere.json")),
    # credentials
    "no password": Case(toml=profile('account = "admin"')),
    "a refused login": Case(toml=profile(ACCOUNT), node=refuse_with("ID.1000")),
    "a session that has expired": Case(node=refuse_with("ID.1001")),
    "no permission": Case(node=refuse_with("ID.1002")),
    "too many sessions": Case(toml=profile(ACCOUNT), node=refuse_with("ID.1006")),
    "no credentials to the node's mind": Case(node=respond_with(401, "who are you")),
    "no client certificate": Case(node=respond_with(400, "No required SSL certificate was sent")),
    "a wrong zone": Case(toml=profile(KEY), node=respond_with(403, "requestTimeTooSkewed")),
    "a wrong clock": Case(
        toml=profile(KEY), node=respond_with(403, "requestTimeTooSkewed", "Date: Tue, 24 Nov 2020 10:00:00 GMT")
    ),
    "a node without access keys": Case(toml=profile(KEY), node=respond_with(500, "no bean RestAuthenticationBackend")),
    # the ISO
    "an ISO the node does not know": Case(node=refuse_with("SYS.1003")),
    "an ISO of another name": Case(("candidates", "--mock", "rescue-dsk")),
    # the node
    "a refusal with its cause": Case(node=refuse_with("SYS.1006", elaboration="ask", cause={"code": "HOST.1", "details": "gone"})),
    "no such URL": Case(node=respond_with(404, "no api mapping to /x")),
    "a node that speaks TLS": Case(node=respond_with(400, "The plain HTTP request was sent to HTTPS port")),
    "a proxy's page": Case(node=respond_with(502, "<html>\n<title>502 Bad Gateway</title>")),
    "a redirect": Case(node=respond_with(302, "", "Location: http://elsewhere/login")),
    # no answer
    "nobody listens": Case(toml=f'[profiles.prod]\nurl = "CLOSED"\n{SESSION}\n'),
    "nobody answers in time": Case(("candidates", ISO, "--timeout", "0.2"), node=lambda node: node.hang()),
    "no TLS": Case(
        toml=f'[profiles.prod]\nurl = "SECURE"\n{SESSION}\n', node=lambda node: node.use_tls(own_certificate())
    ),
    "no proxy there": Case(env=(("HTTP_PROXY", "http://127.0.0.1:1"),)),
    "a command that does not end": Case(
        ("candidates", ISO, "--timeout", "0.2"), toml=profile('session = { command = "sleep 30" }')
    ),
    "an answer cut short": Case(node=lambda node: node.send_bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")),
    # another answer
    "a page instead of an answer": Case(node=respond_with(200, "<html>welcome")),
    "JSON of another shape": Case(node=respond_with(200, '{"inventory": {}}')),
    "no session in a login's answer": Case(toml=profile(ACCOUNT), node=respond_with(200, '{"inventory": {}}')),
    "a broken compression": Case(node=respond_with(200, "no gzip", "Content-Encoding: gzip")),
    "no HTTP": Case(node=lambda node: node.send_bytes(b"SSH-2.0\r\n\r\n")),
    # the result
    "a full disk": Case(("profiles",), stdout="/dev/full"),
    "a session that can't be kept": Case(
        ("login",), toml=profile(ACCOUNT), node=respond_with(200, '{"inventory": {"uuid": "s"}}'), in_the_way=".local"
    ),
}  # fmt: skip


def own_certificate() -> ssl.SSLContext:
    """Return a context whose certificate nobody trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    return context


def told(case: Case, user: User) -> str:
    """Return the exit code and stderr of a case, with what differs from run to run put out of sight."""
    with run_scripted_node() as node, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        case.node(node)
        if case.toml is not None:
            here = {"NODE": node.url, "SECURE": node.url, "CLOSED": f"http://127.0.0.1:{refusing_port()}"}
            user.write_config(re.sub("NODE|SECURE|CLOSED", lambda match: here[match[0]], case.toml), mode=case.mode)
        if case.in_the_way is not None:
            (user.home / case.in_the_way).touch()
        port = node.url.rpartition(":")[2]
        command = [port if word == "PORT" else word for word in case.command]
        result = user.run(*command, env=dict(case.env), stdout=case.stdout)
    assert result.out == ""
    said = result.err.replace(str(user.home), "HOME")
    said = re.sub(r"127\.0\.0\.1:\d+", "NODE", said).replace(port, "PORT")
    # OpenSSL's own words, which differ from version to version.
    said = re.sub(r"\[SSL.*", "[SSL …", said)
    # Python's, likewise.
    said = re.sub(r"(valid host name): .*", r"\1: …", said)
    said = re.sub(r"job UUID: [0-9a-f]{32}", "job UUID: JOB", said)
    said = re.sub(r"(clock|ours|theirs): [-\d: ]+ UTC", r"\1: TIME", said)
    return f"exit code {result.code}\n{said}"


def golden() -> dict[str, str]:
    parts = re.split(r"^== (.*)\n", GOLDEN.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], (text.removesuffix("\n") for text in parts[1::2]), strict=True))


def test_each_is_there() -> None:
    assert list(golden()) == list(CASES)


@pytest.mark.parametrize("name", CASES)
def test_what_is_said(name: str, user: User) -> None:
    assert told(CASES[name], user) == golden()[name]


# That nobody is listed has no cure to name.
@pytest.mark.parametrize("name", [name for name in CASES if name != "nobody"])
def test_the_form(name: str) -> None:
    code, what, *_, last = golden()[name].removesuffix("\n").split("\n")
    assert re.fullmatch(r"exit code [1-9]\d*", code)
    assert what.startswith("zsiso: ")
    assert last.startswith("hint: ")


def write_anew() -> None:
    """Write the golden text as the program says it now."""
    with GOLDEN.open("w", encoding="utf-8") as file:
        for name, case in CASES.items():
            with tempfile.TemporaryDirectory() as home:
                file.write(f"== {name}\n{told(case, User(Path(home)))}\n")


if __name__ == "__main__":
    write_anew()
