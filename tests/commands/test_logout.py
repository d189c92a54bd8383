"""``zsiso logout``."""

from __future__ import annotations

from datetime import timedelta

from tests.helpers.mock_cloud import PASSWORD, MockCloud, run_mock_cloud
from tests.helpers.runner import User
from tests.helpers.scripted_node import ScriptedNode
from tests.helpers.sessions import run_candidates, session_file, state_folder


class TestLogout:
    def test_logout_ends_session_on_node_and_deletes_session_file(self, admin: User, cloud: MockCloud) -> None:
        run_candidates(admin)
        result = admin.run("logout")
        assert (result.code, result.out) == (0, "")
        assert result.err == f"Logged out of {cloud.url}/zstack as admin.\n"
        assert cloud.cloud.count_live_sessions() == 0
        assert list(state_folder(admin).glob("*.json")) == []
        assert admin.run("logout").err == f"No session is saved for admin on {cloud.url}/zstack.\n"
        assert cloud.pop_methods() == "PGD"

    def test_logout_of_expired_session_exits_0(self, admin: User, cloud: MockCloud) -> None:
        run_candidates(admin)
        cloud.ahead = timedelta(hours=3)
        assert admin.run("logout").code == 0
        assert list(state_folder(admin).glob("*.json")) == []

    def test_failed_logout_keeps_session_file(self, admin: User, node: ScriptedNode) -> None:
        admin.write_config(f'[profiles.prod]\nurl = "{node.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
        node.respond('{"inventory": {"uuid": "s-1"}}')
        node.respond("", 500)
        assert admin.run("login").code == 0
        assert admin.run("logout").code == 6
        assert session_file(admin).exists()

    def test_logout_without_node_says_how_to_forget_the_session(self, user: User) -> None:
        with run_mock_cloud() as cloud:
            profile = f'[profiles.prod]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "{PASSWORD}"\nretries = 0\n'
            user.write_config(profile)
            run_candidates(user)
        result = user.run("logout")
        path = session_file(user)
        assert (result.code, result.out, path.exists()) == (7, "", True)
        assert result.err.endswith(f"; to forget the session on this machine only, delete {path}\n")
        path.unlink()
        assert user.run("logout").err == f"No session is saved for admin on {cloud.url}/zstack.\n"
