"""The session of an account, kept on disk from one run to the next.

A file for each cloud and account, in a folder that is nobody else's. What is
kept is the session alone: neither the password nor its hash, which is as good.
A file that is spoilt, foreign or out of reach is no session at all.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zsiso import private_files
from zsiso.config.credentials import is_header_safe
from zsiso.config.secrets import Secret
from zsiso.errors import UnreachableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zsiso.deadline import Deadline


@dataclass(frozen=True)
class SessionStore:
    """Where the session of one account on one cloud is kept.

    Args:
        folder: the folder of all kept sessions; made when the first is kept.
        urls: the cloud, every URL of its management nodes.
        account: the account's name.
    """

    folder: Path
    urls: tuple[str, ...]
    account: str

    @property
    def _path(self) -> Path:
        whose = json.dumps([*self.urls, self.account])
        return self.folder / f"session-{hashlib.sha256(whose.encode()).hexdigest()[:32]}.json"

    def load(self) -> Secret | None:
        """Return the session, or None where there is none to rely on."""
        kept = private_files.read_json(self._path)
        if not isinstance(kept, dict) or self._label() != {key: kept.get(key) for key in self._label()}:
            return None
        session = kept.get("session")
        return Secret(session) if isinstance(session, str) and is_header_safe(session) else None

    def save(self, session: Secret) -> None:
        """Keep a session in place of the one before; an ``OSError`` where it can't be kept."""
        private_files.write_json(self._path, {**self._label(), "session": session.reveal()})

    def forget(self, session: Secret) -> None:
        """Keep this session no more; another that has taken its place stays. An ``OSError`` where it can't be."""
        if self.load() == session:
            self._path.unlink(missing_ok=True)

    @contextmanager
    def locked(self, deadline: Deadline) -> Iterator[None]:
        """Keep every other run of zsiso from changing the session while the context lasts.

        Raises:
            OSError: there can be no lock there.
            UnreachableError: another run held it until the deadline.
        """
        # Here and not above: it loads asyncio, and only a login needs it.
        from filelock import FileLock, Timeout

        private_files.make_folder(self.folder)
        lock = FileLock(self._path.with_suffix(".lock"), mode=private_files.FILE_MODE, timeout=deadline.remaining())
        try:
            lock.acquire()
        except Timeout:
            raise UnreachableError(
                f"another run is logging in as {self.account}, and was not done within {deadline.seconds:g} seconds",
                hint="give it longer with --timeout SECONDS, or see whether it hangs: pgrep -af zsiso",
            ) from None
        try:
            yield
        finally:
            lock.release()

    def _label(self) -> dict[str, object]:
        return {"urls": list(self.urls), "account": self.account}
