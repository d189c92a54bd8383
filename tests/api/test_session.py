"""An account's session: one login, saved, shared and renewed."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

from tests.helpers.mock_cloud import PASSWORD, MockCloud, run_mock_cloud
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode
from tests.helpers.sessions import run_candidates, session_file, state_folder
from zsiso.mock_node import MockAuthConfig


class TestKept:
    def test_one_login_serves_many_runs(self, admin: User, cloud: MockCloud) -> None:
        assert [run_candidates(admin), run_candidates(admin), run_candidates(admin)] == [0, 0, 0]
        assert cloud.pop_methods() == "PGGG"

    def test_the_login_is_the_documented_one(self, admin: User, cloud: MockCloud) -> None:
        run_candidates(admin)
        login = cloud.requests[0]
        assert (login.method, login.path) == ("PUT", "/v1/accounts/login")
        hashed = hashlib.sha512(PASSWORD.encode()).hexdigest()
        assert json.loads(login.body) == {"logInByAccount": {"accountName": "admin", "password": hashed}}
        assert "authorization" not in login.headers

    def test_what_is_kept_is_private_and_holds_no_password(self, admin: User) -> None:
        run_candidates(admin)
        assert state_folder(admin).stat().st_mode & 0o777 == 0o700
        assert {path.suffix for path in state_folder(admin).iterdir()} == {".json", ".lock"}
        assert {path.stat().st_mode & 0o777 for path in state_folder(admin).iterdir()} == {0o600}
        content = session_file(admin).read_text()
        assert PASSWORD not in content
        assert hashlib.sha512(PASSWORD.encode()).hexdigest() not in content

    def test_a_folder_that_others_could_read_is_closed(self, admin: User) -> None:
        state_folder(admin).mkdir(parents=True)
        state_folder(admin).chmod(0o755)
        run_candidates(admin)
        assert state_folder(admin).stat().st_mode & 0o777 == 0o700

    def test_xdg_state_home(self, admin: User) -> None:
        admin.environ["XDG_STATE_HOME"] = str(admin.home / "elsewhere")
        run_candidates(admin)
        assert list((admin.home / "elsewhere" / "zsiso").glob("*.json"))

    def test_each_cloud_and_account_has_its_own(self, user: User, cloud: MockCloud) -> None:
        with run_mock_cloud(MockAuthConfig()) as other:
            user.write_config(
                f'[profiles.a]\nurl = "{other.url}"\naccount = "admin"\npassword = "x"\n'
                f'[profiles.b]\nurl = "{other.url}"\naccount = "else"\npassword = "x"\n'
                f'[profiles.c]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n'
            )
            assert [run_candidates(user, "-p", name) for name in "abcabc"] == [0] * 6
            assert (other.pop_methods(), cloud.pop_methods()) == ("PGPGGG", "PGG")
        assert len(list(state_folder(user).glob("*.json"))) == 3


class TestRenewed:
    def test_an_expired_session_is_replaced_once(self, admin: User, cloud: MockCloud) -> None:
        run_candidates(admin)
        cloud.ahead = timedelta(hours=3)
        cloud.pop_methods()
        assert [run_candidates(admin), run_candidates(admin)] == [0, 0]
        assert cloud.pop_methods() == "GPGG"

    def test_a_call_is_repeated_once_and_no_more(self, admin: User, node: ScriptedNode) -> None:
        admin.write_config(f'[profiles.prod]\nurl = "{node.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
        login, dead = '{"inventory": {"uuid": "s-%d"}}', '{"error": {"code": "ID.1001"}}'
        node.respond(login % 1)
        node.respond(dead, 503)
        node.respond(login % 2)
        node.respond(dead, 503)
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

    def test_a_refused_login_is_tried_once(self, admin: User, cloud: MockCloud) -> None:
        admin.write_config(f'[profiles.prod]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "wrong-password"\n')
        result = admin.run("candidates", ISO)
        assert (result.code, result.out) == (4, "")
        assert result.err.startswith("zsiso: the management node rejected the login (ID.1000)\n")
        assert cloud.pop_methods() == "P"

    def test_a_login_s_answer_that_is_no_session(self, admin: User, node: ScriptedNode) -> None:
        admin.write_config(f'[profiles.prod]\nurl = "{node.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
        node.respond('{"inventory": {"uuid": "a\\nb"}}')
        result = admin.run("candidates", ISO)
        assert (result.code, result.out, len(node.requests)) == (8, "", 1)

    def test_a_session_in_an_answer_that_is_cut_is_not_shown(self, admin: User, node: ScriptedNode) -> None:
        admin.write_config(f'[profiles.prod]\nurl = "{node.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
        node.respond('{"inventory": {"uuid": "a-living-session", "accou')
        result = admin.run("candidates", ISO, "-v")
        assert (result.code, result.out) == (8, "")
        assert "a-living-session" not in result.err

    def test_a_page_in_a_login_s_place_is_shown(self, admin: User, node: ScriptedNode) -> None:
        admin.write_config(f'[profiles.prod]\nurl = "{node.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
        node.respond("<html><title>Please sign in")
        assert "  response: <html><title>Please sign in\n" in admin.run("candidates", ISO).err

    def test_too_many_sessions(self, user: User) -> None:
        with run_mock_cloud(MockAuthConfig(max_sessions=0)) as full:
            user.write_config(f'[profiles.a]\nurl = "{full.url}"\naccount = "admin"\npassword = "some-password"\n')
            result = user.run("candidates", ISO)
        assert (result.code, result.out) == (4, "")
        assert result.err.startswith("zsiso: the account has too many sessions (ID.1006)\n")
