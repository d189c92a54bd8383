"""Hostile text as tenants type it, and checks that output hides no characters."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import datetime, timezone
from typing import Any

from hypothesis import strategies as st

from tests.helpers.runner import ISO
from zsiso.api.endpoints import vm_candidates_request
from zsiso.api.responses import read_records
from zsiso.inventory.candidates import unique_candidates
from zsiso.inventory.columns import VM_INSTANCES
from zsiso.inventory.record import Record
from zsiso.inventory.sorting import SortOrder, sort_records
from zsiso.transport.body import Body
from zsiso.transport.messages import ApiResponse, ConnectionInfo

HOSTILE_STRINGS = (
    *("\x1b[31m", "\x1b]0;x\x07", "\x1b[2J\x1b[H", "\x9b31m", "\x00", "\x7f", "\r", "\n", "\r\n", "\t", "\x0b", "\x0c"),
    *("\x1c", "\x85", "\u2028", "\u2029", "\u202e", "\u2066", "\u200f", "\u061c", "\u200b", "\u200d", "\ufeff", "\xad"),
    *("\u3164", "\u115f", "\u1160", "\uffa0", "\u034f", "\ufe0f", "\U000e0041", "\U000e0100", "\ud800", "\udfff"),
    *("[bold]", "[/]", "[/bold]", "[link=http://x]", "[red on blue]", ":smile:", "\\", "\\n", "[", "]", "{}", "%s"),
    *(
        "e\u0301",
        "\u0301",
        "\u0915\u094d\u0937",
        "数据库",
        "ｗｅｂ",
        "한글",
        "👩\u200d🚀",
        "❤\ufe0f",
        "1\ufe0f\u20e3",
        "🇩🇪",
        "👍🏽",
    ),
    *('"', "'", ",", '","', "=1+1", "$(x)", "`x`", ";", " ", "  ", "├── ", "└── ", "│   ", "──", "hint: ", "-", "…"),
    *("zsiso: ", "x" * 60, "数" * 40, "", "web-1", "Running"),
)


hostile_texts = st.lists(
    st.sampled_from(HOSTILE_STRINGS) | st.text(st.characters(exclude_categories=()), max_size=4), max_size=5
).map("".join)


values = st.recursive(
    hostile_texts | st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(hostile_texts, children, max_size=3),
    max_leaves=5,
)


any_values = hostile_texts | values


def objects(*keys: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for objects that have some of these keys, and perhaps an unknown key."""
    known = st.fixed_dictionaries({}, optional=dict.fromkeys(keys, any_values))
    return st.builds(
        lambda more, known: {**more, **known}, st.dictionaries(hostile_texts, any_values, max_size=1), known
    )


vms = st.builds(
    lambda vm, lists: {**vm, **lists},
    objects("uuid", "name", "state", "cpuNum", "memorySize", "platform", "hostUuid", "createDate"),
    st.fixed_dictionaries(
        {},
        optional={
            "vmNics": st.lists(objects("ip", "uuid"), max_size=3) | values,
            "vmCdRoms": st.lists(objects("isoUuid", "name"), max_size=2) | values,
            "allVolumes": st.lists(objects("type", "size", "name"), max_size=2) | values,
        },
    ),
)


vm_lists = st.lists(vms, max_size=4)


def build_response(document: object, status: int = 200) -> ApiResponse:
    request = vm_candidates_request(ISO, (), ())._replace(
        base_url="http://node.example.com/zstack", correlation_id="0" * 32
    )
    # A lone surrogate is valid in JSON only as an escape.
    body = Body(json.dumps(document).encode())
    return ApiResponse(
        request, status, {}, body, datetime.now(timezone.utc), ConnectionInfo("127.0.0.1 port 1", 0, None, {})
    )


def list_records(answer: list[dict[str, Any]]) -> list[Record]:
    records = unique_candidates(read_records(build_response({"inventories": answer})), ISO)
    return sort_records(records, SortOrder("name"), VM_INSTANCES)


INVISIBLE = {
    *"\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u3164\uffa0",
    *map(chr, range(0xFFF0, 0xFFF9)),
}
EMOJI_JOINERS = "\u200d\ufe0e\ufe0f"


def find_hidden(output: str) -> list[str]:
    """Return the characters that a reader does not see, or that control the terminal, as escapes."""
    return [
        ascii(character)
        for previous, character in zip(" " + output, output, strict=False)
        if is_hidden(previous, character)
    ]


def is_hidden(previous: str, character: str) -> bool:
    if character in EMOJI_JOINERS:
        # Visible as part of an emoji or a keycap.
        return not (unicodedata.category(previous)[0] == "S" or previous in "0123456789#*‼⁉〰〽\ufe0f")
    return (
        unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp", "Cs"}
        or character in INVISIBLE
        or "\ufe00" <= character <= "\ufe0d"
        or "\U000e0000" <= character <= "\U000e0fff"
    )


def split_visible_lines(output: str, separator: str = "") -> list[str]:
    """Return the lines of an output; check that it hides no characters and has only ``\\n`` as line break."""
    lines = output.split("\n")
    assert lines.pop() == ""
    assert find_hidden("".join(lines).replace(separator, "")) == []
    assert output.splitlines() == lines
    return lines


COLOUR_CODE = re.compile("\x1b\\[[0-9;]*m")


def strip_colours(output: str) -> str:
    """Return an output without colours, and without the spaces that a colour keeps at the end of a line."""
    return re.sub(" +$", "", COLOUR_CODE.sub("", output), flags=re.MULTILINE)
