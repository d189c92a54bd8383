"""``zsiso init`` on a terminal: questions, test of the credentials, saved profile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

import pexpect
import pytest

from tests.helpers.mock_cloud import KEY_SECRET, PASSWORD, run_mock_cloud
from tests.helpers.runner import ISO, PROGRAM, User
from tests.helpers.scripted_node import refusing_port
from zsiso.config.secrets import Secret
from zsiso.mock_node import MockAuthConfig

URL = "URL of the management node [http://127.0.0.1:8080]: "
KIND = "Credentials: account, access key or session [account]: "


@contextmanager
def run_init(user: User) -> Iterator[Any]:
    """Run ``zsiso init`` on a terminal and give the process."""
    process = pexpect.spawn(
        PROGRAM[0], [*PROGRAM[1:], "init"], env={"TERM": "xterm", **user.environ}, encoding="utf-8", timeout=30
    )
    try:
        yield process
    finally:
        process.close(force=True)


def answer_questions(process: Any, *turns: tuple[str, str]) -> tuple[int, str]:  # noqa: ANN401 - pexpect comes without types
    """Answer each question as it comes; return the exit code and what was shown after the last."""
    for question, answer in turns:
        process.expect_exact(question)
        process.sendline(answer)
    process.expect(pexpect.EOF)
    process.wait()
    return process.exitstatus, process.before


def test_init_on_terminal_saves_account_without_password(user: User) -> None:
    with run_mock_cloud() as cloud, run_init(user) as process:
        code, shown = answer_questions(
            process,
            (URL, cloud.url),
            (KIND, ""),
            ("Account [admin]: ", ""),
            ("Password of account admin on ", PASSWORD),
        )
        assert code == 0, shown
        assert f"{cloud.url}/zstack accepts these credentials." in shown
        assert str(user.config) in shown
        assert (user.config.stat().st_mode & 0o777, PASSWORD in user.config.read_text()) == (0o600, False)
        assert user.run("candidates", ISO).code == 0
        assert cloud.pop_methods() == "PGG"


def test_init_on_terminal_saves_access_key(user: User) -> None:
    accepts = MockAuthConfig(
        access_key_id="key-id", access_key_secret=Secret(KEY_SECRET), zone=ZoneInfo("Asia/Shanghai")
    )
    with run_mock_cloud(accepts) as cloud, run_init(user) as process:
        zone = "Time zone of the node's clock [UTC]: "
        code, shown = answer_questions(
            process,
            *((URL, cloud.url), (KIND, "access key"), ("Access key ID []: ", "key-id")),
            *(("Access key secret: ", KEY_SECRET), (zone, "Asia/Nowhere"), (zone, "Asia/Shanghai")),
        )
        assert code == 0, shown
        assert KEY_SECRET not in shown
        assert user.run("candidates", ISO).code == 0


def test_init_on_terminal_repeats_a_question_after_an_invalid_answer(user: User) -> None:
    with run_mock_cloud() as cloud, run_init(user) as process:
        code, shown = answer_questions(
            process,
            *((URL, "ftp://x"), (URL, cloud.url), (KIND, "cookie"), (KIND, "session")),
            ("Session UUID: ", "the-only-one"),
        )
        assert code == 0, shown
        assert user.run("candidates", ISO).code == 0


@pytest.mark.parametrize(("answer", "code"), [("", 7), ("n", 7), ("y", 0)])
def test_init_on_terminal_writes_failing_profile_only_when_confirmed(user: User, answer: str, code: int) -> None:
    with run_init(user) as process:
        url = f"http://127.0.0.1:{refusing_port()}"
        exit_code, shown = answer_questions(
            process,
            *((URL, url), (KIND, "session"), ("Session UUID: ", "some-session")),
            ("Write the configuration anyway? [no]: ", answer),
        )
    assert (exit_code, user.config.exists()) == (code, code == 0), shown


@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_init_on_terminal_interrupted_writes_nothing(user: User, key: str) -> None:
    with run_init(user) as process:
        process.expect_exact(URL)
        process.send(key)
        process.expect(pexpect.EOF)
        process.wait()
        assert (process.exitstatus, user.config.exists()) == (130, False)


def test_init_on_terminal_asks_nothing_when_the_file_exists(user: User) -> None:
    user.write_config("mine")
    with run_init(user) as process:
        code, shown = answer_questions(process)
    assert code == 3
    assert "already exists; it was not changed" in shown
