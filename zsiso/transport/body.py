"""The body of a response: a small one is in memory, a large one in a temporary file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import IO

from zsiso.errors import OutputError

LARGE_BODY_BYTES = 2**20
"""The size, in bytes, from which on a body is in a temporary file."""

_CHUNK_BYTES = 2**20


class Body:
    """The bytes of a response: appended while they arrive, then read from any offset.

    Args:
        data: the first bytes.
    """

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
        """Append bytes.

        Raises:
            OutputError: the temporary file cannot be written.
        """
        self._size += len(piece)
        if self._file is not None:
            _write_chunk(self._file, piece)
            return
        self._pieces.append(piece)
        if self._size >= LARGE_BODY_BYTES and self._may_spool:
            self._spool()

    def _spool(self) -> None:
        # Imported here: a small response does not need it.
        import tempfile

        try:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed with the body
        except OSError:
            # Without a folder for temporary files, the body stays in memory.
            self._may_spool = False
            return
        for piece in self._pieces:
            _write_chunk(self._file, piece)
        self._pieces.clear()

    def read(self, start: int, size: int) -> bytes:
        """Return at most ``size`` bytes from the offset ``start`` on."""
        if self._file is None:
            return self._in_memory()[start : start + size]
        return os.pread(self._file.fileno(), size, start)

    def whole(self) -> bytes:
        """Return all bytes."""
        return self._in_memory() if self._file is None else self.read(0, self._size)

    def pieces(self) -> Iterator[bytes]:
        """Yield all bytes, piece by piece."""
        for start in range(0, self._size, _CHUNK_BYTES):
            yield self.read(start, _CHUNK_BYTES)

    def _in_memory(self) -> bytes:
        if len(self._pieces) > 1:
            self._pieces = [b"".join(self._pieces)]
        return self._pieces[0]


def _write_chunk(file: IO[bytes], piece: bytes) -> None:
    remaining = memoryview(piece)
    try:
        while remaining:
            remaining = remaining[file.write(remaining) :]
    except OSError as error:
        raise OutputError(
            f"the response cannot be written to a temporary file: {error.strerror}",
            hint="set TMPDIR to a folder with enough free space",
        ) from error
