"""Other people's text in an answer, whatever it is: nothing of it is obeyed, hidden, or taken for a row."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import tempfile
import unicodedata
from contextlib import redirect_stderr
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.command import ISO, User
from tests.node import Node, running_node
from tests.shown import as_rows, as_table, cells_of
from zsiso.api.responses import read_records
from zsiso.errors import ZsisoError
from zsiso.inventory.candidates import unique_candidates
from zsiso.inventory.columns import VM_INSTANCES, SortOrder, sort_records
from zsiso.inventory.record import Record
from zsiso.output import layout, stderr, tree
from zsiso.output.options import OutputFormat, OutputSettings
from zsiso.output.terminal import Terminal
from zsiso.transport.body import Body
from zsiso.transport.messages import ApiRequest, ApiResponse, ConnectionInfo

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

# How many times as many examples as in a run of all tests; 50, say, for a night.
EFFORT = int(os.environ.get("ZSISO_TEST_EFFORT", "1"))


def examples(number: int) -> settings:
    return settings(max_examples=number * EFFORT, deadline=None)


# -- what tenants type --------------------------------------------------------

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
    request = ApiRequest("GET", "/v1/x", base_url="http://node.example.com/zstack")
    # Surrogates as escapes, as the only way JSON has for them.
    body = Body(json.dumps(document).encode())
    return ApiResponse(
        request, status, {}, body, datetime.now(timezone.utc), ConnectionInfo("127.0.0.1 port 1", 0, None, {})
    )


def listed(answer: list[dict[str, Any]]) -> list[Record]:
    records = unique_candidates(read_records(reply({"inventories": answer})), ISO)
    return sort_records(records, SortOrder("name"), VM_INSTANCES)


# -- what must not get out ----------------------------------------------------

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


@examples(150)
@given(answers, st.none() | st.integers(1, 250), st.sampled_from(["utf-8", "ascii", "gbk"]), st.booleans())
@example([{"name": "\u0301x", "state": "\u0301Running"}], 40, "utf-8", False)
def test_a_table_has_a_row_for_each_and_hides_nothing(
    answer: list[dict[str, Any]], width: int | None, encoding: str, wide: bool
) -> None:
    records = listed(answer)
    names = VM_INSTANCES.wide if wide else VM_INSTANCES.table
    heads = layout.table_columns(names, VM_INSTANCES, chosen=False)
    cells = cells_of(records, names)
    plain = as_table(records, names, Terminal(width, colour=False, encoding=encoding))
    lines = lines_of(plain)
    assert len(lines) == 2 + len(records)
    assert without_colour(as_table(records, names, Terminal(width, colour=True, encoding=encoding))) == plain
    if width is None:
        screen = Terminal(None, colour=False, encoding=encoding)
        shown = [[screen.cell(cell) for cell in row] for row in cells]
        assert lines == laid_out([column.head for column in heads], shown, [column.right for column in heads], lines[1])
    else:
        assert all(cell_len(line) <= max(cell_len(lines[1]), width) for line in lines)


def laid_out(heads: Sequence[str], cells: Sequence[Sequence[str]], right: Sequence[bool], rule: str) -> list[str]:
    """Return the lines of a table as they have to be, every column as wide as its widest cell."""
    widths = [max(cell_len(cell) for cell in column) for column in zip(heads, *cells, strict=True)]
    lines = []
    for row in (heads, *cells):
        line = ""
        for at, (cell, width) in enumerate(zip(row, widths, strict=True)):
            # Every column begins where it does in all of the other lines.
            assert cell_len(line) == sum(widths[:at]) + 2 * at
            # What stands to the right has no space at its end.
            shown = cell.rstrip() if right[at] else cell
            space = " " * (width - cell_len(shown))
            line += (space + shown if right[at] else shown + space) + "  "
        lines.append(line.rstrip(" "))
    return [lines[0], rule, *lines[1:]]


# No emoji: of those the standard library does not know how wide a sequence is.
simple = st.text(st.sampled_from("ab-1. é数据库ｗ한글ア\u0301\u0308\u0e31"), max_size=40)


@examples(100)
@given(st.lists(st.tuples(simple, simple), min_size=1, max_size=5), st.integers(60, 200))
def test_columns_stay_aligned_by_another_s_measure(typed: list[tuple[str, str]], width: int) -> None:
    records = listed([{"uuid": f"{at:032x}", "name": name, "state": state} for at, (name, state) in enumerate(typed)])
    screen = Terminal(width, colour=False, encoding="utf-8")
    lines = lines_of(as_table(records, ("name", "state", "uuid"), screen, chosen=True))
    starts = {standard_width(re.split("[0-9a-f]{32}$", line)[0]) for line in lines[2:]}
    assert len(starts) == 1


def standard_width(text: str) -> int:
    """Return how many cells a text takes, by what Unicode says of each of its characters."""
    return sum(
        0 if unicodedata.category(char) in {"Mn", "Me"} else 1 + (unicodedata.east_asian_width(char) in {"W", "F"})
        for char in text
    )


# -- trees --------------------------------------------------------------------


@examples(150)
@given(answers, st.none() | st.integers(20, 200), st.sampled_from(["utf-8", "ascii"]))
@example([{"name": "├── state: Running"}, {"name": "web " * 40}, {"name": "    x"}, {"name": "+-- x"}], 40, "ascii")
def test_a_tree_has_a_root_for_each_and_hides_nothing(
    answer: list[dict[str, Any]], width: int | None, encoding: str
) -> None:
    records = listed(answer)
    plain = tree.draw_tree(records, VM_INSTANCES, Terminal(width, colour=False, encoding=encoding))
    lines = lines_of(plain)
    guides = re.compile("[├│└ ]" if encoding == "utf-8" else r"\+-- |[`]-- |\|   | ")
    assert sum(guides.match(line) is None for line in lines if line) == len(records)
    assert (
        without_colour(tree.draw_tree(records, VM_INSTANCES, Terminal(width, colour=True, encoding=encoding))) == plain
    )
    if width is None:
        # A root, what is computed of it, and its fields.
        assert len(lines) == sum(2 + branches(record.fields) for record in records)


def branches(fields: Mapping[str, Any], depth: int = 0) -> int:
    return sum(
        1 + sum(1 + branches(item, depth + 1) for item in value)
        if depth < 2 and isinstance(value, list) and all(isinstance(item, dict) for item in value)
        else 1
        for value in fields.values()
    )


def test_a_tree_leaves_out_nothing_however_deep_and_narrow() -> None:
    deep: dict[str, Any] = {"bottom": "reached"}
    for _ in range(50):
        deep = {"list": [deep]}
    for width in (None, 1, 40, 80):
        shown = tree.draw_tree(listed([deep]), VM_INSTANCES, Terminal(width, colour=False, encoding="utf-8"))
        assert '"bottom": "reached"' in re.sub(r"\n +", "", shown).replace('":"', '": "')


# -- rows ---------------------------------------------------------------------


@examples(150)
@given(answers, st.booleans(), st.lists(st.sampled_from(VM_INSTANCES.names), min_size=1, max_size=4) | st.none())
def test_csv_reads_back_to_what_tsv_shows(
    answer: list[dict[str, Any]], header: bool, columns: list[str] | None
) -> None:
    records = listed(answer)
    names = tuple(columns) if columns is not None else VM_INSTANCES.table

    def drawn(output: OutputFormat) -> str:
        view = OutputSettings(output, names if columns else None, SortOrder("name"), header=header, print0=False)
        return as_rows(records, view)

    cells = [line.split("\t") for line in lines_of(drawn(OutputFormat.TSV), "\t")]
    assert len(cells) == len(records) + header
    assert all(len(row) == len(names) for row in cells)
    lines_of(drawn(OutputFormat.CSV))
    assert list(csv.reader(io.StringIO(drawn(OutputFormat.CSV)), strict=True)) == cells


@examples(100)
@given(answers, st.sampled_from([OutputFormat.NAME, OutputFormat.UUID]), st.booleans())
def test_a_line_for_each_name_and_uuid(answer: list[dict[str, Any]], output: OutputFormat, print0: bool) -> None:
    records = listed(answer)
    shown = as_rows(records, OutputSettings(output, None, SortOrder("name"), header=True, print0=print0))
    if print0:
        assert "\n" not in shown
        shown = shown.replace("\0", "\n")
    assert len(lines_of(shown)) == sum(record.fields.get(output.value) is not None for record in records)


# -- messages -----------------------------------------------------------------

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
    assert details[-2:] == ["  asked: GET http://node.example.com/zstack/v1/x", f"  job UUID: {'0' * 32}"]


# -- completions --------------------------------------------------------------


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Node, Path]]:
    """Give a node and a place for what is kept of its answers, both for this process itself."""
    home = tmp_path_factory.mktemp("home")
    with running_node() as node, pytest.MonkeyPatch.context() as patch:
        User(home).has_profile(node)
        for name in [name for name in os.environ if name.startswith(("ZSISO_", "XDG_"))]:
            patch.delenv(name)
        patch.setenv("HOME", str(home))
        yield node, home / ".cache"


@examples(60)
@given(st.lists(objects("uuid", "name", "state"), max_size=4))
@example([{"uuid": "a", "name": "\u3164b", "state": "\u3164"}, {"uuid": "\uffa0", "name": "b", "state": "Run\u3164"}])
def test_a_shell_is_offered_nothing_but_words(shell: tuple[Node, Path], answer: list[dict[str, Any]]) -> None:
    from zsiso.completion.shells import complete_words as offered

    node, kept = shell
    node.answers(json.dumps({"inventories": answer}))
    node.next_act()
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


# -- on the wire --------------------------------------------------------------

WORST = [{"uuid": f"{at:032x}", "name": f"{at}{nasty}", "state": nasty} for at, nasty in enumerate(NASTY)]


class TestOnTheWire:
    @pytest.fixture
    def asked(self, user: User, node: Node) -> User:
        node.answers(json.dumps({"inventories": WORST}))
        user.has_profile(node)
        return user

    @pytest.mark.parametrize("output", ["table", "wide", "csv", "tsv", "name", "uuid"])
    def test_a_line_for_each(self, asked: User, output: str) -> None:
        result = asked.runs("candidates", ISO, "-o", output)
        assert (result.code, result.err) == (0, "")
        heads = {"table": 2, "wide": 2, "csv": 1, "tsv": 1}.get(output, 0)
        assert len(lines_of(result.out, "\t" * (output == "tsv"))) == heads + len(WORST)
        assert {f"{at:032x}" for at in range(len(WORST))} - set(re.findall("[0-9a-f]{32}", result.out)) == set() or (
            output == "name"
        )

    @pytest.mark.parametrize("columns", [40, 80, 200])
    def test_on_a_terminal(self, asked: User, columns: int) -> None:
        result = asked.sees("candidates", ISO, columns=columns)
        assert (result.code, result.err) == (0, f"{len(WORST)} VM instances\n")
        assert len(lines_of(without_colour(result.out))) == 2 + len(WORST)

    def test_as_a_tree_on_a_terminal(self, asked: User) -> None:
        result = asked.sees("candidates", ISO, "-o", "tree", columns=60)
        lines = lines_of(without_colour(result.out))
        assert result.code == 0
        assert sum(not line.startswith(("├", "│", "└", " ")) for line in lines if line) == len(WORST)

    def test_a_fault_on_a_terminal(self, user: User, node: Node) -> None:
        said = "".join(NASTY)
        node.answers(json.dumps({"error": {"code": said, "details": said, "cause": {"details": said}}}), 503)
        user.has_profile(node)
        result = user.sees("candidates", ISO)
        assert (result.code, result.out) == (6, "")
        assert [line.partition(" ")[0] for line in lines_of(result.err)] == ["zsiso:", "", "", "", "", "hint:"]
        assert "[bold][/][/bold][link=http://x]" in result.err

    def test_a_vm_that_is_checked(self, asked: User) -> None:
        result = asked.runs("candidates", ISO, "--check", "0\x1b[31m", "--check", "no\x1b[31m\nsuch")
        assert (result.code, result.out) == (1, "")
        assert result.err.startswith("zsiso: no\\x1b[31m\\nsuch: it is not a candidate\n")
