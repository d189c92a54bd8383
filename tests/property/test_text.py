"""Any text is safe once it is clean."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from zsiso.text import escape_hidden


@given(st.text(st.characters(exclude_categories=())))
def test_clean_leaves_nothing_hidden(typed: str) -> None:
    hidden = {char for char in escape_hidden(typed) if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp", "Cs"}}
    assert hidden <= {"\u200d"}
