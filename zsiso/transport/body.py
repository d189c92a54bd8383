"""The bytes of an answer: in memory while they are few, in a file without a name when they are many."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from zsiso.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

LARGE_BODY_BYTES = 2**20
"""Bytes from which on a body is in a file."""

_CHUNK_BYTES = 2**20


class Body:
    """An answer's bytes, written once from the beginning to the end, then read at any place."""

    def __init__(self, data: bytes = b"") -> None:
        self._pieces = [data]
        self._file: IO[bytes] | None = None
        self._size = len(data)
        self._may_spool = True

    def __del__(self) -> None:
        if self._file is not None:
            self._file.close()

    def __len__(self) -> int:
        return self._size

    def add(self, piece: bytes) -> None:
        """Add bytes at the end.

        Raises:
            OutputError: the file's disk is full, or broken.
        """
        self._size += len(piece)
        if self._file is not None:
            _write_chunk(self._file, piece)
            return
        self._pieces.append(piece)
        if self._size >= LARGE_BODY_BYTES and self._may_spool:
            self._spool()

    def _spool(self) -> None:
        # Here and not above: it loads more than a small answer needs.
        import tempfile

        try:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - it lives as long as the body
        except OSError:
            # Where there is no place for files, memory has to do.
            self._may_spool = False
            return
        for piece in self._pieces:
            _write_chunk(self._file, piece)
        self._pieces.clear()

    def read(self, start: int, size: int) -> bytes:
        """Return the bytes from ``start`` on, ``size`` of them where there are as many."""
        if self._file is None:
            return self._in_memory()[start : start + size]
        return os.pread(self._file.fileno(), size, start)

    def whole(self) -> bytes:
        """Return all of the bytes."""
        return self._in_memory() if self._file is None else self.read(0, self._size)

    def pieces(self) -> Iterator[bytes]:
        """Give all of the bytes, piece by piece."""
        for start in range(0, self._size, _CHUNK_BYTES):
            yield self.read(start, _CHUNK_BYTES)

    def _in_memory(self) -> bytes:
        if len(self._pieces) > 1:
            self._pieces = [b"".join(self._pieces)]
        return self._pieces[0]


def _write_chunk(file: IO[bytes], piece: bytes) -> None:
    rest = memoryview(piece)
    try:
        while rest:
            rest = rest[file.write(rest) :]
    except OSError as error:
        raise OutputError(
            f"the answer could not be put into a temporary file: {error.strerror}",
            hint="name a folder with room for it in TMPDIR",
        ) from error
