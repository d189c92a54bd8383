"""Decompresses a body while it arrives."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence

# Of a single piece, no more than this many bytes are decompressed at once: one may expand to a thousand times its size.
_CHUNK_BYTES = 64 * 1024
_GZIP, _ZLIB, _RAW_DEFLATE = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
_NO_CODINGS = frozenset({"", "identity"})
_ALIASES = {"x-gzip": "gzip"}


class DecodingError(Exception):
    """The reason why a body cannot be decompressed."""


def decode(pieces: Iterable[bytes], codings: Sequence[str]) -> Iterator[bytes]:
    """Yield the bytes of a body without its coding.

    Args:
        pieces: the bytes as they arrive.
        codings: the values of the header Content-Encoding.

    Raises:
        DecodingError: the coding is another than gzip or deflate, there are several, or the bytes do not have it.
    """
    names = [coding.strip().lower() for coding in codings]
    names = [_ALIASES.get(name, name) for name in names if name not in _NO_CODINGS]
    if not names:
        yield from pieces
    elif names == ["gzip"]:
        yield from _decompress(pieces, _GZIP)
    elif names == ["deflate"]:
        yield from _inflate(pieces)
    else:
        raise DecodingError(f"its Content-Encoding is {', '.join(map(str.strip, codings))}")


def _inflate(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Decompress ``deflate``, with the header of zlib as RFC 9110 says, or without one as some servers send it."""
    pieces = iter(pieces)
    start = b""
    for piece in pieces:
        start += piece
        if len(start) > 1:
            break
    yield from _decompress(_prepend(start, pieces), _ZLIB if _has_zlib_header(start) else _RAW_DEFLATE)


def _has_zlib_header(data: bytes) -> bool:
    """Return whether two bytes are the header of zlib (RFC 1950, section 2.2)."""
    return data[0:1] != b"" and data[0] % 16 == zlib.DEFLATED and int.from_bytes(data[:2], "big") % 31 == 0


def _prepend(start: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    yield start
    yield from pieces


def _decompress(pieces: Iterable[bytes], window_bits: int) -> Iterator[bytes]:
    """Yield the decompressed bytes of one member after the other, as many as there are."""
    stream = zlib.decompressobj(window_bits)
    has_data = False
    try:
        for piece in pieces:
            data = piece
            while data:
                if stream.eof:
                    # A gzip file can have several members, and zeros behind the last one.
                    if not (data := data.lstrip(b"\0")):
                        break
                    stream = zlib.decompressobj(window_bits)
                has_data = True
                yield stream.decompress(data, _CHUNK_BYTES)
                data = stream.unconsumed_tail or stream.unused_data
        yield stream.flush()
    except zlib.error as error:
        raise DecodingError(str(error)) from None
    if has_data and not stream.eof:
        raise DecodingError("it ends too early")
