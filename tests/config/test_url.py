"""URLs of management nodes: valid, invalid, and lists of them."""

from __future__ import annotations

import pytest

from tests.helpers.runner import ISO, User
from zsiso.config.connection import normalize_url


@pytest.mark.parametrize(
    "url", ["http://u:hunter2@h", "http://h?hunter2", "http://h#hunter2", "hunter2://h", "http://:2"]
)
@pytest.mark.parametrize("setting", ['"URL"', '["http://h", "URL"]'])
def test_invalid_url_is_not_shown_in_message(user: User, url: str, setting: str) -> None:
    user.write_config(f'[profiles.a]\nurl = {setting.replace("URL", url)}\nsession = "x"\n')
    result = user.run("candidates", ISO)
    assert (result.code, result.out) == (3, "")
    assert result.err.startswith(f"zsiso: {user.config}: profiles.a.url must ")
    assert "hunter2" not in result.err


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://h", "http://h/zstack"),
        ("http://h/", "http://h/zstack"),
        ("HTTPS://h:8443//", "https://h:8443/zstack"),
        ("https://h/cloud", "https://h/cloud"),
        ("https://h/cloud/zstack/", "https://h/cloud/zstack"),
        ("http://[::1]:8080", "http://[::1]:8080/zstack"),
        ("http://节点.example", "http://节点.example/zstack"),
    ],
)
def test_url_is_normalized(url: str, expected: str) -> None:
    assert normalize_url(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        *("", "h:8080", "//h", "ftp://h", "http://", "http://:80", "http://h:0", "http://h:99999", "http://h:x"),
        *("http://[::1", "http://user:hunter2@h", "http://hunter2@h", "http://h?hunter2", "http://h#hunter2"),
        *("http://h?", "http://h#", "http://h/a b", "http://h\n", " http://h", "http://h\\x", "http://h\x7f"),
    ],
)
def test_invalid_url_is_rejected(url: str) -> None:
    with pytest.raises(ValueError, match="must") as caught:
        normalize_url(url)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("url_list", ["[]", '["http://a", 1]', '["http://a", "ftp://b"]', "1", '[""]'])
def test_invalid_url_list_exits_3(user: User, url_list: str) -> None:
    user.write_config(f"[profiles.a]\nurl = {url_list}\n")
    result = user.run("candidates", ISO)
    assert (result.code, result.out) == (3, "")
    assert "profiles.a.url " in result.err


def test_profiles_command_shows_every_url(user: User) -> None:
    user.write_config('[profiles.a]\nurl = ["http://a", "http://b", "http://a"]\nsession = "some-session"\n')
    assert '"urls": [\n      "http://a/zstack",\n      "http://b/zstack"\n    ]' in user.run("profiles", "--json").out
    assert "http://a/zstack, http://b/zstack" in user.run("profiles").out
