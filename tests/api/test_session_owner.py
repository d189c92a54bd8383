"""A saved session belongs to the credentials that made it: no other credentials use it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.helpers.completion import suggested_values
from tests.helpers.mock_cloud import PASSWORD, MockCloud
from tests.helpers.runner import ISO, User
from tests.helpers.sessions import run_candidates, session_file, state_folder


def write_account(user: User, cloud: MockCloud, **passwords: str) -> None:
    """Write a profile for each keyword; its value is the line of the password, or empty."""
    user.write_config(
        "".join(
            f'[profiles.{name}]\nurl = "{cloud.url}"\naccount = "admin"\n{line}\n' for name, line in passwords.items()
        )
    )


def write_secret(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o600)


class TestOwnerOfSession:
    def test_profile_with_wrong_password_does_not_use_session_of_another_profile(
        self, user: User, cloud: MockCloud
    ) -> None:
        write_account(user, cloud, right=f'password = "{PASSWORD}"', wrong='password = "wrong-password"')
        assert run_candidates(user, "-p", "right") == 0
        assert run_candidates(user, "-p", "wrong") == 4
        assert run_candidates(user, "-p", "right") == 0
        assert cloud.pop_methods() == "PGPG"

    def test_profile_with_wrong_password_does_not_use_session_of_login(self, user: User, cloud: MockCloud) -> None:
        write_account(user, cloud, none="", wrong='password = "wrong-password"')
        assert user.run("login", "-p", "none", "--password-stdin", stdin=PASSWORD).code == 0
        assert run_candidates(user, "-p", "wrong") == 4
        assert run_candidates(user, "-p", "none") == 0
        assert cloud.pop_methods() == "PPG"

    def test_changed_password_in_config_file_causes_new_login(self, user: User, cloud: MockCloud) -> None:
        write_account(user, cloud, a=f'password = "{PASSWORD}"')
        assert run_candidates(user) == 0
        write_account(user, cloud, a='password = "changed"')
        assert run_candidates(user) == 4
        assert cloud.pop_methods() == "PGP"

    def test_changed_password_in_variable_causes_new_login(self, user: User, cloud: MockCloud) -> None:
        write_account(user, cloud, a='password = { env = "PW" }')
        assert user.run("candidates", ISO, env={"PW": PASSWORD}).code == 0
        assert user.run("candidates", ISO, env={"PW": "changed"}).code == 4
        assert user.run("candidates", ISO, env={"PW": PASSWORD}).code == 0
        assert cloud.pop_methods() == "PGPG"

    def test_changed_password_in_file_causes_new_login(self, user: User, cloud: MockCloud) -> None:
        write_account(user, cloud, a='password = { file = "~/pw" }')
        write_secret(user.home / "pw", PASSWORD)
        assert run_candidates(user) == 0
        write_secret(user.home / "pw", "changed")
        assert run_candidates(user) == 4
        assert cloud.pop_methods() == "PGP"

    @pytest.mark.parametrize(
        "other",
        ['{ env = "OTHER" }', '{ file = "~/pw" }', '{ command = "printenv PW" }', '{ command = "printenv OTHER" }'],
    )
    def test_another_source_of_same_password_causes_new_login(self, user: User, cloud: MockCloud, other: str) -> None:
        write_secret(user.home / "pw", PASSWORD)
        user.environ |= {"PW": PASSWORD, "OTHER": PASSWORD}
        write_account(user, cloud, a='password = { env = "PW" }', b=f"password = {other}")
        assert [run_candidates(user, "-p", name) for name in "abab"] == [0, 0, 0, 0]
        assert cloud.pop_methods() == "PGPGGG"

    def test_profiles_with_same_password_share_one_session(self, user: User, cloud: MockCloud) -> None:
        write_account(user, cloud, a=f'password = "{PASSWORD}"', b=f'password = "{PASSWORD}"')
        assert [run_candidates(user, "-p", name) for name in "ab"] == [0, 0]
        assert cloud.pop_methods() == "PGG"

    def test_command_for_password_is_run_for_a_login_only(self, user: User, cloud: MockCloud) -> None:
        script = user.home / "print-password"
        script.write_text(f"#!/bin/sh\necho run >> {user.home}/runs\necho {PASSWORD}\n")
        script.chmod(0o700)
        write_account(user, cloud, a=f'password = {{ command = "{script}" }}')
        assert [run_candidates(user), run_candidates(user)] == [0, 0]
        assert cloud.pop_methods() == "PGG"
        assert (user.home / "runs").read_text() == "run\n"

    @pytest.mark.parametrize(("mode", "text"), [(0o644, PASSWORD), (0o600, "")], ids=["mode", "empty"])
    def test_unusable_password_file_exits_3_with_saved_session(
        self, user: User, cloud: MockCloud, mode: int, text: str
    ) -> None:
        write_account(user, cloud, a='password = { file = "~/pw" }')
        write_secret(user.home / "pw", PASSWORD)
        assert run_candidates(user) == 0
        (user.home / "pw").write_text(text)
        (user.home / "pw").chmod(mode)
        assert user.run("candidates", ISO).code == 3
        assert cloud.pop_methods() == "PG"


class TestKey:
    def test_key_is_private_and_made_once(self, admin: User, cloud: MockCloud) -> None:
        run_candidates(admin)
        key = state_folder(admin) / "session.key"
        content = key.read_bytes()
        assert key.stat().st_mode & 0o777 == 0o600
        admin.run("login")
        assert key.read_bytes() == content
        assert cloud.pop_methods() == "PGPD"

    def test_password_cannot_be_guessed_from_name_of_session_file(self, admin: User, cloud: MockCloud) -> None:
        run_candidates(admin)
        first = session_file(admin)
        (state_folder(admin) / "session.key").unlink()
        first.unlink()
        run_candidates(admin)
        assert session_file(admin).name != first.name
        assert cloud.pop_methods() == "PGPG"
        for text in (
            PASSWORD,
            hashlib.sha512(PASSWORD.encode()).hexdigest(),
            hashlib.sha256(PASSWORD.encode()).hexdigest(),
        ):
            assert not any(text.encode() in path.read_bytes() for path in state_folder(admin).iterdir())

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"key": "zz"}', b'{"key": 5}', b'{"key": "00"}'])
    def test_broken_key_is_replaced(self, admin: User, cloud: MockCloud, content: bytes) -> None:
        run_candidates(admin)
        key = state_folder(admin) / "session.key"
        key.write_bytes(content)
        assert [run_candidates(admin), run_candidates(admin)] == [0, 0]
        assert cloud.pop_methods() == "PGPGG"
        assert len(json.loads(key.read_text())["key"]) == 64

    def test_session_is_logged_out_when_key_cannot_be_saved(self, admin: User, cloud: MockCloud) -> None:
        (state_folder(admin) / "session.key" / "in-the-way").mkdir(parents=True)
        assert run_candidates(admin) == 0
        assert (cloud.pop_methods(), cloud.cloud.count_live_sessions()) == ("PGD", 0)


class TestCompletion:
    def test_completion_uses_saved_session_of_profile_with_password_command(self, user: User, cloud: MockCloud) -> None:
        write_account(user, cloud, a=f'password = {{ command = "echo {PASSWORD}" }}')
        assert run_candidates(user) == 0
        assert "rescue-disk" in suggested_values(user, "candidates", "")
        assert cloud.pop_methods() == "PGG"

    @pytest.mark.parametrize("password", ["", f'password = "{PASSWORD}"'], ids=["none", "inline"])
    def test_completion_without_saved_session_does_not_log_in(
        self, user: User, cloud: MockCloud, password: str
    ) -> None:
        write_account(user, cloud, a=password)
        assert suggested_values(user, "candidates", "") == []
        assert cloud.pop_methods() == ""
