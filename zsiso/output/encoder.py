"""From text to the bytes of a stream: its encoding, and one byte-order mark at its beginning."""

from __future__ import annotations

import codecs
from typing import TextIO
from weakref import WeakKeyDictionary

# An encoding such as utf-16 begins with a byte-order mark; what is written later must not have another.
_encoders: WeakKeyDictionary[TextIO, codecs.IncrementalEncoder] = WeakKeyDictionary()


def encode_for(stream: TextIO | None, text: str) -> bytes:
    """Return the bytes that continue what was written to ``stream``, with escapes for what its encoding lacks."""
    if stream is None:
        return text.encode("utf-8", "backslashreplace")
    if stream not in _encoders:
        _encoders[stream] = codecs.getincrementalencoder(stream.encoding)("backslashreplace")
    # Final: an encoding that shifts between alphabets returns to the first.
    return _encoders[stream].encode(text, final=True)


def encode_without_mark(stream: TextIO | None, text: str) -> bytes:
    """Return ``text`` as bytes without a byte-order mark, for a program that reads UTF-8 or an older encoding."""
    encoding = codecs.lookup((stream and stream.encoding) or "utf-8").name
    return text.encode("utf-8" if encoding.startswith("utf") else encoding, "ignore")
