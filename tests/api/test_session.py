"""An account's session: one login, saved, shared and renewed."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest

from tests.helpers.mock_cloud import PASSWORD, MockCloud, run_mock_cloud
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode
from tests.helpers.sessions import run_candidates, session_file, state_folder
from zsiso.mock_node import MockAuthConfig


class TestSavedSession:
    def test_saved_session_serves_many_runs(self, admin: User, cloud: MockCloud) -> None:
        assert [run_candidates(admin), run_candidates(admin), run_candidates(admin)] == [0, 0, 0]
        assert cloud.pop_methods() == "PGGG"

    def test_login_request_has_documented_form(self, admin: User, cloud: MockCloud) -> None:
        run_candidates(admin)
        login = cloud.requests[0]
        assert (login.method, login.path) == ("PUT", "/v1/accounts/login")
        password_hash = hashlib.sha512(PASSWORD.encode()).hexdigest()
        assert json.loads(login.body) == {"logInByAccount": {"accountName": "admin", "password": password_hash}}
        assert "authorization" not in login.headers

    def test_saved_session_is_private_and_contains_no_password(self, admin: User) -> None:
        run_candidates(admin)
        assert state_folder(admin).stat().st_mode & 0o777 == 0o700
        assert {path.suffix for path in state_folder(admin).iterdir()} == {".json", ".key", ".lock"}
        assert {path.stat().st_mode & 0o777 for path in state_folder(admin).iterdir()} == {0o600}
        content = session_file(admin).read_text()
        assert PASSWORD not in content
        assert hashlib.sha512(PASSWORD.encode()).hexdigest() not in content

    def test_world_readable_state_folder_becomes_private(self, admin: User) -> None:
        state_folder(admin).mkdir(parents=True)
        state_folder(admin).chmod(0o755)
        run_candidates(admin)
        assert state_folder(admin).stat().st_mode & 0o777 == 0o700

    def test_world_readable_state_folder_becomes_private_though_a_session_is_saved(self, admin: User) -> None:
        run_candidates(admin)
        state_folder(admin).chmod(0o755)
        assert run_candidates(admin) == 0
        assert state_folder(admin).stat().st_mode & 0o777 == 0o700

    @pytest.mark.parametrize("command", [("candidates", ISO), ("isos",), ("login",), ("logout",)])
    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
    def test_saved_session_that_others_can_read_exits_3(
        self, admin: User, cloud: MockCloud, command: tuple[str, ...], mode: int
    ) -> None:
        run_candidates(admin)
        session_file(admin).chmod(mode)
        cloud.pop_methods()
        result = admin.run(*command)
        assert (result.code, cloud.pop_methods()) == (3, "")
        path = session_file(admin)
        assert result.err == (
            f"zsiso: the saved session: other users can read the secret in {path} (mode {mode:04o})\n"
            f"hint: chmod 600 {path}\n"
        )

    def test_doctor_fails_where_others_can_read_the_saved_session(self, admin: User) -> None:
        run_candidates(admin)
        session_file(admin).chmod(0o644)
        result = admin.run("doctor")
        assert result.code == 3
        assert "FAILED   credentials:    the saved session: other users can read the secret in " in result.out

    @pytest.mark.parametrize("password", ['"PASSWORD"', '{ file = "prod.password" }'])
    @pytest.mark.parametrize("command", [("candidates", ISO), ("logout",), ("doctor",)])
    def test_password_that_others_can_read_exits_3_though_a_session_is_saved(
        self, user: User, cloud: MockCloud, command: tuple[str, ...], password: str
    ) -> None:
        text = f'[profiles.a]\nurl = "{cloud.url}"\naccount = "admin"\npassword = {password}\n'
        path = user.write_config(text.replace("PASSWORD", PASSWORD))
        if "file" in password:
            path = user.config.parent / "prod.password"
            path.write_text(PASSWORD)
            path.chmod(0o600)
        assert run_candidates(user) == 0
        path.chmod(0o644)
        cloud.pop_methods()
        result = user.run(*command)
        assert (result.code, cloud.pop_methods()) == (3, "")
        assert f"other users can read the secret in {path} (mode 0644)\n" in result.err + result.out

    def test_session_is_saved_in_xdg_state_home(self, admin: User) -> None:
        admin.environ["XDG_STATE_HOME"] = str(admin.home / "elsewhere")
        run_candidates(admin)
        assert list((admin.home / "elsewhere" / "zsiso").glob("*.json"))

    def test_each_cloud_and_account_has_its_own_session(self, user: User, cloud: MockCloud) -> None:
        with run_mock_cloud(MockAuthConfig()) as other_cloud:
            user.write_config(
                f'[profiles.a]\nurl = "{other_cloud.url}"\naccount = "admin"\npassword = "x"\n'
                f'[profiles.b]\nurl = "{other_cloud.url}"\naccount = "else"\npassword = "x"\n'
                f'[profiles.c]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n'
            )
            assert [run_candidates(user, "-p", name) for name in "abcabc"] == [0] * 6
            assert (other_cloud.pop_methods(), cloud.pop_methods()) == ("PGPGGG", "PGG")
        assert len(list(state_folder(user).glob("*.json"))) == 3


class TestSessionRenewal:
    def test_expired_session_is_replaced_once(self, admin: User, cloud: MockCloud) -> None:
        run_candidates(admin)
        cloud.ahead = timedelta(hours=3)
        cloud.pop_methods()
        assert [run_candidates(admin), run_candidates(admin)] == [0, 0]
        assert cloud.pop_methods() == "GPGG"

    def test_session_is_used_past_its_first_expiry_while_it_is_in_use(self, admin: User, cloud: MockCloud) -> None:
        run_candidates(admin)
        for hours in (1.5, 3, 4.5):
            cloud.ahead = timedelta(hours=hours)
            assert run_candidates(admin) == 0
        assert cloud.pop_methods() == "PGGGG"

    def test_request_is_repeated_only_once_with_new_session(self, admin: User, node: ScriptedNode) -> None:
        admin.write_config(f'[profiles.prod]\nurl = "{node.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
        login, expired = '{"inventory": {"uuid": "s-%d"}}', '{"error": {"code": "ID.1001"}}'
        node.respond(login % 1)
        node.respond(expired, 503)
        node.respond(login % 2)
        node.respond(expired, 503)
        result = admin.run("candidates", ISO)
        assert (result.code, result.out) == (4, "")
        assert [request.method for request in node.requests] == ["PUT", "GET", "PUT", "GET"]
        assert [request.headers.get("authorization") for request in node.requests] == [
            None,
            "OAuth s-1",
            None,
            "OAuth s-2",
        ]
        assert len({request.headers["x-job-uuid"] for request in node.requests}) == 4

    def test_refused_login_exits_4_without_retry(self, admin: User, cloud: MockCloud) -> None:
        admin.write_config(f'[profiles.prod]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "wrong-password"\n')
        result = admin.run("candidates", ISO)
        assert (result.code, result.out) == (4, "")
        assert result.err.startswith("zsiso: wrong account name or password (ID.1000)\n")
        assert cloud.pop_methods() == "P"

    def test_login_response_with_invalid_session_exits_8(self, admin: User, node: ScriptedNode) -> None:
        admin.write_config(f'[profiles.prod]\nurl = "{node.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
        node.respond('{"inventory": {"uuid": "a\\nb"}}')
        result = admin.run("candidates", ISO)
        assert (result.code, result.out, len(node.requests)) == (8, "", 1)

    def test_session_in_truncated_login_response_is_redacted(self, admin: User, node: ScriptedNode) -> None:
        admin.write_config(f'[profiles.prod]\nurl = "{node.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
        node.respond('{"inventory": {"uuid": "a-living-session", "accou')
        result = admin.run("candidates", ISO, "-v")
        assert (result.code, result.out) == (8, "")
        assert "a-living-session" not in result.err

    def test_html_page_instead_of_login_response_is_shown(self, admin: User, node: ScriptedNode) -> None:
        admin.write_config(f'[profiles.prod]\nurl = "{node.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
        node.respond("<html><title>Please sign in")
        assert "  response: <html><title>Please sign in\n" in admin.run("candidates", ISO).err

    def test_too_many_sessions_exits_4(self, user: User) -> None:
        with run_mock_cloud(MockAuthConfig(max_sessions=0)) as full_cloud:
            user.write_config(
                f'[profiles.a]\nurl = "{full_cloud.url}"\naccount = "admin"\npassword = "some-password"\n'
            )
            result = user.run("candidates", ISO)
        assert (result.code, result.out) == (4, "")
        assert result.err.startswith("zsiso: the account has too many sessions (ID.1006)\n")
