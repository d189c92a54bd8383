"""Methods, URLs, bodies and headers: what a request has to be before it is a call."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.mock_node.client import NO_UUID

if TYPE_CHECKING:
    from tests.mock_node.client import NodeClient

ISO = "c6a5387777330bdbd7210dff076ce2ef"
CANDIDATES = f"/v1/images/iso/{ISO}/vm-candidates"
PAGE = "(a page of the servlet container)"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("target", [CANDIDATES, "/v1/hosts", "/v1/backup-storage", f"/v1/user-tags/{NO_UUID}"])
def test_path_of_one_call_takes_every_method(admin: NodeClient, method: str, target: str) -> None:
    assert admin.call(method, target).json == admin.get(target).json


@pytest.mark.parametrize("target", [CANDIDATES, "/v1/zones/x", "/v1/nope", "/v1/accounts/login"])
def test_options_and_patch_are_the_servlet_container_s(admin: NodeClient, target: str) -> None:
    options = admin.call("OPTIONS", target)
    assert (options.status, options.text) == (200, "")
    assert ("allow", "POST,PUT,DELETE,GET,HEAD,OPTIONS") in options.headers
    patch = admin.call("PATCH", target)
    assert (patch.status, patch.text) == (405, PAGE)
    assert ("allow", "POST, PUT, DELETE, GET, HEAD") in patch.headers
    assert ("content-type", "text/html;charset=utf-8") in patch.headers


@pytest.mark.parametrize("target", [CANDIDATES, "/v1/hosts"])
def test_head_has_the_head_of_get_and_no_body(admin: NodeClient, target: str) -> None:
    head, get = admin.call("HEAD", target), admin.get(target)
    assert (head.status, head.text) == (200, "")
    assert dict(head.headers)["content-length"] == dict(get.headers)["content-length"]


@pytest.mark.parametrize(
    ("method", "target", "body", "status"),
    [
        ("HEAD", "/v1/images", None, 405),
        ("DELETE", "/v1/images", None, 500),
        ("POST", f"/v1/images/{ISO}", None, 500),
        ("PUT", "/v1/images", None, 500),
        ("PUT", "/v1/images", {"other": {}}, 400),
        ("GET", "/v1/management-nodes/actions", None, 500),
        ("PUT", "/v1/management-nodes/actions", {"other": {}}, 400),
        ("PUT", "/v1/management-nodes/actions", None, 500),
    ],
)
def test_path_of_several_calls_has_no_such_one(
    admin: NodeClient, method: str, target: str, body: object, status: int
) -> None:
    assert admin.call(method, target, body).status == status


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("POST", "/v1/images"),
        ("POST", "/v1/vm-instances"),
        ("DELETE", f"/v1/images/{ISO}"),
        ("POST", "/v1/system-tags"),
    ],
)
def test_what_the_mock_node_does_not_do_is_said(admin: NodeClient, method: str, target: str) -> None:
    response = admin.call(method, target)
    assert (response.status, response.text) == (501, f"the mock node does not do {method} {target}")


@pytest.mark.parametrize(
    "target", ["/v1/nope", "/v1/images/", f"{CANDIDATES}/", "/v1/images//x", "/v1/images/iso//vm-candidates", "/v1/"]
)
def test_url_that_there_is_not(admin: NodeClient, target: str) -> None:
    response = admin.get(target)
    assert (response.status, response.text) == (404, f"no api mapping to {target}")


def test_url_is_shown_decoded(admin: NodeClient) -> None:
    assert admin.get("/v1/%E4%B8%AD?q=x").text == "no api mapping to /v1/中"


@pytest.mark.parametrize("path", ["/v1/images", "/zstackx/v1/images", "/zstack/api", "/"])
def test_path_outside_the_api_is_the_servlet_container_s(admin: NodeClient, path: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(admin.url).netloc, timeout=20)
    connection.request("GET", path)
    response = connection.getresponse()
    assert (response.status, response.read().decode()) == (404, PAGE)
    connection.close()


@pytest.mark.parametrize("body", ["nonsense", "[]", '"text"', "5", "{", '{"a": 1'])
def test_body_that_is_no_json_object_is_an_internal_error(admin: NodeClient, body: str) -> None:
    for method, target in (("PUT", "/v1/accounts/login"), ("POST", CANDIDATES)):
        assert admin.send(method, target, {}, body).status == 500


def test_headers_are_only_those_of_a_real_node(admin: NodeClient) -> None:
    get = admin.get(CANDIDATES)
    assert sorted(name for name, _ in get.headers) == ["content-length", "date"]
    for target, status, closes in (
        ("/v1/images?limit=x", 400, True),
        ("/v1/images?limit=-1", 503, True),
        ("/v1/nope", 404, False),
    ):
        response = admin.get(target)
        assert (response.status, ("connection", "close") in response.headers) == (status, closes)


def test_bodies_are_html_escaped_and_other_scripts_as_they_are(admin: NodeClient) -> None:
    text = admin.get(f"/v1/images/{ISO}").text
    assert r"CentOS-7 \"x\" \u0027y\u0027 \u003cz\u003e \u0026 中文.iso" in text
    assert not set("<>&='") & set(text)


def test_connection_serves_several_requests(admin: NodeClient) -> None:
    connection = http.client.HTTPConnection(urlsplit(admin.url).netloc, timeout=20)
    for _ in range(3):
        connection.request("GET", f"/zstack{CANDIDATES}", headers={"Authorization": str(admin.authorization)})
        assert connection.getresponse().read()
    connection.close()
