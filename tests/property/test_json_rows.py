"""Each row keeps its original text from the body."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.json_values import any_text, json_values, spaces
from zsiso.api.json_rows import parse_body


@given(st.lists(st.dictionaries(any_text, json_values, max_size=3), max_size=4), spaces, st.booleans())
def test_json_row_keeps_its_original_text(vms: list[dict[str, object]], space: str, ascii_only: bool) -> None:
    texts = [json.dumps(vm, ensure_ascii=ascii_only, indent=len(space) or None) for vm in vms]
    body = (
        f'{space}{{{space}"x"{space}:1,"inventories":{space}[{space}'
        + f"{space},{space}".join(texts)
        + f"{space}]{space}}}{space}"
    )
    decoded = parse_body(body.encode("utf-8", "surrogatepass"))
    try:
        body.encode()
    except UnicodeEncodeError:
        assert decoded.flaw is not None
        return
    assert decoded.flaw is None
    assert decoded.texts == tuple(texts)
    assert decoded.document == json.loads(body)
