"""Any text is safe to show once it is escaped."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from zsiso.text import escape_hidden


@given(st.text(st.characters(exclude_categories=())))
def test_escaped_text_has_no_hidden_characters(typed: str) -> None:
    hidden = {char for char in escape_hidden(typed) if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp", "Cs"}}
    assert hidden <= {"\u200d"}
