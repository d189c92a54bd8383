"""Proxy URLs that cannot be used: exit 3, and nothing of the URL is shown."""

from __future__ import annotations

import pytest

from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode

HINT = (
    "hint: write it like http://proxy.example.com:3128 or https://USER:PASSWORD@HOST:PORT, "
    "with special characters percent-encoded\n"
)
INVALID_URLS = [
    "http://job:hunter[22@proxy.invalid:1",
    "http://[::1:3128",
    "http://job:hunter22@[::1:3128",
    "http://job:hunter22@[proxy.invalid]:3128",
    "http://job:hunter\uff1f22@proxy.invalid:1",
    "http://job:hunter\uff2022@proxy.invalid:1",
    "http://job:hunter22@proxy.invalid:x",
    "http://job:hunter22@proxy.invalid:99999",
    "http://job:hunter22@proxy.invalid:0",
    "http://job:hunter22@proxy.invalid:-1",
    "http://job:hunter22@",
    "http://job:hunter22@:3128",
    "http://",
    "nonsense://job:hunter22@proxy.invalid",
    "ftp://job:hunter22@proxy.invalid",
    "://job:hunter22@proxy.invalid",
    "http://job:hunter22@1.2.3.999:1",
    "http://job:hunter22@a..b:1",
    "http://job:hunter22@.:1",
    "http://job:hunter22@pro xy:1",
    f"http://job:hunter22@{'a' * 64}:1",
    f"http://job:{'hunter22' * 9000}@proxy.invalid:1",
    "http://job:hunter22@pro\u2488xy\u00ad.:1",
    "http://job:hunter\x0122@proxy.invalid:1",
]


def check_refusal(user: User, source: str, env: dict[str, str] | None = None) -> None:
    result = user.run("candidates", ISO, env=env)
    assert (result.code, result.out) == (3, "")
    assert result.err == f"zsiso: the proxy URL of {source} is not a valid URL for a proxy\n{HINT}"


@pytest.mark.parametrize("url", INVALID_URLS)
@pytest.mark.parametrize("variable", ["HTTP_PROXY", "all_proxy"])
def test_invalid_proxy_url_of_environment_is_not_shown(
    user: User, http_node: ScriptedNode, url: str, variable: str
) -> None:
    user.write_profile(http_node)
    check_refusal(user, variable, {variable: url})
    assert http_node.requests == []


def test_proxy_url_that_is_not_utf_8_is_not_shown(user: User, http_node: ScriptedNode) -> None:
    user.write_profile(http_node)
    for url in ("http://job:hunter\udcff22@proxy.invalid:1", "http://job:hunter22@proxy\udce4.invalid:1"):
        check_refusal(user, "HTTP_PROXY", {"HTTP_PROXY": url})


@pytest.mark.parametrize("url", [url for url in INVALID_URLS if url.isprintable()])
def test_invalid_proxy_url_of_profile_is_not_shown(user: User, http_node: ScriptedNode, url: str) -> None:
    user.write_profile(http_node, f'proxy = "{url}"')
    check_refusal(user, "the profile")
    assert http_node.requests == []


def test_doctor_reports_invalid_proxy_url_without_showing_it(user: User, http_node: ScriptedNode) -> None:
    user.write_profile(http_node)
    result = user.run("doctor", env={"HTTP_PROXY": "http://job:hunter[22@proxy.invalid:1"})
    assert result.code == 3
    assert "the proxy URL of HTTP_PROXY is not a valid URL for a proxy" in result.out + result.err
    assert "hunter" not in result.out + result.err
