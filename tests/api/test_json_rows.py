"""What is JSON and what is not."""

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
def test_the_verdict_is_that_of_the_json_library(body: bytes) -> None:
    try:
        expected = json.loads(body.decode())
    except ValueError:
        expected = None
    decoded = parse_body(body)
    assert decoded.document == expected
    assert (decoded.flaw is None) == (expected is not None or body == b"null")
