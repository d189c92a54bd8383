"""Which URLs of a management node are accepted."""

from __future__ import annotations

import pytest

from tests.helpers.runner import ISO, User
from zsiso.config.connection import normalize_url


@pytest.mark.parametrize(
    "url", ["http://u:hunter2@h", "http://h?hunter2", "http://h#hunter2", "hunter2://h", "http://:2"]
)
@pytest.mark.parametrize("form", ['"URL"', '["http://h", "URL"]'])
def test_a_url_that_is_refused_is_not_repeated(user: User, url: str, form: str) -> None:
    user.write_config(f'[profiles.a]\nurl = {form.replace("URL", url)}\nsession = "x"\n')
    result = user.run("candidates", ISO)
    assert (result.code, result.out) == (3, "")
    assert result.err.startswith(f"zsiso: {user.config}: profiles.a.url must ")
    assert "hunter2" not in result.err


@pytest.mark.parametrize(
    ("written", "used"),
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
def test_a_url(written: str, used: str) -> None:
    assert normalize_url(written) == used


@pytest.mark.parametrize(
    "written",
    [
        *("", "h:8080", "//h", "ftp://h", "http://", "http://:80", "http://h:0", "http://h:99999", "http://h:x"),
        *("http://[::1", "http://user:hunter2@h", "http://hunter2@h", "http://h?hunter2", "http://h#hunter2"),
        *("http://h?", "http://h#", "http://h/a b", "http://h\n", " http://h", "http://h\\x", "http://h\x7f"),
    ],
)
def test_a_url_that_can_t_be(written: str) -> None:
    with pytest.raises(ValueError, match="must") as caught:
        normalize_url(written)
    assert "hunter2" not in str(caught.value)
