"""An account's session: logged in once, kept, shared, renewed and ended."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from tests.cloud import PASSWORD, Watched, running_cloud
from tests.command import ISO, PROGRAM, User
from zsiso.api.client import Client
from zsiso.api.session_store import SessionStore
from zsiso.config.connection import ConnectionSettings
from zsiso.config.credentials import Account
from zsiso.config.profile import Profile
from zsiso.config.secrets import InlineSecret, Secret
from zsiso.deadline import Deadline
from zsiso.mock_node.cloud import Accepts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.node import Node


@pytest.fixture
def cloud() -> Iterator[Watched]:
    with running_cloud() as running:
        yield running


@pytest.fixture
def admin(user: User, cloud: Watched) -> User:
    """Somebody whose profile has an account and its password."""
    user.writes_config(f'[profiles.prod]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
    return user


@pytest.fixture
def operator(user: User, cloud: Watched) -> User:
    """Somebody whose profile has an account and no password."""
    user.writes_config(f'[profiles.prod]\nurl = "{cloud.url}"\naccount = "admin"\n')
    return user


def state(user: User) -> Path:
    return user.home / ".local" / "state" / "zsiso"


def kept(user: User) -> Path:
    (path,) = state(user).glob("*.json")
    return path


def asks(user: User, *more: str) -> int:
    result = user.runs("candidates", ISO, "--json", *more)
    assert result.code or not result.err, result.err
    return result.code


class TestKept:
    def test_one_login_serves_many_runs(self, admin: User, cloud: Watched) -> None:
        assert [asks(admin), asks(admin), asks(admin)] == [0, 0, 0]
        assert cloud.methods() == "PGGG"

    def test_the_login_is_the_documented_one(self, admin: User, cloud: Watched) -> None:
        asks(admin)
        login = cloud.asked[0]
        assert (login.method, login.path) == ("PUT", "/v1/accounts/login")
        hashed = hashlib.sha512(PASSWORD.encode()).hexdigest()
        assert json.loads(login.body) == {"logInByAccount": {"accountName": "admin", "password": hashed}}
        assert "authorization" not in login.headers

    def test_what_is_kept_is_private_and_holds_no_password(self, admin: User) -> None:
        asks(admin)
        assert state(admin).stat().st_mode & 0o777 == 0o700
        assert {path.suffix for path in state(admin).iterdir()} == {".json", ".lock"}
        assert {path.stat().st_mode & 0o777 for path in state(admin).iterdir()} == {0o600}
        content = kept(admin).read_text()
        assert PASSWORD not in content
        assert hashlib.sha512(PASSWORD.encode()).hexdigest() not in content

    def test_a_folder_that_others_could_read_is_closed(self, admin: User) -> None:
        state(admin).mkdir(parents=True)
        state(admin).chmod(0o755)
        asks(admin)
        assert state(admin).stat().st_mode & 0o777 == 0o700

    def test_xdg_state_home(self, admin: User) -> None:
        admin.environ["XDG_STATE_HOME"] = str(admin.home / "elsewhere")
        asks(admin)
        assert list((admin.home / "elsewhere" / "zsiso").glob("*.json"))

    def test_each_cloud_and_account_has_its_own(self, user: User, cloud: Watched) -> None:
        with running_cloud(Accepts()) as other:
            user.writes_config(
                f'[profiles.a]\nurl = "{other.url}"\naccount = "admin"\npassword = "x"\n'
                f'[profiles.b]\nurl = "{other.url}"\naccount = "else"\npassword = "x"\n'
                f'[profiles.c]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n'
            )
            assert [asks(user, "-p", name) for name in "abcabc"] == [0] * 6
            assert (other.methods(), cloud.methods()) == ("PGPGGG", "PGG")
        assert len(list(state(user).glob("*.json"))) == 3


class TestRenewed:
    def test_an_expired_session_is_replaced_once(self, admin: User, cloud: Watched) -> None:
        asks(admin)
        cloud.ahead = timedelta(hours=3)
        cloud.methods()
        assert [asks(admin), asks(admin)] == [0, 0]
        assert cloud.methods() == "GPGG"

    def test_a_call_is_repeated_once_and_no_more(self, admin: User, node: Node) -> None:
        admin.writes_config(f'[profiles.prod]\nurl = "{node.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
        login, dead = '{"inventory": {"uuid": "s-%d"}}', '{"error": {"code": "ID.1001"}}'
        node.answers(login % 1)
        node.answers(dead, 503)
        node.answers(login % 2)
        node.answers(dead, 503)
        result = admin.runs("candidates", ISO)
        assert (result.code, result.out) == (4, "")
        assert [seen.method for seen in node.seen] == ["PUT", "GET", "PUT", "GET"]
        assert [seen.headers.get("authorization") for seen in node.seen] == [None, "OAuth s-1", None, "OAuth s-2"]
        assert len({seen.headers["x-job-uuid"] for seen in node.seen}) == 4

    def test_a_refused_login_is_tried_once(self, admin: User, cloud: Watched) -> None:
        admin.writes_config(f'[profiles.prod]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "wrong-password"\n')
        result = admin.runs("candidates", ISO)
        assert (result.code, result.out) == (4, "")
        assert result.err.startswith("zsiso: the management node refused the login (ID.1000)\n")
        assert cloud.methods() == "P"

    def test_a_login_s_answer_that_is_no_session(self, admin: User, node: Node) -> None:
        admin.writes_config(f'[profiles.prod]\nurl = "{node.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
        node.answers('{"inventory": {"uuid": "a\\nb"}}')
        result = admin.runs("candidates", ISO)
        assert (result.code, result.out, len(node.seen)) == (8, "", 1)

    def test_a_session_in_an_answer_that_is_cut_is_not_shown(self, admin: User, node: Node) -> None:
        admin.writes_config(f'[profiles.prod]\nurl = "{node.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
        node.answers('{"inventory": {"uuid": "a-living-session", "accou')
        result = admin.runs("candidates", ISO, "-v")
        assert (result.code, result.out) == (8, "")
        assert "a-living-session" not in result.err

    def test_a_page_in_a_login_s_place_is_shown(self, admin: User, node: Node) -> None:
        admin.writes_config(f'[profiles.prod]\nurl = "{node.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
        node.answers("<html><title>Please sign in")
        assert "  it began: <html><title>Please sign in\n" in admin.runs("candidates", ISO).err

    def test_too_many_sessions(self, user: User) -> None:
        with running_cloud(Accepts(most_sessions=0)) as full:
            user.writes_config(f'[profiles.a]\nurl = "{full.url}"\naccount = "admin"\npassword = "some-password"\n')
            result = user.runs("candidates", ISO)
        assert (result.code, result.out) == (4, "")
        assert result.err.startswith("zsiso: the account has too many sessions (ID.1006)\n")


class TestSpoilt:
    @pytest.mark.parametrize(
        "content",
        [b"", b"\xff\x00", b"{", b"[]", b"null", b'{"session": "x"}', b'{"session": 5}', b"[" * 100_000],
    )
    def test_a_spoilt_file_is_a_reason_to_log_in(self, admin: User, cloud: Watched, content: bytes) -> None:
        asks(admin)
        kept(admin).write_bytes(content)
        cloud.methods()
        assert [asks(admin), asks(admin)] == [0, 0]
        assert cloud.methods() == "PGG"

    def test_so_is_a_pipe_in_its_place(self, admin: User, cloud: Watched) -> None:
        asks(admin)
        path = kept(admin)
        path.unlink()
        os.mkfifo(path)
        cloud.methods()
        assert asks(admin) == 0
        assert cloud.methods() == "PG"

    @pytest.mark.parametrize("key", ["urls", "account"])
    def test_so_is_one_that_is_somebody_else_s(self, admin: User, cloud: Watched, key: str) -> None:
        asks(admin)
        content = json.loads(kept(admin).read_text())
        content[key] = ["http://elsewhere"] if key == "urls" else "else"
        kept(admin).write_text(json.dumps(content))
        cloud.methods()
        assert asks(admin) == 0
        assert cloud.methods() == "PG"

    def test_so_is_a_session_that_no_header_carries(self, admin: User, cloud: Watched) -> None:
        asks(admin)
        content = json.loads(kept(admin).read_text())
        kept(admin).write_text(json.dumps({**content, "session": "a\r\nX-Evil: 1"}))
        cloud.methods()
        assert asks(admin) == 0
        assert cloud.methods() == "PG"

    def test_a_session_that_can_t_be_kept_is_ended(self, admin: User, cloud: Watched) -> None:
        state(admin).parent.mkdir(parents=True)
        state(admin).write_text("a file where the folder should be")
        assert [asks(admin), asks(admin)] == [0, 0]
        assert cloud.methods() == "PGDPGD"
        assert cloud.cloud.live_sessions() == 0

    def test_also_when_the_file_alone_can_t_be_written(self, admin: User, cloud: Watched) -> None:
        asks(admin)
        path = kept(admin)
        path.unlink()
        path.mkdir()
        (path / "in-the-way").touch()
        cloud.methods()
        assert asks(admin) == 0
        assert cloud.methods() == "PGD"
        assert [left.name for left in state(admin).iterdir() if left.name.startswith("new-")] == []

    def test_it_is_ended_when_the_call_fails_too(self, admin: User, cloud: Watched) -> None:
        state(admin).parent.mkdir(parents=True)
        state(admin).write_text("")
        result = admin.runs("candidates", "0" * 32)
        assert (result.code, cloud.methods(), cloud.cloud.live_sessions()) == (5, "PGD", 0)

    def test_the_mock_node_s_session_is_not_kept(self, admin: User, cloud: Watched) -> None:
        assert asks(admin, "--mock") == 0
        assert cloud.methods() == ""
        assert not state(admin).exists()


def together(user: User, count: int) -> list[int]:
    """Return the exit codes of ``count`` runs started in the same moment."""
    runs = [
        subprocess.Popen(
            [*PROGRAM, "candidates", ISO, "--json"],
            env=user.environ,
            cwd=user.home,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(count)
    ]
    outputs = [run.communicate(timeout=120) for run in runs]
    assert {error for _, error in outputs} == {b""}
    assert len({out for out, _ in outputs}) == 1
    return [run.returncode for run in runs]


class TestManyAtOnce:
    def test_fifty_jobs_log_in_once_between_them(self, admin: User, cloud: Watched) -> None:
        admin.environ["ZSISO_PROFILE"] = "prod"
        assert together(admin, 50) == [0] * 50
        methods = cloud.methods()
        assert (methods.count("P"), methods.count("G"), methods.count("D")) == (1, 50, 0)
        assert cloud.cloud.live_sessions() == 1

    def test_none_answers_wrongly_when_the_session_is_renewed_under_it(self, admin: User, cloud: Watched) -> None:
        asks(admin)
        cloud.ahead = timedelta(hours=3)
        cloud.methods()
        assert together(admin, 12) == [0] * 12
        assert cloud.methods().count("P") == 1

    def test_many_logins_and_logouts_leave_no_session_behind(self, admin: User, cloud: Watched) -> None:
        runs = [
            subprocess.Popen([*PROGRAM, command, "-q"], env=admin.environ, cwd=admin.home, stderr=subprocess.PIPE)
            for command in ("login", "login", "logout", "login", "login", "logout", "login", "login")
        ]
        assert {run.communicate(timeout=60)[1] for run in runs} == {b""}
        assert {run.returncode for run in runs} == {0}
        assert cloud.cloud.live_sessions() == len(list(state(admin).glob("*.json")))

    def test_waiting_for_another_s_login_is_inside_the_deadline(self, admin: User, cloud: Watched) -> None:
        asks(admin)
        kept(admin).unlink()
        script = (
            "import sys, filelock; lock = filelock.FileLock(sys.argv[1]); lock.acquire()\n"
            "print('held', flush=True); sys.stdin.read()"
        )
        (path,) = state(admin).glob("*.lock")
        with subprocess.Popen(
            [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            cloud.methods()
            result = admin.runs("candidates", ISO, "--timeout", "0.3")
            holder.communicate("")
        assert (result.code, result.out, cloud.methods()) == (7, "", "")
        assert result.err.startswith("zsiso: another run is logging in as admin, and was not done within 0.3 seconds\n")


LATE = b'{"inventory": {"uuid": "a-late-session"}}'


def answers_late(node: Node, told: threading.Event, limit: float) -> None:
    """Queue the answer to a login that comes when a test says so, or when ``limit`` (seconds) has passed."""

    def answer(connection: socket.socket) -> None:
        told.wait(limit)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(LATE) + LATE)

    node.does(answer)
    node.answers("{}")


class TestLate:
    """A login whose answer comes after the run has given up on it."""

    @pytest.fixture(autouse=True)
    def profile(self, user: User, node: Node) -> None:
        user.writes_config(f'[profiles.prod]\nurl = "{node.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')

    def test_is_logged_out_after_the_deadline(self, user: User, node: Node) -> None:
        answers_late(node, node.ended, 1.2)
        result = user.runs("candidates", ISO, "--timeout", "1")
        assert (result.code, result.out) == (7, "")
        asked = [(seen.method, seen.path.rpartition("/")[2]) for seen in node.seen]
        assert asked == [("PUT", "login"), ("DELETE", "a-late-session")]

    def test_that_never_comes_is_not_waited_for_long(self, user: User, node: Node) -> None:
        node.hangs()
        result = user.runs("candidates", ISO, "--timeout", "1")
        assert (result.code, [seen.method for seen in node.seen]) == (7, ["PUT"])

    def test_is_logged_out_after_a_signal(self, user: User, node: Node) -> None:
        told = threading.Event()
        answers_late(node, told, 20)
        with user.starts("candidates", ISO) as process:
            while not node.seen:
                assert process.poll() is None
            process.terminate()
            told.set()
            process.communicate(timeout=20)
        assert (process.returncode, [seen.method for seen in node.seen]) == (143, ["PUT", "DELETE"])


@contextmanager
def interrupted_at(line: int) -> Iterator[Callable[[str], None]]:
    """Give a trace that is interrupted when it is told this line, counted from 0."""
    told = count()

    def trace(_: str) -> None:
        if next(told) == line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        yield trace


class TestInterrupted:
    """A run that ends in the middle of its conversation, at any line that it would tell of it."""

    LINES = 20

    @pytest.fixture
    def profile(self, cloud: Watched) -> Profile:
        account = Account("admin", InlineSecret("the test's password", Secret(PASSWORD)))
        return Profile("test", ConnectionSettings((f"{cloud.url}/zstack",), proxy=False), account)

    def test_is_told_in_so_many_lines(self, profile: Profile) -> None:
        lines: list[str] = []
        with Client(profile, Deadline(30), environ={}, trace=lines.append) as client:
            client.check_credentials()
        assert len(lines) == self.LINES

    @pytest.mark.parametrize("line", range(LINES))
    def test_leaves_no_session_behind(self, profile: Profile, cloud: Watched, line: int) -> None:
        with interrupted_at(line) as trace, Client(profile, Deadline(30), environ={}, trace=trace) as client:
            client.check_credentials()
        assert cloud.cloud.live_sessions() == 0

    @pytest.mark.parametrize("line", range(13))
    def test_leaves_no_session_that_a_login_replaced(
        self, profile: Profile, cloud: Watched, tmp_path: Path, line: int
    ) -> None:
        kept = SessionStore(tmp_path, profile.route.urls, "admin")
        with Client(profile, Deadline(30), environ={}, session_store=kept) as client:
            client.check_credentials()
        with (
            interrupted_at(line) as trace,
            Client(profile, Deadline(30), environ={}, session_store=kept, trace=trace) as client,
        ):
            assert client.session is not None
            client.session.log_in()
        cloud.methods()
        with Client(profile, Deadline(30), environ={}, session_store=kept) as client:
            client.check_credentials()
        assert (cloud.methods(), cloud.cloud.live_sessions()) == ("G", 1)


class TestLogin:
    def test_reads_the_password_from_stdin(self, operator: User, cloud: Watched) -> None:
        result = operator.runs("login", "--password-stdin", stdin=f"{PASSWORD}\n")
        assert (result.code, result.out) == (0, "")
        assert result.err.startswith(f"Logged in to {cloud.url}/zstack as admin: a session, which lives until ")
        assert result.err.endswith(" by the node's clock.\n")
        assert asks(operator) == 0
        assert cloud.methods() == "PG"

    def test_uses_the_profile_s_password(self, admin: User, cloud: Watched) -> None:
        result = admin.runs("login", "-q")
        assert (result.code, result.out, result.err) == (0, "", "")
        assert cloud.methods() == "P"

    def test_ends_the_session_kept_before(self, admin: User, cloud: Watched) -> None:
        admin.runs("login")
        admin.runs("login")
        assert cloud.methods() == "PPD"
        assert cloud.cloud.live_sessions() == 1

    def test_without_a_password_and_a_terminal(self, operator: User, cloud: Watched) -> None:
        for command in (["login"], ["candidates", ISO]):
            result = operator.runs(*command)
            assert (result.code, result.out) == (4, "")
            assert "`zsiso login --profile prod`" in result.err
        assert cloud.methods() == ""

    def test_takes_bytes_that_are_no_text(self, user: User) -> None:
        with running_cloud(Accepts()) as cloud:
            user.writes_config(f'[profiles.a]\nurl = "{cloud.url}"\naccount = "admin"\n')
            done = subprocess.run(
                [*PROGRAM, "login", "--password-stdin"],
                input=b"\xff\xfe\n",
                env={**user.environ, "PYTHONIOENCODING": "utf-8"},
                capture_output=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            assert (
                json.loads(cloud.asked[0].body)["logInByAccount"]["password"] == hashlib.sha512(b"\xff\xfe").hexdigest()
            )

    @pytest.mark.parametrize("stdin", ["", "\n"])
    def test_an_empty_stdin(self, operator: User, stdin: str) -> None:
        result = operator.runs("login", "--password-stdin", stdin=stdin)
        assert (result.code, result.out) == (3, "")
        assert result.err.startswith("zsiso: --password-stdin: there is no password on stdin\n")

    def test_a_session_that_can_t_be_kept(self, operator: User, cloud: Watched) -> None:
        state(operator).parent.mkdir(parents=True)
        state(operator).write_text("")
        result = operator.runs("login", "--password-stdin", stdin=PASSWORD)
        assert (result.code, result.out, cloud.methods()) == (9, "", "PD")
        assert result.err.startswith("zsiso: the session can't be kept, and is ended again\nhint: ")

    def test_of_a_profile_without_an_account(self, user: User, cloud: Watched) -> None:
        user.writes_config(f'[profiles.a]\nurl = "{cloud.url}"\nsession = "some-session"\n')
        for command in ("login", "logout"):
            result = user.runs(command)
            assert (result.code, result.err.splitlines()[0]) == (
                3,
                'zsiso: profile "a" has no account to log in or out',
            )

    def test_against_the_mock_node_keeps_nothing(self, user: User) -> None:
        result = user.runs("login", "--mock")
        assert (result.code, result.out) == (0, "")
        assert result.err.startswith("Logged in to http://127.0.0.1:")
        assert not state(user).exists()
        assert user.runs("logout", "--mock").code == 0


class TestLogout:
    def test_ends_the_session_there_and_here(self, admin: User, cloud: Watched) -> None:
        asks(admin)
        result = admin.runs("logout")
        assert (result.code, result.out) == (0, "")
        assert result.err == f"Logged out of {cloud.url}/zstack as admin.\n"
        assert cloud.cloud.live_sessions() == 0
        assert list(state(admin).glob("*.json")) == []
        assert admin.runs("logout").err == f"No session is kept for admin on {cloud.url}/zstack.\n"
        assert cloud.methods() == "PGD"

    def test_of_a_session_that_has_expired_is_well(self, admin: User, cloud: Watched) -> None:
        asks(admin)
        cloud.ahead = timedelta(hours=3)
        assert admin.runs("logout").code == 0
        assert list(state(admin).glob("*.json")) == []

    def test_that_fails_keeps_the_session_to_try_again(self, admin: User, node: Node) -> None:
        admin.writes_config(f'[profiles.prod]\nurl = "{node.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
        node.answers('{"inventory": {"uuid": "s-1"}}')
        node.answers("", 500)
        assert admin.runs("login").code == 0
        assert admin.runs("logout").code == 6
        assert kept(admin).exists()


class TestAPerson:
    def test_at_the_prompt_stands_in_nobody_s_way(self, operator: User, cloud: Watched) -> None:
        with operator.typing("login", prompt="Password of account admin: ") as answer:
            operator.writes_config(
                f'[profiles.prod]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n'
            )
            assert asks(operator, "--timeout", "9") == 0
            code, seen = answer("\x03")
        assert (code, cloud.methods()) == (130, "PG"), seen

    def test_types_the_password_unseen(self, operator: User, cloud: Watched) -> None:
        code, seen = operator.types("login", prompt="Password of account admin: ", typed=f"{PASSWORD}\n")
        assert code == 0, seen
        assert PASSWORD not in seen
        assert "Logged in to " in seen
        assert asks(operator) == 0
        assert cloud.methods() == "PG"

    def test_is_asked_by_candidates_too(self, operator: User, cloud: Watched) -> None:
        code, seen = operator.types("candidates", ISO, prompt="Password of account admin: ", typed=f"{PASSWORD}\n")
        assert code == 0, seen
        assert "Test-VM" in seen
        assert cloud.methods() == "PG"

    def test_types_nothing(self, operator: User, cloud: Watched) -> None:
        code, seen = operator.types("login", prompt="Password of account admin: ", typed="\n")
        assert (code, cloud.methods()) == (4, "")
        assert "zsiso: nothing was typed" in seen

    @pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
    def test_thinks_better_of_it(self, operator: User, cloud: Watched, key: str) -> None:
        code, seen = operator.types("login", prompt="Password of account admin: ", typed=key)
        assert (code, cloud.methods()) == (130, "")
        assert "Traceback" not in seen


def test_a_person_at_a_prompt_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr("zsiso.deadline.time", SimpleNamespace(monotonic=lambda: clock.now))
    deadline = Deadline(30)
    clock.now = 10
    with deadline.paused():
        clock.now = 3600
    assert deadline.remaining() == 20


def test_a_secret_does_not_show_itself() -> None:
    secret = Secret("hunter22")
    assert "hunter22" not in f"{secret} {secret!r} {[secret]} {Accepts(password=secret)}"
