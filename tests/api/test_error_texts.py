"""The node's own words in an error message: their language, what they repeat, and their causes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.helpers.failures import make_error
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode

MESSAGES = {"code": "1000", "message_cn": "错误的帐号或密码。", "message_en": "Wrong account name or password."}
ENGLISH, CHINESE = MESSAGES["message_en"], MESSAGES["message_cn"]


def show_node_words(user: User, node: ScriptedNode, error: dict[str, Any], env: dict[str, str] | None = None) -> str:
    """Return the lines of an error message between its first line and those about the request."""
    node.respond(make_error("X.1", **error), 503)
    user.write_profile(node)
    environ = {"LANG": "en_US.UTF-8", **(env or {})}
    result = (user.run_process if set(environ) - {"LANG", "LANGUAGE"} else user.run)("candidates", ISO, env=environ)
    _, *lines = result.err.partition("\n  request: ")[0].splitlines()
    return "\n".join(line.removeprefix("  ") for line in lines)


class TestLanguage:
    @pytest.mark.parametrize(
        ("env", "text"),
        [
            ({"LANG": ""}, ENGLISH),
            ({"LANG": "C.UTF-8"}, ENGLISH),
            ({"LANG": "de_DE.UTF-8"}, ENGLISH),
            ({"LANG": "zh_CN.UTF-8"}, CHINESE),
            ({"LANG": "zh_TW"}, CHINESE),
            ({"LANG": "zh"}, CHINESE),
            ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, ENGLISH),
            ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, CHINESE),
            ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8", "LC_ALL": "C"}, ENGLISH),
            ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "", "LC_ALL": "zh_CN.utf8"}, CHINESE),
            ({"LANG": "en_US.UTF-8", "LANGUAGE": "zh_CN:en"}, CHINESE),
            ({"LANG": "en_US.UTF-8", "LANGUAGE": "fr:zh"}, CHINESE),
            ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "en:zh"}, ENGLISH),
            ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "fr"}, ENGLISH),
            ({"LANG": "C", "LANGUAGE": "zh_CN"}, ENGLISH),
        ],
    )
    def test_message_is_shown_in_language_of_locale(
        self, user: User, node: ScriptedNode, env: dict[str, str], text: str
    ) -> None:
        assert show_node_words(user, node, {"messages": MESSAGES}, env) == f"X.1: {text}"

    @pytest.mark.parametrize("messages", [{"message_cn": CHINESE}, {"message_en": 5, "message_cn": CHINESE}])
    def test_message_in_other_language_is_shown_if_it_is_the_only_one(
        self, user: User, node: ScriptedNode, messages: dict[str, object]
    ) -> None:
        assert show_node_words(user, node, {"messages": messages}) == f"X.1: {CHINESE}"

    @pytest.mark.parametrize("messages", [None, [], "text", {}, {"message_en": ""}])
    def test_error_without_usable_messages_shows_details(
        self, user: User, node: ScriptedNode, messages: object
    ) -> None:
        assert show_node_words(user, node, {"messages": messages, "details": "it failed"}) == "X.1: it failed"


class TestRepeatedText:
    @pytest.mark.parametrize(
        "error",
        [
            {"details": "wrong account name or password", "elaboration": f"Error message: {ENGLISH}"},
            {"details": "错误信息: 错误的帐号或密码", "elaboration": "错误信息: 错误的帐号或密码。"},
        ],
    )
    def test_details_and_elaboration_that_repeat_the_message_are_left_out(
        self, user: User, node: ScriptedNode, error: dict[str, str]
    ) -> None:
        assert show_node_words(user, node, {**error, "messages": MESSAGES}) == f"X.1: {ENGLISH}"

    def test_details_that_say_more_than_the_message_are_shown(self, user: User, node: ScriptedNode) -> None:
        error = {"details": "account[uuid:ef71] is unknown", "messages": MESSAGES}
        assert show_node_words(user, node, error) == f"X.1: {ENGLISH}: account[uuid:ef71] is unknown"

    def test_elaboration_that_repeats_details_is_left_out(self, user: User, node: ScriptedNode) -> None:
        error = {"details": "the image is gone", "elaboration": "Error message: The image is gone."}
        assert show_node_words(user, node, error) == "X.1: the image is gone"

    def test_details_that_are_no_text_are_shown_as_json(self, user: User, node: ScriptedNode) -> None:
        assert show_node_words(user, node, {"details": {"authentications": ["TwoFactor"]}}) == (
            'X.1: {"authentications": ["TwoFactor"]}'
        )

    def test_elaboration_that_says_more_is_shown(self, user: User, node: ScriptedNode) -> None:
        error = {"details": "the image", "elaboration": "Error message: the image is gone"}
        assert show_node_words(user, node, error) == "X.1: the image\nelaboration: Error message: the image is gone"


class TestCauses:
    def test_cause_and_causes_have_a_line_each(self, user: User, node: ScriptedNode) -> None:
        error = {
            "cause": {"code": "A.1", "details": "first", "causes": [{"code": "A.2", "messages": MESSAGES}]},
            "causes": [
                {"code": "B.1", "details": "x\u202ey\x1b[2J"},
                {"code": "B.2", "elaboration": "why"},
                "no object",
                {},
                {"code": "A.1", "details": "first"},
            ],
        }
        assert show_node_words(user, node, error).splitlines() == [
            "X.1",
            "caused by A.1: first",
            f"caused by A.2: {ENGLISH}",
            r"caused by B.1: x\u202ey\x1b[2J",
            "caused by B.2",
            "elaboration: why",
        ]

    @pytest.mark.parametrize(
        "error",
        [
            {"causes": [{"code": f"C.{number}"} for number in range(99)]},
            {"cause": json.loads('{"code": "C.0", "cause":' * 200 + "{}" + "}" * 200)},
            {"cause": {"code": "C.A", "causes": [{"code": f"C.{number}"} for number in range(99)]}},
        ],
    )
    def test_at_most_ten_causes_are_shown(self, user: User, node: ScriptedNode, error: dict[str, Any]) -> None:
        lines = show_node_words(user, node, error).splitlines()
        assert lines[0] == "X.1"
        assert 1 < len(lines) <= 11
        assert all(line.startswith("caused by C.") for line in lines[1:])
