"""Text that is safe to print, and numbers in a readable form."""

from __future__ import annotations

import pytest

from zsiso.text import escape_hidden, format_bytes, format_number, one_line_excerpt


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("web-1", "web-1"),
        ("数据库 é", "数据库 é"),
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("\x1b[31m\x07\x00\x7f", r"\x1b[31m\x07\x00\x7f"),
        ("\x9b31m\x85", r"\x9b31m\x85"),
        ("\u202eabc\u2066\u200f\u061c", r"\u202eabc\u2066\u200f\u061c"),
        ("a\u200bb\u200cc\ufeffd\u2060\xad", r"a\u200bb\u200cc\ufeffd\u2060\xad"),
        ("a\u2028b\u2029", r"a\u2028b\u2029"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
        ("\u3164", r"\u3164"),
        ("[bold]x[/] :smile:", "[bold]x[/] :smile:"),
        # The joiner inside an emoji stays; anywhere else it is an invisible character.
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("👩🏽\u200d❤\ufe0f\u200d👩🏽", "👩🏽\u200d❤\ufe0f\u200d👩🏽"),
        ("a\u200db", r"a\u200db"),
        ("👩\u200d", "👩\\u200d"),
        ("👩\u200d\u200d🚀", "👩\\u200d\\u200d🚀"),
        ("e\u0301", "e\u0301"),
        ("❤\ufe0f 1\ufe0f\u20e3", "❤\ufe0f 1\ufe0f\u20e3"),
        ("a\ufe0f\U000e0100\u034f\u180b\u17b4\u2065\ufff0", r"a\ufe0f\U000e0100\u034f\u180b\u17b4\u2065\ufff0"),
        ("Nov 14, 2017, 10:20:57\u202fPM", "Nov 14, 2017, 10:20:57\u202fPM"),
    ],
)
def test_escape_hidden_escapes_invisible_characters(text: str, expected: str) -> None:
    assert escape_hidden(text) == expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (8589934592, "8.0 GiB"),
        (8.589934592e9, "8.0 GiB"),
        (1536 * 1024**2, "1.5 GiB"),
        (512 * 1024**2, "0.5 GiB"),
        (1024**3 + 1024**3 // 4, "1.3 GiB"),
        (1000 * 1024**3, "1000.0 GiB"),
        (1024**4 - 1, "1.0 TiB"),
        (1024**4 + 1024**4 // 2, "1.5 TiB"),
        (2000 * 1024**4, "2000.0 TiB"),
        (100 * 1024**2, "0.1 GiB"),
        (20 * 1024**2, "20.0 MiB"),
        (1, "<0.1 MiB"),
        (0, "0.0 GiB"),
        (-(1024**3), "-1.0 GiB"),
        (-1, "-<0.1 MiB"),
        (10**30, "909494701772928237.9 TiB"),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
    ],
)
def test_format_bytes_shows_one_decimal_and_goes_up_to_tib(size: float, expected: str) -> None:
    assert format_bytes(size) == expected


@pytest.mark.parametrize(("value", "expected"), [(1, "1"), (1.0, "1"), (1.5, "1.5"), (float("inf"), "inf"), (0.0, "0")])
def test_format_number_shows_whole_floats_without_decimals(value: float, expected: str) -> None:
    assert format_number(value) == expected


def test_one_line_excerpt_joins_lines_and_truncates() -> None:
    assert one_line_excerpt("  a\r\n\t b  ") == "a b"
    assert one_line_excerpt("x" * 9, limit=5) == "xxxxx…"
