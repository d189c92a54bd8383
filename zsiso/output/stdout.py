"""The only writer of stdout: a complete result, and an error for each way in which writing it fails."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterable, Mapping

from zsiso.errors import ClosedPipeError, OutputError
from zsiso.output.encoder import encode_for, encode_without_mark
from zsiso.output.terminal import Terminal, terminal_width


def terminal(environ: Mapping[str, str]) -> Terminal:
    """Return what stdout is written to."""
    return Terminal.of(sys.__stdout__, environ)


def width(environ: Mapping[str, str]) -> int:
    """Return the width for text that is wrapped in a pipe too, as help is: in cells, 80 where there is no terminal."""
    return terminal_width(sys.__stdout__, environ)


def write_text(text: str) -> None:
    """Write ``text``, with escapes for the characters that the encoding of stdout lacks.

    Raises:
        OutputError, ClosedPipeError: as ``write_chunks``.
    """
    write_texts([text])


def write_texts(texts: Iterable[str]) -> None:
    """Write texts, one after another, as ``write_text``."""
    write_chunks(encode_for(sys.__stdout__, text) for text in texts)


def write_without_mark(text: str) -> None:
    """Write ``text``, as ``write_text``, but without a byte-order mark, which a shell would take for a letter."""
    write_chunks([encode_without_mark(sys.__stdout__, text)])


def write_chunks(chunks: Iterable[bytes]) -> None:
    """Write bytes as they are, one chunk after another.

    Raises:
        OutputError: stdout is closed, full or broken.
        ClosedPipeError: the program that reads it has closed the pipe.
    """
    if sys.__stdout__ is None:
        raise OutputError("the result could not be written: stdout is closed")
    # Not through Python's own buffer, which would write again at exit, and report an error of its own.
    descriptor = sys.__stdout__.fileno()
    try:
        for chunk in chunks:
            remaining = memoryview(chunk)
            while remaining:
                remaining = remaining[_write_part(descriptor, remaining) :]
    except BrokenPipeError as error:
        raise ClosedPipeError("the result could not be written: the pipe is closed") from error
    except OSError as error:
        raise OutputError(f"the result could not be written: {error.strerror}") from error


def _write_part(descriptor: int, data: memoryview) -> int:
    """Return how many bytes were written."""
    try:
        return os.write(descriptor, data)
    except BlockingIOError:
        # Another program has set the pipe to non-blocking; wait until it can be written to.
        select.select([], [descriptor], [])
        return 0
