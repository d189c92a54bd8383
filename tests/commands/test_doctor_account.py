"""``zsiso doctor`` with an account: it logs in itself, and leaves the saved session as it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.helpers.failures import make_error
from tests.helpers.mock_cloud import PASSWORD, MockCloud
from tests.helpers.runner import User
from tests.helpers.scripted_node import ScriptedNode
from tests.helpers.sessions import run_candidates, session_file, state_folder

ACCEPTED = "ok       credentials:    account accepted\n"


def test_doctor_logs_in_and_out_without_saving_the_session(admin: User, cloud: MockCloud) -> None:
    result = admin.run("doctor")
    assert (result.code, result.err) == (0, "")
    assert result.out.endswith(ACCEPTED)
    # A request without credentials, a login, a query and a logout.
    assert (cloud.pop_methods(), cloud.cloud.count_live_sessions()) == ("GPGD", 0)
    assert not list(state_folder(admin).glob("*.json"))


def test_doctor_leaves_saved_session_alone(admin: User, cloud: MockCloud) -> None:
    run_candidates(admin)
    content = session_file(admin).read_bytes()
    cloud.pop_methods()
    result = admin.run("doctor")
    assert (result.code, result.out.endswith(ACCEPTED)) == (0, True)
    assert session_file(admin).read_bytes() == content
    assert cloud.cloud.count_live_sessions() == 1
    cloud.pop_methods()
    assert (run_candidates(admin), cloud.pop_methods()) == (0, "G")


@pytest.mark.parametrize("source", ["file", "command"])
def test_doctor_tries_changed_password_although_saved_session_works(user: User, cloud: MockCloud, source: str) -> None:
    (user.home / "pw").write_text(PASSWORD)
    (user.home / "pw").chmod(0o600)
    value = '{ file = "~/pw" }' if source == "file" else f'{{ command = "cat {user.home}/pw" }}'
    user.write_config(f'[profiles.a]\nurl = "{cloud.url}"\naccount = "admin"\npassword = {value}\n')
    assert run_candidates(user) == 0
    (user.home / "pw").write_text("changed")
    result = user.run("doctor", "-q")
    assert result.code == 4
    assert result.out.startswith("FAILED   credentials:    wrong account name or password (ID.1000)\n")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('{ file = "~/pw" }', "cannot read HOME/pw: No such file or directory"),
        ('{ env = "PW" }', "the environment variable PW is empty or not set"),
        ('{ command = "cat pw" }', 'the command "cat pw" failed with exit code 1'),
    ],
    ids=["file", "variable", "command"],
)
def test_doctor_fails_where_password_is_gone_although_saved_session_works(
    user: User, cloud: MockCloud, source: str, message: str
) -> None:
    (user.home / "pw").write_text(PASSWORD)
    (user.home / "pw").chmod(0o600)
    user.write_config(f'[profiles.a]\nurl = "{cloud.url}"\naccount = "admin"\npassword = {source}\n')
    user.environ["PW"] = PASSWORD
    assert run_candidates(user) == 0
    (user.home / "pw").unlink()
    del user.environ["PW"]
    result = user.run("doctor", "-q")
    assert result.code == 3
    assert result.out.startswith(f"FAILED   credentials:    {user.config}: profiles.a.password: ")
    assert message in result.out.replace(str(user.home), "HOME")


@pytest.mark.parametrize("name", ["pw", ".config/zsiso/config.toml"])
def test_doctor_fails_where_others_can_read_the_password_although_saved_session_works(
    user: User, cloud: MockCloud, name: str
) -> None:
    (user.home / "pw").write_text(PASSWORD)
    (user.home / "pw").chmod(0o600)
    value = '{ file = "~/pw" }' if name == "pw" else f'"{PASSWORD}"'
    user.write_config(f'[profiles.a]\nurl = "{cloud.url}"\naccount = "admin"\npassword = {value}\n')
    assert run_candidates(user) == 0
    (user.home / name).chmod(0o640)
    result = user.run("doctor", "-q")
    assert result.code == 3
    assert result.out.startswith(f"FAILED   configuration:  {user.config}: profiles.a.password: other users can read ")


def test_doctor_without_password_tries_saved_session_and_warns(operator: User, cloud: MockCloud) -> None:
    operator.run("login", "--password-stdin", stdin=PASSWORD)
    cloud.pop_methods()
    result = operator.run("doctor", "-q")
    assert (result.code, result.err) == (0, "")
    assert result.out == (
        "warning  credentials:    saved session accepted; the password was not checked: the profile has none\n"
        "                         fix: run `zsiso login` to check the password\n"
    )
    assert cloud.pop_methods() == "GGG"


@pytest.mark.parametrize("has_session", [False, True], ids=["no session", "expired session"])
def test_doctor_without_password_and_valid_session_exits_4(operator: User, cloud: MockCloud, has_session: bool) -> None:
    if has_session:
        operator.run("login", "--password-stdin", stdin=PASSWORD)
        cloud.ahead = timedelta(hours=3)
    result = operator.run("doctor", "-q")
    assert result.code == 4
    assert 'credentials:    profile "prod" has no password for account admin' in result.out


def answer(valid_after_login: bool) -> Callable[[ScriptedNode], None]:
    """Return a function that queues the responses to a doctor whose profile has a saved session."""

    def queue(node: ScriptedNode) -> None:
        node.respond("missing header", 400)
        node.respond('{"valid": true}')
        node.respond('{"inventory": {"uuid": "s-2"}}')
        node.respond('{"inventories": []}')
        node.respond("{}")
        node.respond(json.dumps({"valid": valid_after_login}))

    return queue


@pytest.mark.parametrize("is_valid", [True, False])
def test_doctor_reports_saved_session_that_its_login_ended(user: User, node: ScriptedNode, is_valid: bool) -> None:
    user.write_config(f'[profiles.a]\nurl = "{node.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
    node.respond('{"inventory": {"uuid": "s-1"}}')
    node.respond('{"inventories": []}')
    node.respond("{}")
    assert run_candidates(user) == 0
    node.forget_actions()
    node.requests.clear()
    answer(is_valid)(node)
    result = user.run("doctor")
    assert (result.code, result.err) == (0, "")
    ended = "account accepted, but this login ended the saved session"
    assert (ended in result.out, result.out.endswith(ACCEPTED)) == (not is_valid, is_valid)
    assert [request.path.rpartition("/v1/")[2] for request in node.requests] == [
        "images",
        "accounts/sessions/s-1/valid",
        "accounts/login",
        "images",
        "accounts/sessions/s-2",
        "accounts/sessions/s-1/valid",
    ]
    assert node.requests[3].headers["authorization"] == "OAuth s-2"


def test_doctor_works_with_node_that_does_not_report_validity_of_sessions(user: User, node: ScriptedNode) -> None:
    user.write_config(f'[profiles.a]\nurl = "{node.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
    node.respond('{"inventory": {"uuid": "s-1"}}')
    node.respond('{"inventories": []}')
    assert run_candidates(user) == 0
    node.forget_actions()
    node.respond("missing header", 400)
    node.respond("no api mapping", 404)
    node.respond('{"inventory": {"uuid": "s-2"}}')
    node.respond('{"inventories": []}')
    node.respond("{}")
    node.respond(make_error("SYS.1000"), 503)
    result = user.run("doctor")
    assert (result.code, result.out.endswith(ACCEPTED)) == (0, True)
