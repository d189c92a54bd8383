"""The node's own words in an ``error`` object, as lines of a message (docs/zstack-api.md#the-error-object). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

from zsiso.text import format_value

_MAX_CAUSES = 10
# More causes than this are not looked at: an error object may be large.
_MAX_CAUSES_READ = 1000
_TEXT_KEYS = ("details", "elaboration")
_MESSAGE_KEYS = ("message_en", "message_cn")
# What the node writes before a text that it repeats in ``elaboration``.
_LABEL = r"^\s*(?:error message|错误信息)\s*[:：]"  # noqa: RUF001 - a real node's


def describe_error(error: Mapping[str, Any], excerpt: Callable[[str], str], *, chinese: bool) -> Iterator[str]:
    """Yield a line with the node's words about an error, then lines about what caused it.

    Args:
        error: the ``error`` object.
        excerpt: returns a text without secrets, on one line, of limited length.
        chinese: whether texts that exist in both languages are shown in Chinese.
    """
    yield from _describe_one(error, excerpt, chinese=chinese)
    described = (tuple(_describe_one(cause, excerpt, chinese=chinese)) for cause in _iter_causes(error))
    unique = dict.fromkeys(islice(filter(None, described), _MAX_CAUSES_READ))
    for first, *others in islice(unique, _MAX_CAUSES):
        yield f"caused by {first}"
        yield from others


def collect_texts(error: Mapping[str, Any]) -> Iterator[str]:
    """Yield every text of the node about an error and its causes, in every language."""
    for item in chain((error,), islice(_iter_causes(error), _MAX_CAUSES_READ)):
        yield from (_text(item, key) for key in _TEXT_KEYS)
        yield from _messages(item).values()


def _describe_one(error: Mapping[str, Any], excerpt: Callable[[str], str], *, chinese: bool) -> Iterator[str]:
    messages = _messages(error)
    language = _MESSAGE_KEYS[chinese]
    message = messages.get(language) or next(iter(messages.values()), "")
    code, description, details, elaboration = (_text(error, key) for key in ("code", "description", *_TEXT_KEYS))
    # A text may repeat the message in the other language, which is then not shown at all.
    known = [*messages.values()]
    details = "" if _repeats(details, known) else details
    if words := [word for word in (code, description, message, details) if word]:
        yield excerpt(": ".join(words))
    if elaboration and not _repeats(elaboration, [*known, description, details]):
        yield f"elaboration: {excerpt(elaboration)}"


def _text(error: Mapping[str, Any], key: str) -> str:
    """Return the text of a key; JSON where it is not a text, as the details of ID.2001."""
    return format_value(value) if (value := error.get(key)) else ""


def _messages(error: Mapping[str, Any]) -> dict[str, str]:
    messages = error.get("messages")
    if not isinstance(messages, dict):
        return {}
    return {key: text for key in _MESSAGE_KEYS if isinstance(text := messages.get(key), str) and text.strip()}


def _repeats(text: str, known: list[str]) -> bool:
    """Return whether a text says nothing that is not in ``known``; case, punctuation and a label do not count."""
    words = _words(re.sub(_LABEL, "", text, flags=re.IGNORECASE))
    return any(words in _words(other) for other in known)


def _words(text: str) -> str:
    words = " ".join(re.findall(r"[^\W_]+", text.lower()))
    return f" {words} "


def _iter_causes(error: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the causes of an error, each before its own causes."""
    waiting = [_direct_causes(error)]
    while waiting:
        cause = next(waiting[-1], None)
        if cause is None:
            waiting.pop()
            continue
        yield cause
        waiting.append(_direct_causes(cause))


def _direct_causes(error: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    causes = error.get("causes")
    candidates = chain((error.get("cause"),), causes if isinstance(causes, list) else ())
    return (cause for cause in candidates if isinstance(cause, dict))
