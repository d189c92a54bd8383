"""Each setting comes from an option, a variable, the profile or the default, in this order."""

from __future__ import annotations

import pytest

from tests.helpers.runner import ISO, User

PROFILES = """\
default_profile = "a"
[profiles.a]
url = "http://127.0.0.1:1"
session = "some-session"
timeout = 7
system_tags = ["s"]
user_tags = ["u"]
[profiles.b]
url = "http://127.0.0.1:2"
session = "some-session"
"""


@pytest.mark.parametrize(
    ("arguments", "env", "line"),
    [
        ([], {}, 'profile "a" in CONFIG (default_profile)'),
        (["-p", "b"], {"ZSISO_PROFILE": "a"}, 'profile "b" in CONFIG (--profile)'),
        ([], {"ZSISO_PROFILE": "b"}, 'profile "b" in CONFIG (ZSISO_PROFILE)'),
        ([], {"ZSISO_URL": "http://h", "ZSISO_SESSION": "x"}, "the environment (ZSISO_URL)"),
        ([], {}, "timeout: 7 s (CONFIG)"),
        (["--timeout", "3"], {}, "timeout: 3 s (--timeout)"),
        (["--profile", "b"], {}, "timeout: 120 s (default)"),
        ([], {}, "system_tags: s (CONFIG)"),
        (["-p", "b"], {}, "user_tags: none (default)"),
        ([], {"ZSISO_URL": "http://h", "ZSISO_SESSION": "x"}, "url: http://h/zstack (ZSISO_URL)"),
    ],
)
def test_doctor_shows_the_source_of_a_setting(user: User, arguments: list[str], env: dict[str, str], line: str) -> None:
    path = user.write_config(PROFILES)
    shown = user.run("doctor", "--mock", *arguments, env=env).out.replace(str(path), "CONFIG")
    assert any(shown_line.endswith(line) for shown_line in shown.splitlines())


@pytest.mark.parametrize(
    ("arguments", "seconds", "query"),
    [
        ([], "7", "systemTags=s&userTags=u"),
        (["--timeout", "2.5", "--user-tag", "x"], "2.5", "systemTags=s&userTags=x"),
        (["--system-tag", "y", "--system-tag", "z"], "7", "systemTags=y&systemTags=z&userTags=u"),
    ],
)
def test_option_replaces_the_profile_s_value(user: User, arguments: list[str], seconds: str, query: str) -> None:
    user.write_config(PROFILES)
    command = user.run("candidates", ISO, "--curl", *arguments).out
    assert f"--max-time {seconds} " in command
    assert f"vm-candidates?{query}'" in command


@pytest.mark.parametrize(
    "arguments", [["--timeout", "0"], ["--timeout", "-1"], ["--timeout", "inf"], ["--timeout=nan"]]
)
def test_timeout_that_is_no_positive_number_is_a_usage_error(user: User, arguments: list[str]) -> None:
    result = user.run("candidates", "--mock", *arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("zsiso: --timeout must be a number of seconds greater than 0, not ")
