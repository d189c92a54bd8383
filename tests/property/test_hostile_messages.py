"""Error messages and completion with hostile text."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.helpers.effort import scaled_examples
from tests.helpers.hostile_text import (
    any_values,
    build_response,
    hostile_texts,
    objects,
    split_visible_lines,
)
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode, run_scripted_node
from zsiso.api.responses import read_records
from zsiso.errors import ZsisoError
from zsiso.output import stderr
from zsiso.transport.body import Body
from zsiso.transport.messages import ApiResponse

api_errors = st.recursive(
    objects("code", "description", "details", "elaboration"),
    lambda cause: st.builds(lambda api_error, cause: {**api_error, "cause": cause}, objects("code", "details"), cause),
    max_leaves=4,
)


def render_error(error: ZsisoError) -> str:
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as file:
        with redirect_stderr(file):
            stderr.write_error(error)
        file.seek(0)
        return file.read()


@scaled_examples(150)
@given(api_errors, st.sampled_from([200, 401, 503]))
def test_hostile_api_error_keeps_the_structure_of_a_message(api_error: dict[str, Any], status: int) -> None:
    with pytest.raises(ZsisoError) as caught:
        list(read_records(build_response({"error": api_error}, status)))
    assert_message_structure(render_error(caught.value))


@scaled_examples(100)
@given(any_values, st.sampled_from([200, 302, 400, 403, 404, 407, 500, 502]), hostile_texts)
def test_hostile_response_keeps_the_structure_of_a_message(document: object, status: int, location: str) -> None:
    original = build_response(document, status)
    text_body = Body(document.encode("utf-8", "surrogatepass")) if isinstance(document, str) else original.body
    for body in (original.body, text_body):
        response = ApiResponse(
            original.request,
            status,
            {"location": location, "date": location},
            body,
            original.received,
            original.connection,
        )
        try:
            records = list(read_records(response))
        except ZsisoError as error:
            assert_message_structure(render_error(error))
        else:
            assert records == []


def assert_message_structure(message: str) -> None:
    """Check for the problem on the first line, indented details, and a hint on the last line."""
    first, *details, last = split_visible_lines(message)
    assert first.startswith("zsiso: ")
    assert last.startswith("hint: ")
    assert all(line.startswith("  ") for line in details)
    url = f"http://node.example.com/zstack/v1/images/iso/{ISO}/vm-candidates"
    assert details[-2:] == [f"  request: GET {url}", f"  job UUID: {'0' * 32}"]


@pytest.fixture(scope="module")
def completion_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ScriptedNode, Path]]:
    """Give a node, and the cache folder of completion in this process."""
    home = tmp_path_factory.mktemp("home")
    with run_scripted_node() as node, pytest.MonkeyPatch.context() as patch:
        User(home).write_profile(node)
        for name in [name for name in os.environ if name.startswith(("ZSISO_", "XDG_"))]:
            patch.delenv(name)
        patch.setenv("HOME", str(home))
        yield node, home / ".cache"


@scaled_examples(60)
@given(st.lists(objects("uuid", "name", "state"), max_size=4))
@example([{"uuid": "a", "name": "\u3164b", "state": "\u3164"}, {"uuid": "\uffa0", "name": "b", "state": "Run\u3164"}])
def test_completion_of_hostile_names_suggests_only_words_that_shells_can_quote(
    completion_node: tuple[ScriptedNode, Path], vms: list[dict[str, Any]]
) -> None:
    from zsiso.completion.completer import complete_words

    node, cache = completion_node
    node.respond(json.dumps({"inventories": vms}))
    node.next_action()
    for arguments in (["candidates", ""], ["candidates", ISO, "--check", ""]):
        # First from the node, then from the cache.
        shutil.rmtree(cache, ignore_errors=True)
        lines = split_visible_lines(complete_words("words", arguments), "\t")
        assert lines == split_visible_lines(complete_words("words", arguments), "\t")
        for line in lines:
            kind, value, description = [*line.split("\t"), ""][:3]
            assert (kind, line.count("\t") in {1, 2}) == ("plain", True)
            # Not an option, and nothing that a shell evaluates inside quotes.
            assert re.match(r"\w", value)
            assert not re.search(r"""[$`\\!";<>|*?\x00-\x1f\x7f]""", value)
            assert re.fullmatch(r"[\w .-]*", description)
