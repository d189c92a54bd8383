"""Pure functions from values to text, and from any text to one that is safe to show.

Names and descriptions are chosen by tenants (docs/zstack-api.md#text), so every text passes
through ``escape_hidden`` before it is written to a terminal or a message.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from typing import TypeGuard

MISSING = "-"

# Bytes: the unit below, which tiny sizes are shown in, and the one above.
_MIB, _GIB, _TIB = 1024**2, 1024**3, 1024**4
_NAMED_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
# C0, C1 and DEL; format characters, among them bidi controls and zero-width characters;
# line and paragraph separators; lone surrogates, which cannot be encoded.
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})
# Invisible characters of other categories (Unicode's Default_Ignorable_Code_Point).
# Here and below, a pattern is compiled when it is first used: that takes longer than the rest of this module.
_HIDDEN = (
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
_PICTOGRAPH = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f"
    "\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
# Invisible parts of an emoji: a variation selector after a pictograph or a keycap's
# digit, and a joiner between two pictographs.
_EMOJI_PARTS = (
    f"(?<=[{_PICTOGRAPH}0-9#*])[\ufe0e\ufe0f]"
    f"|(?<=[{_PICTOGRAPH}])\u200d(?=[{_PICTOGRAPH}])|(?<=[{_PICTOGRAPH}]\ufe0f)\u200d(?=[{_PICTOGRAPH}])"
)
_LINE_BREAKS = r"[ \t\r\n]+"


def escape_hidden(text: str) -> str:
    r"""Return ``text`` with its invisible characters escaped: ``\n``, ``\x1b``, ``\u202e`` or ``\U000e0001``.

    These are control, format (bidi, zero-width), line-separator and surrogate characters. The
    joiner and the variation selector of an emoji are kept, and so are combining marks.
    """
    if is_clean(text):
        return text
    kept = {match.start() for match in re.finditer(_EMOJI_PARTS, text)}
    return "".join(_escape(char) if _is_hidden(char) and index not in kept else char for index, char in enumerate(text))


def is_clean(text: str) -> bool:
    """Return whether every character is visible; this is quick, and true of nearly all text."""
    # isprintable checks for the categories above, _HIDDEN for the rest.
    return text.isprintable() and (text.isascii() or re.search(_HIDDEN, text) is None)


def _is_hidden(char: str) -> bool:
    return unicodedata.category(char) in _HIDDEN_CATEGORIES or re.match(_HIDDEN, char) is not None


def _escape(char: str) -> str:
    if char in _NAMED_ESCAPES:
        return _NAMED_ESCAPES[char]
    code = ord(char)
    if code <= 0xFF:  # noqa: PLR2004
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004


def one_line_excerpt(text: str, limit: int = 600) -> str:
    """Return the first ``limit`` characters of ``text`` on one line, with an ellipsis where it is longer."""
    line = re.sub(_LINE_BREAKS, " ", text).strip()
    return line if len(line) <= limit else line[:limit] + "…"


def is_number(value: object) -> TypeGuard[float]:
    """Return whether a value is a JSON number; in Python, True and False are numbers too."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def format_value(value: object) -> str:
    """Return a value parsed from JSON as text, not yet clean: ``1`` for 1.0, JSON for a list or an object."""
    if isinstance(value, str):
        return value
    if is_number(value):
        return format_number(value)
    import json

    return json.dumps(value, ensure_ascii=False)


def format_number(value: float) -> str:
    """Return a number in decimal: ``1`` for 1 and for 1.0."""
    if isinstance(value, int) or not math.isfinite(value):
        return str(value)
    return str(int(value)) if value == int(value) else str(value)


def format_size(size: object) -> str:
    """Return a size in bytes, as parsed from JSON, for people; what is no number as ``format_value``."""
    return format_bytes(size) if is_number(size) else format_value(size)


def format_bytes(size: float) -> str:
    """Return ``size`` (bytes) with one decimal, in TiB, GiB or, where GiB would be 0.0, in MiB: ``1.5 GiB``."""
    # isfinite rejects an int that is too large for a float.
    if not isinstance(size, int) and not math.isfinite(size):
        return str(size)
    sign, size = ("-", -size) if size < 0 else ("", size)
    if not size or _tenths(size, _GIB):
        unit, name = (_TIB, "TiB") if _tenths(size, _GIB) >= 10 * 1024 else (_GIB, "GiB")
        return f"{sign}{_format_tenths(_tenths(size, unit))} {name}"
    tenths = _tenths(size, _MIB)
    return f"{sign}{_format_tenths(tenths)} MiB" if tenths else f"{sign}<0.1 MiB"


def _tenths(size: float, unit: int) -> int:
    return (int(size) * 10 + unit // 2) // unit


def _format_tenths(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}"


def suggest(word: str, known: Iterable[str]) -> str | None:
    """Return ``did you mean "…"?`` for the known words most similar to ``word``, None where no word is similar."""
    return did_you_mean(similar_words(word, known))


def did_you_mean(words: Iterable[str]) -> str | None:
    """Return ``did you mean "…"?`` for some words, None where there are none."""
    question = " or ".join(map(quote, words))
    return f"did you mean {question}?" if question else None


def similar_words(word: str, known: Iterable[str]) -> list[str]:
    """Return the known words most similar to ``word``, three at most; capitals and the Unicode form do not count."""
    from difflib import get_close_matches

    originals: dict[str, list[str]] = {}
    for name in known:
        originals.setdefault(normalize(name).casefold(), []).append(name)
    matches = get_close_matches(normalize(word).casefold(), originals, n=3)
    return [name for match in matches for name in originals[match]][:3]


def normalize(name: str) -> str:
    """Return a name in the one form (NFC) in which names are compared: ``é`` can be one character, or two."""
    return unicodedata.normalize("NFC", name)


def quote(text: str) -> str:
    """Return ``text`` in double quotes."""
    return f'"{text}"'
