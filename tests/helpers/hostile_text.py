"""Hostile text as tenants type it, and checks that shown text hides nothing."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import datetime, timezone
from typing import Any

from hypothesis import strategies as st

from tests.helpers.runner import ISO
from zsiso.api.endpoints import PING_REQUEST
from zsiso.api.responses import read_records
from zsiso.inventory.candidates import unique_candidates
from zsiso.inventory.columns import VM_INSTANCES
from zsiso.inventory.record import Record
from zsiso.inventory.sorting import SortOrder, sort_records
from zsiso.transport.body import Body
from zsiso.transport.messages import ApiResponse, ConnectionInfo

NASTY = (
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


words = st.lists(st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=()), max_size=4), max_size=5).map(
    "".join
)


values = st.recursive(
    words | st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=5,
)


of_any_kind = words | values


def objects(*keys: str) -> st.SearchStrategy[dict[str, Any]]:
    """Give objects that have some of these keys, and perhaps one that nobody knows."""
    known = st.fixed_dictionaries({}, optional=dict.fromkeys(keys, of_any_kind))
    return st.builds(lambda more, known: {**more, **known}, st.dictionaries(words, of_any_kind, max_size=1), known)


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


answers = st.lists(vms, max_size=4)


def reply(document: object, status: int = 200) -> ApiResponse:
    request = PING_REQUEST._replace(base_url="http://node.example.com/zstack", correlation_id="0" * 32)
    # Surrogates as escapes, as the only way JSON has for them.
    body = Body(json.dumps(document).encode())
    return ApiResponse(
        request, status, {}, body, datetime.now(timezone.utc), ConnectionInfo("127.0.0.1 port 1", 0, None, {})
    )


def listed(answer: list[dict[str, Any]]) -> list[Record]:
    records = unique_candidates(read_records(reply({"inventories": answer})), ISO)
    return sort_records(records, SortOrder("name"), VM_INSTANCES)


NEVER = {*"\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u3164\uffa0", *map(chr, range(0xFFF0, 0xFFF9))}
PARTS_OF_EMOJI = "\u200d\ufe0e\ufe0f"


def hidden(shown: str) -> list[str]:
    """Return the characters of a text that a reader does not see, or that do something else than stand there."""
    return [ascii(char) for before, char in zip(" " + shown, shown, strict=False) if is_hidden(before, char)]


def is_hidden(before: str, char: str) -> bool:
    if char in PARTS_OF_EMOJI:
        # Behind a picture, or a keycap's digit.
        return not (unicodedata.category(before)[0] == "S" or before in "0123456789#*‼⁉〰〽\ufe0f")
    return (
        unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp", "Cs"}
        or char in NEVER
        or "\ufe00" <= char <= "\ufe0d"
        or "\U000e0000" <= char <= "\U000e0fff"
    )


def lines_of(shown: str, between: str = "") -> list[str]:
    """Return the lines of a text that hides nothing, and has no other line breaks than ``\\n``."""
    lines = shown.split("\n")
    assert lines.pop() == ""
    assert hidden("".join(lines).replace(between, "")) == []
    assert shown.splitlines() == lines
    return lines


COLOUR = re.compile("\x1b\\[[0-9;]*m")


def without_colour(shown: str) -> str:
    """Return a text less the colours, and the spaces between the end of a line and that of a colour."""
    return re.sub(" +$", "", COLOUR.sub("", shown), flags=re.MULTILINE)
