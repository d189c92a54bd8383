"""Error messages and completion show hostile text as text."""

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

from tests.helpers.effort import examples
from tests.helpers.hostile_text import (
    lines_of,
    objects,
    of_any_kind,
    reply,
    words,
)
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode, run_scripted_node
from zsiso.api.responses import read_records
from zsiso.errors import ZsisoError
from zsiso.output import stderr
from zsiso.transport.body import Body
from zsiso.transport.messages import ApiResponse

faults = st.recursive(
    objects("code", "description", "details", "elaboration"),
    lambda cause: st.builds(lambda fault, cause: {**fault, "cause": cause}, objects("code", "details"), cause),
    max_leaves=4,
)


def told(error: ZsisoError) -> str:
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as file:
        with redirect_stderr(file):
            stderr.write_error(error)
        file.seek(0)
        return file.read()


@examples(150)
@given(faults, st.sampled_from([200, 401, 503]))
def test_a_node_s_words_are_nothing_but_words(fault: dict[str, Any], status: int) -> None:
    with pytest.raises(ZsisoError) as caught:
        list(read_records(reply({"error": fault}, status)))
    assert_a_message(told(caught.value))


@examples(100)
@given(of_any_kind, st.sampled_from([200, 302, 400, 403, 404, 407, 500, 502]), words)
def test_so_are_those_of_whatever_else_answers(document: object, status: int, location: str) -> None:
    answer = reply(document, status)
    whatever = Body(document.encode("utf-8", "surrogatepass")) if isinstance(document, str) else answer.body
    for body in (answer.body, whatever):
        said = ApiResponse(
            answer.request, status, {"location": location, "date": location}, body, answer.received, answer.connection
        )
        try:
            records = list(read_records(said))
        except ZsisoError as error:
            assert_a_message(told(error))
        else:
            assert records == []


def assert_a_message(said: str) -> None:
    """What happened first, then what there is to know of it, then the next step."""
    first, *details, last = lines_of(said)
    assert first.startswith("zsiso: ")
    assert last.startswith("hint: ")
    assert all(line.startswith("  ") for line in details)
    assert details[-2:] == ["  request: GET http://node.example.com/zstack/v1/images", f"  job UUID: {'0' * 32}"]


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ScriptedNode, Path]]:
    """Give a node and a place for what is kept of its answers, both for this process itself."""
    home = tmp_path_factory.mktemp("home")
    with run_scripted_node() as node, pytest.MonkeyPatch.context() as patch:
        User(home).write_profile(node)
        for name in [name for name in os.environ if name.startswith(("ZSISO_", "XDG_"))]:
            patch.delenv(name)
        patch.setenv("HOME", str(home))
        yield node, home / ".cache"


@examples(60)
@given(st.lists(objects("uuid", "name", "state"), max_size=4))
@example([{"uuid": "a", "name": "\u3164b", "state": "\u3164"}, {"uuid": "\uffa0", "name": "b", "state": "Run\u3164"}])
def test_a_shell_is_offered_nothing_but_words(shell: tuple[ScriptedNode, Path], answer: list[dict[str, Any]]) -> None:
    from zsiso.completion.completer import complete_words as offered

    node, kept = shell
    node.respond(json.dumps({"inventories": answer}))
    node.next_action()
    for arguments in (["candidates", ""], ["candidates", ISO, "--check", ""]):
        # Asked for the first time, and again from what was kept.
        shutil.rmtree(kept, ignore_errors=True)
        lines = lines_of(offered("words", arguments), "\t")
        assert lines == lines_of(offered("words", arguments), "\t")
        for line in lines:
            kind, value, description = [*line.split("\t"), ""][:3]
            assert (kind, line.count("\t") in {1, 2}) == ("plain", True)
            assert re.fullmatch(r"(?!-)[\w.-]+", value)
            assert re.fullmatch(r"[\w .-]*", description)
