"""``--verify-tags`` keeps the VM instances with exactly the tag, whatever its text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.effort import scaled_examples
from tests.helpers.mock_cloud import cloud_with_records
from tests.helpers.runner import ISO, User
from zsiso import mock_node

# Parts of operators, what a database treats in its own way, and the words of operators.
tag_texts = st.lists(st.sampled_from([*"=!~?<>' aAß%_\\,é&+", "is null", "not null"]), max_size=5).map("".join)


@pytest.mark.slow
@scaled_examples(60)
@given(tag=tag_texts.filter(bool), others=st.lists(tag_texts, max_size=4))
def test_verify_tags_compares_any_text_exactly(
    tmp_path_factory: pytest.TempPathFactory, tag: str, others: list[str]
) -> None:
    texts = [tag, *others]
    tags = [
        {"uuid": f"{number:032x}", "resourceUuid": f"vm-{number}", "resourceType": "VmInstanceVO", "tag": text}
        for number, text in enumerate(texts)
    ]
    vms = json.dumps({"inventories": [{"uuid": tag["resourceUuid"]} for tag in tags]}).encode()
    user = User(tmp_path_factory.mktemp("home"))
    with mock_node.serve(cloud_with_records({"images": [{"uuid": ISO}], "userTags": tags}, vms)) as url:
        user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
        result = user.run("candidates", ISO, "-o", "uuid", "--verify-tags", f"--user-tag={tag}")
    kept = [f"vm-{number}" for number, text in enumerate(texts) if text == tag]
    assert (result.code, result.out.splitlines(), result.err) == (0, kept, "")
