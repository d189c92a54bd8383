"""``zsiso doctor``: a line for each check, ok or with its fix."""

from __future__ import annotations

import re
import ssl
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
import trustme

from tests.helpers.mock_cloud import PASSWORD, run_mock_cloud
from tests.helpers.runner import User
from tests.helpers.scripted_node import ScriptedNode, refusing_port
from zsiso.commands.doctor import CheckResult, check_certificate

IMAGES = '{"inventories": []}'


def run_doctor(user: User, *more: str, env: dict[str, str] | None = None) -> tuple[int, str]:
    """Return exit code and stdout of ``zsiso doctor``, with addresses, durations and UUIDs replaced by placeholders."""
    result = user.run("doctor", *more, env=env)
    assert result.err == ""
    shown = result.out.replace(str(user.home), "HOME")
    shown = re.sub(r"127\.0\.0\.1(:| port )\d+", r"127.0.0.1\1PORT", shown)
    shown = re.sub(r"in \d+ ms", "in N ms", shown)
    return result.code, re.sub(r"job UUID: [0-9a-f]{32}", "job UUID: JOB", shown)


def list_verdicts(shown: str) -> list[str]:
    return re.findall(r"^(\w+) ", shown, re.MULTILINE)


def test_doctor_reports_success_of_every_check(user: User) -> None:
    with run_mock_cloud() as cloud:
        user.write_config(
            f'[profiles.prod]\nurl = "{cloud.url}"\naccount = "admin"\npassword = {{ env = "PW" }}\nsystem_tags = ["a", "b"]\n'
        )
        env = {"PW": PASSWORD, "ZSISO_SESSION": "some-session", "ZSTACK_HOST": "h"}
        code, shown = run_doctor(user, env=env)
        assert code == 0
        assert shown == (
            'ok       configuration:  profile "prod" in HOME/.config/zsiso/config.toml (only profile in the file)\n'
            "                         url: http://127.0.0.1:PORT/zstack (HOME/.config/zsiso/config.toml)\n"
            "                         timeout: 120 s (default)\n"
            "                         connect_timeout: 10 s (default)\n"
            "                         system_tags: a, b (HOME/.config/zsiso/config.toml)\n"
            "                         user_tags: none (default)\n"
            "                         account: admin (HOME/.config/zsiso/config.toml)\n"
            "                         password: variable PW (HOME/.config/zsiso/config.toml)\n"
            "                         set but ignored: ZSISO_SESSION, ZSTACK_HOST\n"
            "ok       node:           127.0.0.1 port PORT responded in N ms\n"
            "skipped  TLS:            not used: the url is http\n"
            "ok       clock:          in sync\n"
            "ok       credentials:    account accepted\n"
        )
        assert run_doctor(user, "-q", env=env) == (0, "")


def test_doctor_describes_configuration_from_environment(user: User) -> None:
    with run_mock_cloud() as cloud:
        env = {"ZSISO_URL": cloud.url, "ZSISO_SESSION": "the-only-one", "ZSISO_CONFIG": "x"}
        code, shown = run_doctor(user, env=env)
    assert code == 0
    assert shown.startswith(
        "ok       configuration:  the environment (ZSISO_URL)\n"
        "                         url: http://127.0.0.1:PORT/zstack (ZSISO_URL)\n"
    )
    assert "session: written out (ZSISO_SESSION)\n" in shown
    assert "set but ignored: ZSISO_CONFIG\n" in shown


def test_doctor_without_configuration_exits_3(user: User) -> None:
    code, shown = run_doctor(user)
    assert (code, list_verdicts(shown)) == (3, ["FAILED", "skipped", "skipped", "skipped", "skipped"])
    assert "fix: run `zsiso init` to create one" in shown
    assert "skipped  node:           not checked: configuration failed\n" in shown


def test_doctor_with_invalid_timeout_exits_2(user: User) -> None:
    result = user.run("doctor", "--timeout", "0")
    assert (result.code, result.out) == (2, "")
    assert result.err == "zsiso: --timeout must be a number of seconds greater than 0, not 0\nhint: --timeout 30\n"


def test_doctor_lists_connection_settings_of_profile(user: User) -> None:
    user.write_config(
        f'[profiles.a]\nurl = "http://127.0.0.1:{refusing_port()}"\nsession = "some-session"\nretries = 0\n'
        'max_body = 1000\ninsecure = false\nca_file = "ca.pem"\nproxy = "http://me:hunter22@proxy:3128"\n'
    )
    _, shown = run_doctor(user)
    lines = [line.split(" (")[0].strip() for line in shown.splitlines()[2:7]]
    folder = user.config.parent
    assert lines == [
        "retries: 0",
        "max_body: 1000 bytes",
        f"ca_file: {folder}/ca.pem".replace(str(user.home), "HOME"),
        "insecure: false",
        "proxy: written out",
    ]
    assert "hunter22" not in shown


def test_doctor_accepts_mock_node(user: User) -> None:
    code, shown = run_doctor(user, "--mock")
    assert (code, list_verdicts(shown)) == (0, ["ok", "ok", "skipped", "ok", "ok"])


def test_doctor_reports_connection_refused(user: User) -> None:
    user.write_config(f'[profiles.a]\nurl = "http://127.0.0.1:{refusing_port()}"\nsession = "some-session"\n')
    code, shown = run_doctor(user)
    assert (code, list_verdicts(shown)) == (7, ["ok", "FAILED", "skipped", "skipped", "skipped"])
    assert "FAILED   node:           the management node could not be reached: Connection refused\n" in shown


class TestDoctorTls:
    @pytest.fixture
    def tls_node(self, node: ScriptedNode, user: User, authority: trustme.CA) -> ScriptedNode:
        """A TLS node, and a profile with its URL."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ends = datetime.now(timezone.utc) + timedelta(days=40)
        authority.issue_cert("127.0.0.1", not_after=ends).configure_cert(context)
        node.use_tls(context)
        node.respond(IMAGES)
        user.write_config(f'[profiles.a]\nurl = "{node.url}"\nsession = "some-session"\n')
        return node

    @pytest.fixture
    def authority(self) -> trustme.CA:
        return trustme.CA()

    def test_doctor_shows_days_left_of_trusted_certificate(
        self, user: User, tls_node: ScriptedNode, authority: trustme.CA
    ) -> None:
        authority.cert_pem.write_to_path(user.home / "ca.pem")
        code, shown = run_doctor(user, env={"SSL_CERT_FILE": str(user.home / "ca.pem")})
        assert (code, list_verdicts(shown)) == (0, ["ok", "ok", "ok", "warning", "ok"]), tls_node.url
        assert "ok       TLS:            the certificate of 127.0.0.1 expires in 39 days\n" in shown

    def test_doctor_reports_untrusted_certificate(self, user: User, tls_node: ScriptedNode) -> None:
        code, shown = run_doctor(user)
        assert (code, list_verdicts(shown)) == (7, ["ok", "ok", "FAILED", "skipped", "skipped"])
        assert "FAILED   TLS:            the certificate of the management node is not trusted: " in shown
        assert tls_node.requests == []

    def test_doctor_warns_about_disabled_certificate_verification(self, user: User, tls_node: ScriptedNode) -> None:
        user.write_config(f'[profiles.a]\nurl = "{tls_node.url}"\nsession = "some-session"\ninsecure = true\n')
        result = user.run("doctor", "-q")
        assert result.code == 0
        assert result.err == 'warning: TLS certificate verification is disabled in profile "a" (insecure = true)\n'
        assert result.out.startswith(
            "warning  TLS:            certificate verification is disabled (insecure = true)\n"
            "                         fix: remove insecure, and set ca_file to the certificate of the CA\n"
        )

    def test_doctor_reports_missing_ca_file(self, user: User, tls_node: ScriptedNode) -> None:
        user.write_config(f'[profiles.a]\nurl = "{tls_node.url}"\nsession = "some-session"\nca_file = "nowhere.pem"\n')
        code, shown = run_doctor(user)
        assert (code, list_verdicts(shown)) == (3, ["FAILED", "skipped", "skipped", "skipped", "skipped"])
        assert shown.startswith(
            "FAILED   configuration:  cannot read ca_file HOME/.config/zsiso/nowhere.pem: No such file or directory\n"
        )


class TestDoctorWithSeveralNodes:
    def test_doctor_lists_response_times_of_all_nodes(self, user: User) -> None:
        with run_mock_cloud() as first, run_mock_cloud() as second:
            user.write_config(f'[profiles.a]\nurl = ["{first.url}", "{second.url}"]\nsession = "the-only-one"\n')
            code, shown = run_doctor(user)
        assert (code, list_verdicts(shown)) == (0, ["ok", "ok", "skipped", "ok", "ok"])
        assert (
            "ok       node:           127.0.0.1 port PORT responded in N ms\n"
            "                         127.0.0.1:PORT: responded in N ms\n"
            "                         127.0.0.1:PORT: responded in N ms\n"
        ) in shown

    def test_doctor_warns_about_one_node_out_of_two_down(self, user: User) -> None:
        with run_mock_cloud() as cloud:
            gone = f"http://127.0.0.1:{refusing_port()}"
            user.write_config(f'[profiles.a]\nurl = ["{gone}", "{cloud.url}"]\nsession = "the-only-one"\n')
            code, shown = run_doctor(user, "-q")
        assert code == 0
        assert shown == (
            "warning  node:           127.0.0.1 port PORT responded in N ms\n"
            "                         127.0.0.1:PORT: the management node could not be reached: Connection refused\n"
            "                         127.0.0.1:PORT: responded in N ms\n"
            "                         fix: check the nodes that did not respond; requests go to the others\n"
        )

    def test_doctor_warns_about_one_silent_node(self, user: User, node: ScriptedNode) -> None:
        node.hang()
        with run_mock_cloud() as cloud:
            user.write_config(f'[profiles.a]\nurl = ["{cloud.url}", "{node.url}"]\nsession = "the-only-one"\n')
            code, shown = run_doctor(user, "--timeout", "3")
        assert (code, list_verdicts(shown)) == (0, ["ok", "warning", "skipped", "ok", "ok"])
        assert re.search(r"^ +127.0.0.1:PORT: timed out after [\d.]+ s waiting for a response$", shown, re.MULTILINE)

    def test_doctor_reports_all_nodes_down(self, user: User) -> None:
        gone = [f"http://127.0.0.1:{refusing_port()}" for _ in range(2)]
        user.write_config(f'[profiles.a]\nurl = {gone}\nsession = "the-only-one"\n')
        code, shown = run_doctor(user, "-q")
        assert code == 7
        assert shown.startswith(
            "FAILED   node:           none of the 2 management nodes could be reached\n"
            "                         127.0.0.1:PORT: the management node could not be reached: Connection refused\n"
            "                         127.0.0.1:PORT: the management node could not be reached: Connection refused\n"
        )


@pytest.mark.parametrize(
    ("credentials", "verdict", "code"),
    [
        ('session = "some-session"', "warning", 0),
        ('access_key_id = "id"\naccess_key_secret = "some-secret"', "FAILED", 4),
    ],
)
def test_doctor_reports_clock_difference(
    user: User, node: ScriptedNode, credentials: str, verdict: str, code: int
) -> None:
    theirs = datetime.now(timezone.utc).replace(tzinfo=None) + timedelta(hours=1)
    node.respond(IMAGES, 200, (f"Date: {format_datetime(theirs)[:-5]}GMT",))
    user.write_config(f'[profiles.a]\nurl = "{node.url}"\n{credentials}\n')
    exit_code, shown = run_doctor(user)
    assert (exit_code, list_verdicts(shown)[3]) == (code, verdict)
    assert re.search(r"clock: +the node is (35[5-9]\d|3600) s ahead of this machine", shown)


def test_doctor_warns_about_response_without_date(user: User, node: ScriptedNode) -> None:
    node.respond(IMAGES)
    user.write_config(f'[profiles.a]\nurl = "{node.url}"\nsession = "some-session"\n')
    code, shown = run_doctor(user, "-q")
    assert (code, shown) == (0, "warning  clock:          unknown: the response has no valid Date header\n")


def test_doctor_reports_rejected_session(user: User) -> None:
    with run_mock_cloud() as cloud:
        user.write_config(f'[profiles.a]\nurl = "{cloud.url}"\nsession = "another-one"\n')
        code, shown = run_doctor(user, "-q")
    assert code == 4
    assert shown == (
        "FAILED   credentials:    the session is invalid or has expired (ID.1001)\n"
        "                         ID.1001: The session is invalid, either wrong session id or the session has been expired: Session expired or wrong session ID.\n"
        "                         request: GET http://127.0.0.1:PORT/zstack/v1/images?q=mediaType%3DISO&limit=1&fields=uuid\n"
        "                         fix: a session expires two hours after its last use: set a new one in the profile, or an account or an access key\n"
    )


def test_doctor_reports_missing_credentials(user: User, node: ScriptedNode) -> None:
    node.respond("missing header: Authorization", 400)
    user.write_config(f'[profiles.a]\nurl = "{node.url}"\n')
    code, shown = run_doctor(user)
    assert (code, list_verdicts(shown)) == (3, ["ok", "ok", "skipped", "warning", "FAILED"])


def test_doctor_escapes_hostile_text_of_node(user: User, node: ScriptedNode) -> None:
    node.respond("\x1b[31m\u202e", 500)
    user.write_config(f'[profiles.a]\nurl = "{node.url}"\nsession = "some-session"\n')
    code, shown = run_doctor(user)
    assert code == 6
    assert r"response: \x1b[31m\u202e" in shown


class TestDoctorCertificateCheck:
    @staticmethod
    def certificate(days: int) -> dict[str, object]:
        end = datetime.now(timezone.utc) + timedelta(days=days, hours=1)
        return {
            "subject": ((("commonName", "node"),),),
            "notAfter": f"{end:%b %d %H:%M:%S %Y} GMT",
            "subjectAltName": (("DNS", "zstack.example.com"), ("IP Address", "10.0.0.5")),
        }

    def test_certificate_check_accepts_long_validity(self) -> None:
        check_result = check_certificate(self.certificate(90))
        assert check_result == CheckResult("TLS", "the certificate of zstack.example.com, 10.0.0.5 expires in 90 days")

    def test_certificate_check_warns_about_expiry_within_days(self) -> None:
        check_result = check_certificate(self.certificate(3))
        assert (check_result.verdict, check_result.fix) == ("warning", "renew the certificate of the node")

    def test_certificate_check_falls_back_to_common_name(self) -> None:
        bare = {**self.certificate(90), "subjectAltName": ()}
        assert check_certificate(bare).message == "the certificate of node expires in 90 days"
