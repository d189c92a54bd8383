"""Hypothesis strategies for JSON documents, and for responses that are damaged."""

from __future__ import annotations

import json

from hypothesis import strategies as st

numbers = st.integers() | st.floats() | st.just(10**4000) | st.just(-(10**400))
anything = st.text(st.characters(exclude_categories=()), max_size=5)
documents = st.recursive(
    st.none() | st.booleans() | numbers | anything,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(anything, inner, max_size=4)
        | st.dictionaries(st.sampled_from(["inventories", "error", "code", "uuid", "name", "vmNics", "ip"]), inner)
    ),
    max_leaves=12,
)


# NaN, Infinity and what is no UTF-8 among them.
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
def spoilt(draw: st.DrawFn, whole: bytes) -> bytes:
    """Give an answer with something done to it, or two or three things."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        until = draw(st.integers(at, min(len(data), at + 200)))
        what = draw(st.sampled_from(["cut", "flip", "put", "replace", "repeat"]))
        if what == "cut":
            del data[at:]
        elif what == "flip" and at < len(data):
            data[at] ^= draw(st.integers(1, 255))
        elif what == "put":
            data[at:at] = draw(tokens | st.binary(max_size=4))
        elif what == "replace":
            data[at:until] = draw(tokens | raw_documents)
        elif what == "repeat":
            data[at:at] = data[at:until]
    return bytes(data)
