"""Saves the session of an account for later runs.

There is a file for each cloud and account, in a folder that only its owner can enter.
The file holds the session, never the password or its hash, which would be as good as the
password. A file that is broken, another user's or unreadable counts as no session.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from zsiso import private_files
from zsiso.config.credentials import is_header_safe
from zsiso.config.secrets import Secret, check_file_mode
from zsiso.deadline import Awaited, Deadline


@dataclass(frozen=True)
class SessionStore:
    """Where the session of one account on one cloud is saved.

    Args:
        folder: the folder of all saved sessions; created with the first.
        urls: the URL of every management node of the cloud.
        account: the account's name.
    """

    folder: Path
    urls: tuple[str, ...]
    account: str

    @property
    def _path(self) -> Path:
        key = json.dumps([*self.urls, self.account])
        return self.folder / f"session-{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"

    @property
    def file(self) -> Path:
        """The file that holds the saved session, where there is one."""
        return self._path

    def load(self) -> Secret | None:
        """Return the saved session, None where there is none.

        Raises:
            ConfigError: others can read it.
        """
        self._check_modes(self._path)
        content = private_files.read_json(self._path)
        if not isinstance(content, dict) or self._owner() != {key: content.get(key) for key in self._owner()}:
            return None
        session = content.get("session")
        return Secret(session) if isinstance(session, str) and is_header_safe(session) else None

    def save(self, session: Secret) -> None:
        """Save a session in place of the previous one.

        Raises:
            OSError: it cannot be saved.
        """
        private_files.write_json(self._path, {**self._owner(), "session": session.reveal()})

    def forget(self, session: Secret) -> None:
        """Delete the saved session, unless it is another one by now.

        Raises:
            OSError: it cannot be deleted.
        """
        if self.load() == session:
            self._path.unlink(missing_ok=True)

    @contextmanager
    def lock(self, deadline: Deadline) -> Iterator[None]:
        """Keep every other run of zsiso from changing the session while the context lasts.

        Raises:
            OSError: the lock file cannot be used.
            DeadlineExceededError: another run held the lock until the deadline.
        """
        # Imported here: it loads asyncio, and only a login needs it.
        from filelock import FileLock, Timeout

        private_files.make_folder(self.folder)
        lock = FileLock(self._path.with_suffix(".lock"), mode=private_files.FILE_MODE, timeout=deadline.remaining())
        try:
            lock.acquire()
        except Timeout:
            hint = "check whether it hangs: `pgrep -af zsiso`; or allow more time with --timeout SECONDS"
            awaited = Awaited(f"another run of zsiso that logs in as {self.account}", hint)
            raise deadline.exceeded_error(awaited) from None
        except NotImplementedError as error:
            # An older filelock raises this where the file system has no locks.
            raise OSError(str(error)) from error
        try:
            yield
        finally:
            lock.release()

    def _check_modes(self, path: Path) -> None:
        """Take the rights of others on the folder away, and check that only the owner can read a saved session."""
        with suppress(OSError):
            if self.folder.is_dir():
                private_files.make_folder(self.folder)
        if path.is_file():
            check_file_mode("the saved session", path)

    def _owner(self) -> dict[str, object]:
        """Return what the file says about whose session it holds."""
        return {"urls": list(self.urls), "account": self.account}
