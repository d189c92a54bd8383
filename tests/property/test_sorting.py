"""Sort keys of many names at once equal the keys of single names."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from tests.helpers.json_values import any_text
from zsiso.inventory.sorting import natural_sort_key, natural_sort_keys

# Runs of digits of every length, as UUIDs and dates have them.
runs = st.integers(0, 10**40).map(str) | st.uuids().map(lambda uuid: uuid.hex)
names = st.text(st.sampled_from("ab \n0129\u0662ß"), max_size=12) | runs | any_text


@given(st.lists(names, max_size=12))
@example(["web-" + "9" * 5000, "web-2", ""])
@example(["web-" + "1" * length for length in range(1, 100)])
def test_natural_sort_keys_equal_the_keys_of_single_names(texts: list[str]) -> None:
    assert natural_sort_keys(texts) == [natural_sort_key(name) for name in texts]
