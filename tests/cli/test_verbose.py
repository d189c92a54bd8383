"""``--verbose`` shows requests and responses without secrets."""

from __future__ import annotations

import re

from tests.helpers.mock_cloud import PASSWORD, run_mock_cloud
from tests.helpers.runner import ISO, User
from zsiso import mock_node
from zsiso.mock_node import MockAuthConfig


class TestVerbose:
    def test_verbose_shows_requests_and_responses(self, user: User) -> None:
        with run_mock_cloud() as cloud:
            user.write_config(f'[profiles.a]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
            result = user.run("candidates", ISO, "-v", "--json")
        assert result.code == 0
        first, _, rest = result.err.partition(" bytes")
        assert re.fullmatch(r"(?s)> PUT .*\n< 200, 2\d\d", first)
        lines = re.sub(
            r"\d+\.\d ms", "N ms", re.sub(r"[0-9a-f]{32}$", "JOB", f"{first[:-3]}N bytes{rest}", flags=re.MULTILINE)
        )
        lines = lines.replace(cloud.url, "NODE").replace(cloud.url.rpartition(":")[2], "PORT")
        assert lines == (
            "> PUT NODE/zstack/v1/accounts/login\n"
            "> User-Agent: zsiso/0.1.0\n> Accept-Encoding: identity\n> X-Job-UUID: JOB\n"
            "< 200, N bytes from 127.0.0.1 port PORT\n* connect N ms, wait N ms, body N ms\n"
            f"> GET NODE/zstack/v1/images/iso/{ISO}/vm-candidates\n"
            "> User-Agent: zsiso/0.1.0\n> Accept-Encoding: identity\n> X-Job-UUID: JOB\n> Authorization: OAuth ***\n"
            f"< 200, {len(mock_node.example_inventory())} bytes from 127.0.0.1 port PORT\n* connect N ms, wait N ms, body N ms\n"
        )

    def test_verbose_redacts_access_key_signature(self, user: User) -> None:
        with run_mock_cloud(MockAuthConfig()) as cloud:
            user.write_config(
                f'[profiles.a]\nurl = "{cloud.url}"\naccess_key_id = "key-id"\naccess_key_secret = "some-secret"\n'
            )
            assert "> Authorization: ZStack key-id:***\n" in user.run("candidates", ISO, "-v").err

    def test_verbose_with_mock_option_shows_session_of_the_example(self, user: User) -> None:
        user.write_config('[profiles.a]\nurl = "http://a"\naccess_key_id = "x"\naccess_key_secret = "y"\n')
        assert "> Authorization: OAuth ***\n" in user.run("candidates", "--mock", "-v", "-p", "a").err

    def test_verbose_redacts_session_in_logout_url(self, user: User) -> None:
        with run_mock_cloud() as cloud:
            user.write_config(f'[profiles.a]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
            user.run("login")
            result = user.run("logout", "-v")
        assert "/zstack/v1/accounts/sessions/***\n" in result.err
