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


AGAIN = "Try again, save anyway or quit [try again]: "


def test_init_on_terminal_quits_a_failing_profile_with_its_exit_code(user: User) -> None:
    with run_init(user) as process:
        url = f"http://127.0.0.1:{refusing_port()}"
        code, shown = answer_questions(
            process, (URL, url), (KIND, "session"), ("Session UUID: ", "some-session"), (AGAIN, "q")
        )
    assert (code, user.config.exists()) == (7, False), shown


def test_init_on_terminal_saves_a_failing_profile_when_asked(user: User) -> None:
    with run_init(user) as process:
        url = f"http://127.0.0.1:{refusing_port()}"
        code, shown = answer_questions(
            process, (URL, url), (KIND, "session"), ("Session UUID: ", "some-session"), (AGAIN, "x"), (AGAIN, "save")
        )
    assert code == 0, shown
    assert user.run("profiles").out.splitlines()[-1].startswith("prod ")
    assert "Next, run `zsiso doctor` to see what does not work.\r\n" in shown


def test_init_on_terminal_asks_again_after_a_wrong_url_and_a_wrong_password(user: User) -> None:
    wrong_url = f"http://127.0.0.1:{refusing_port()}"
    with run_mock_cloud() as cloud, run_init(user) as process:
        code, shown = answer_questions(
            process,
            *((URL, wrong_url), (KIND, ""), ("Account [admin]: ", ""), ("Password of account admin on ", "x")),
            *((AGAIN, ""), (f"URL of the management node [{wrong_url}]: ", cloud.url), (KIND, "account")),
            *(("Account [admin]: ", "admin"), (f"Password of account admin on {cloud.url}/zstack: ", "wrong")),
            *((AGAIN, "try again"), (f"URL of the management node [{cloud.url}]: ", ""), (KIND, "")),
            *(("Account [admin]: ", ""), ("Password of account admin on ", PASSWORD)),
        )
        assert code == 0, shown
        assert shown.endswith(f"{user.config}\r\nNext, run `zsiso isos` to list the ISO images.\r\n")
        assert user.run("isos").code == 0


def test_init_on_terminal_asks_again_for_an_empty_secret(user: User) -> None:
    with run_mock_cloud() as cloud, run_init(user) as process:
        code, shown = answer_questions(
            process, (URL, cloud.url), (KIND, "s"), ("Session UUID: ", ""), ("Session UUID: ", "the-only-one")
        )
    assert code == 0, shown


@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_init_on_terminal_interrupted_writes_nothing(user: User, key: str) -> None:
    with run_init(user) as process:
        process.expect_exact(URL)
        process.send(key)
        process.expect(pexpect.EOF)
        process.wait()
        assert (process.exitstatus, user.config.exists()) == (130, False)


NAME = "Name of the new profile [prod]: "
SECOND_NAME = "Name of the new profile []: "


class TestSecondProfile:
    @pytest.mark.parametrize(
        "content",
        [
            b"# mine\r\ndefault_profile = \"prod\"\r\n[profiles.prod] # keep\r\nurl = 'http://a'\r\n",
            b'default_profile = "prod"\n[profiles]\nprod.url = "http://a" # no newline',
            b'\xef\xbb\xbfdefault_profile = "prod"\n[profiles.prod]\nurl = "http://a"\n\n\n',
            b'[profiles.prod]\nurl = "http://a"\n',
        ],
    )
    @pytest.mark.parametrize("mode", [0o600, 0o644, 0o640])
    def test_init_on_terminal_adds_a_profile_and_keeps_every_byte(self, user: User, content: bytes, mode: int) -> None:
        user.write_config("", mode=mode)
        user.config.write_bytes(content)
        with run_mock_cloud() as cloud, run_init(user) as process:
            code, shown = answer_questions(
                process,
                *((SECOND_NAME, ""), (SECOND_NAME, "prod"), (SECOND_NAME, "my lab"), (URL, cloud.url), (KIND, "")),
                *(("Account [admin]: ", ""), ("Password of account admin on ", PASSWORD)),
            )
            assert code == 0, shown
            assert shown.endswith("Next, run `zsiso isos --profile 'my lab'` to list the ISO images.\r\n")
            assert user.run("isos", "--profile", "my lab").code == 0
        changed = user.config.read_bytes()
        assert changed.startswith(content)
        assert changed[len(content) :].decode().strip() == (
            f'[profiles."my lab"]\nurl = "{cloud.url}"\naccount = "admin"'
        )
        assert user.config.stat().st_mode & 0o777 == mode
        assert [path.name for path in user.config.parent.iterdir()] == ["config.toml"]
        assert ('write default_profile = "prod" at its beginning' in " ".join(shown.split())) == (
            b"default_profile" not in content
        )

    def test_init_on_terminal_adds_the_first_profile_to_an_empty_configuration(self, user: User) -> None:
        user.write_config("")
        with run_mock_cloud() as cloud, run_init(user) as process:
            code, shown = answer_questions(
                process, (NAME, ""), (URL, cloud.url), (KIND, "session"), ("Session UUID: ", "the-only-one")
            )
            assert code == 0, shown
            assert user.run("isos").code == 0

    def test_init_on_terminal_keeps_a_link_to_the_configuration(self, user: User) -> None:
        target = user.home / "dotfiles.toml"
        user.write_config('[profiles.a]\nurl = "http://a"\n').rename(target)
        user.config.symlink_to(target)
        with run_mock_cloud() as cloud, run_init(user) as process:
            code, shown = answer_questions(
                process, (NAME, ""), (URL, cloud.url), (KIND, "session"), ("Session UUID: ", "the-only-one")
            )
        assert (code, user.config.is_symlink()) == (0, True), shown
        assert "[profiles.prod]" in target.read_text()

    @pytest.mark.parametrize("content", ['profiles = { a = { url = "http://a" } }\n', "profiles = {}\n"])
    def test_init_on_terminal_does_not_change_a_file_that_cannot_be_extended(self, user: User, content: str) -> None:
        user.write_config(content)
        with run_init(user) as process:
            code, shown = answer_questions(process, (NAME, ""))
        assert (code, user.config.read_text()) == (3, content)
        assert "cannot add a profile at the end of " in " ".join(shown.split())

    @pytest.mark.parametrize("kind", ["access key", "session"])
    def test_init_on_terminal_writes_no_secret_into_a_file_that_others_can_read(self, user: User, kind: str) -> None:
        user.write_config('[profiles.a]\nurl = "http://a"\n', mode=0o644)
        with run_init(user) as process:
            code, shown = answer_questions(process, (NAME, ""), (URL, "http://b"), (KIND, kind))
        assert code == 3
        assert f"chmod 600 {user.config}" in " ".join(shown.split())

    def test_init_on_terminal_asks_nothing_when_the_file_is_wrong(self, user: User) -> None:
        user.write_config("mine")
        with run_init(user) as process:
            code, shown = answer_questions(process)
        assert code == 3
        assert "already exists; it was not changed" in " ".join(shown.split())
        assert "is not valid TOML" in " ".join(shown.split())
