"""Pure functions from values to text that is safe to show.

Names and descriptions come from tenants (see the wire page's "free text"), so
nothing reaches a terminal or a message but through ``escape_hidden``.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeGuard

MISSING = "-"

_GIB = 1024**3
_NAMED_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
# C0, C1 and DEL; format characters (bidi controls and zero-width ones among
# them); line and paragraph separators; lone surrogates, which no encoding takes.
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})
# Drawn as nothing, whatever their category (Unicode's Default_Ignorable_Code_Point).
# Not compiled before it is used, here and below: that takes longer than all the rest of this module.
_HIDDEN = (
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
_PICTOGRAPH = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f"
    "\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
# What belongs to an emoji: a variation selector behind a pictograph or a keycap's
# digit, and a joiner with a pictograph on either side.
_EMOJI_PARTS = (
    f"(?<=[{_PICTOGRAPH}0-9#*])[\ufe0e\ufe0f]"
    f"|(?<=[{_PICTOGRAPH}])\u200d(?=[{_PICTOGRAPH}])|(?<=[{_PICTOGRAPH}]\ufe0f)\u200d(?=[{_PICTOGRAPH}])"
)
_LINE_BREAKS = r"[ \t\r\n]+"


def escape_hidden(text: str) -> str:
    r"""Return ``text`` with every character that is not plainly visible escaped.

    Control, format (bidi, zero-width), line-separator and surrogate characters
    become ``\n``, ``\x1b``, ``\u202e`` or ``\U000e0001``; the joiner and the
    variation selector of an emoji, and combining marks stay.
    """
    if is_clean(text):
        return text
    kept = {match.start() for match in re.finditer(_EMOJI_PARTS, text)}
    return "".join(_escape(char) if _is_hidden(char) and at not in kept else char for at, char in enumerate(text))


def is_clean(text: str) -> bool:
    """Tell whether every character is plainly visible by itself, as in nearly all text they are."""
    # isprintable knows the categories of above, and _HIDDEN the rest.
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
    """Return the beginning of ``text`` on one line, at most ``limit`` characters of it."""
    flat = re.sub(_LINE_BREAKS, " ", text).strip()
    return flat if len(flat) <= limit else flat[:limit] + "…"


def is_number(value: object) -> TypeGuard[float]:
    """Tell whether a value is a number, as JSON has numbers."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def format_value(value: object) -> str:
    """Return any value that JSON holds as text, not yet clean: ``1`` for 1.0, JSON for what is no scalar."""
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return format_number(value)
    import json

    return json.dumps(value, ensure_ascii=False)


def format_number(value: float) -> str:
    """Return a number as people write it: ``1`` for 1 and for 1.0."""
    if isinstance(value, int) or not math.isfinite(value):
        return str(value)
    return str(int(value)) if value == int(value) else str(value)


def format_gib(size: float) -> str:
    """Return ``size`` (bytes) in GiB, two decimals at most: ``8 GiB``, ``1.5 GiB``."""
    # An int may be too large for a float, so it is not asked whether it is finite.
    if not isinstance(size, int) and not math.isfinite(size):
        return str(size)
    if 0 < size < _GIB / 100:
        return "<0.01 GiB"
    hundredths = (int(size) * 100 + _GIB // 2) // _GIB
    whole, rest = divmod(hundredths, 100)
    fraction = f".{rest:02d}".rstrip("0") if rest else ""
    return f"{whole}{fraction} GiB"


def suggest(word: str, known: Iterable[str]) -> str | None:
    """Return ``did you mean "…"?`` for the known words nearest to ``word``, or None."""
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), n=3)
    return f"did you mean {' or '.join(quote(name) for name in near)}?" if near else None


def quote(text: str) -> str:
    """Return ``text`` in double quotes."""
    return f'"{text}"'
