"""Hypothesis strategies for JSON documents and for damaged responses."""

from __future__ import annotations

import json

from hypothesis import strategies as st

numbers = st.integers() | st.floats() | st.just(10**4000) | st.just(-(10**400))
any_text = st.text(st.characters(exclude_categories=()), max_size=5)
documents = st.recursive(
    st.none() | st.booleans() | numbers | any_text,
    lambda children: (
        st.lists(children, max_size=4)
        | st.dictionaries(any_text, children, max_size=4)
        | st.dictionaries(st.sampled_from(["inventories", "error", "code", "uuid", "name", "vmNics", "ip"]), children)
    ),
    max_leaves=12,
)


# Some contain NaN, Infinity or invalid UTF-8.
raw_documents = st.builds(
    lambda document, ascii_only: json.dumps(document, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass"),
    documents,
    st.booleans(),
)


tokens = st.sampled_from(
    [
        *(b"NaN", b"-Infinity", b"1e999", b"-", b"01", b"9" * 5000, b"1e" + b"9" * 5000, b"\xef\xbb\xbf", b"\xff"),
        *(b"\xc3", b"\xed\xa0\x80", b"\x00", b"\x1f", b'"\\ud800"', b'"\\u12"', b'"\\x"', b'"', b"\\", b"[", b"]"),
        *(b"{", b"}", b",", b":", b"//", b"/**/", b"'a'", b"null", b"true", b"{}", b"[]", b'"a":1,', b'"uuid":1,'),
        *(b'],"inventories":[', b'"inventories":', b'"inventories":null,', b'"error":{},', b"[" * 2000, b" " * 70_000),
    ]
)


@st.composite
def damage(draw: st.DrawFn, body: bytes) -> bytes:
    """Return a body with one to three changes."""
    data = bytearray(body)
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 200)))
        change = draw(st.sampled_from(["truncate", "flip", "insert", "replace", "repeat"]))
        if change == "truncate":
            del data[start:]
        elif change == "flip" and start < len(data):
            data[start] ^= draw(st.integers(1, 255))
        elif change == "insert":
            data[start:start] = draw(tokens | st.binary(max_size=4))
        elif change == "replace":
            data[start:end] = draw(tokens | raw_documents)
        elif change == "repeat":
            data[start:start] = data[start:end]
    return bytes(data)
