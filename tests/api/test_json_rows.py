"""Valid and invalid JSON in a response body."""

from __future__ import annotations

import json

import pytest

from zsiso.api.json_rows import parse_body


@pytest.mark.parametrize(
    "body",
    [
        *(
            b"",
            b"{",
            b"{}",
            b"[]",
            b"null",
            b"1 2",
            b'{"a"}',
            b'{"a":}',
            b'{"a":1,}',
            b"{1:2}",
            b'{,"a":1}',
            b"{]",
            b'{"a":1]',
        ),
        *(b'{"inventories":[}', b'{"inventories":[1,]}', b'{"inventories":[1 2]}', b'{"inventories":[,1]}', b"{} x"),
        *(
            b"\xef\xbb\xbf{}",
            b'"\\ud800"',
        ),
        *(
            b'{"inventories":["\t"]}',
            b'{"inventories":[01]}',
            b"{'a':1}",
            b'{"a":1}\x00',
            b'{"a":-}',
            b'{"inventories" [1]}',
        ),
    ],
)
def test_parse_body_accepts_what_json_library_accepts(body: bytes) -> None:
    try:
        expected = json.loads(body.decode())
    except ValueError:
        expected = None
    parsed = parse_body(body)
    assert parsed.document == expected
    assert (parsed.flaw is None) == (expected is not None or body == b"null")
