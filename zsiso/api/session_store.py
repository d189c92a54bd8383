"""Saves the session of an account for later runs.

There is a file for each cloud, account and password, in a folder that only its owner can enter.
The file holds the session, never the password or its hash, which would be as good as the
password. A file that is broken, another user's or unreadable counts as no session.

A session belongs to the credentials that made it: the name of its file is a hash of them (HMAC),
so that another password, or another source of it, has no session. The key of the hash is random;
it is made once, and is in the same folder. Without the key, no password can be guessed from a
name: one that is seen in a listing or in a backup says nothing.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from zsiso import private_files
from zsiso.config.credentials import is_header_safe
from zsiso.config.secrets import Secret, check_file_mode
from zsiso.deadline import Awaited, Deadline

_KEY_BYTES = 32


@dataclass(frozen=True)
class SessionStore:
    """Where the session of one account on one cloud is saved.

    Args:
        folder: the folder of all saved sessions; created with the first.
        urls: the URL of every management node of the cloud.
        account: the account's name.
        read_credentials: returns what else tells the credentials of the session from others; called only where
            the session is needed.
    """

    folder: Path
    urls: tuple[str, ...]
    account: str
    read_credentials: Callable[[], tuple[str, ...]] = tuple

    def for_credentials(self, read_credentials: Callable[[], tuple[str, ...]]) -> SessionStore:
        """Return the store for the session of these credentials."""
        return replace(self, read_credentials=read_credentials)

    @property
    def file(self) -> Path | None:
        """The file of the saved session, None where no session has been saved yet."""
        return self._find_path()

    def load(self) -> Secret | None:
        """Return the saved session, None where there is none.

        Raises:
            ConfigError: others can read its file.
            ZsisoError: as ``read_credentials``.
        """
        path = self._find_path()
        self._check_modes(path)
        content = private_files.read_json(path) if path is not None else None
        if not isinstance(content, dict) or self._owner() != {key: content.get(key) for key in self._owner()}:
            return None
        session = content.get("session")
        return Secret(session) if isinstance(session, str) and is_header_safe(session) else None

    def save(self, session: Secret) -> None:
        """Save a session in place of the previous one.

        Raises:
            OSError: it cannot be saved.
        """
        private_files.write_json(self._create_path(), {**self._owner(), "session": session.reveal()})

    def forget(self, session: Secret) -> None:
        """Delete the saved session, unless it is another one by now.

        Raises:
            OSError: it cannot be deleted.
        """
        path = self._find_path()
        if path is not None and self.load() == session:
            path.unlink(missing_ok=True)

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
        path = self._create_path()
        lock = FileLock(path.with_suffix(".lock"), mode=private_files.FILE_MODE, timeout=deadline.remaining())
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

    def _check_modes(self, path: Path | None) -> None:
        """Take the rights of others on the folder away, and check that only the owner can read the files in it."""
        with suppress(OSError):
            if self.folder.is_dir():
                private_files.make_folder(self.folder)
        for name, file in (("the saved session", path), ("the key of the saved sessions", self._key_path)):
            if file is not None and file.is_file():
                check_file_mode(name, file)

    # -- the name of the file -------------------------------------------------

    @property
    def _key_path(self) -> Path:
        return self.folder / "session.key"

    def _load_key(self) -> bytes | None:
        """Return the key of the hash, None where there is none that can be used."""
        content = private_files.read_json(self._key_path)
        try:
            key = bytes.fromhex(content["key"])
        except (TypeError, KeyError, ValueError):
            return None
        return key if len(key) == _KEY_BYTES else None

    def _find_path(self) -> Path | None:
        """Return the path of the session's file, None where there is no key yet."""
        # First: credentials that cannot be read are an error, with a saved session too.
        credentials = self.read_credentials()
        key = self._load_key()
        if key is None:
            return None
        # A password may have bytes that are not UTF-8; json writes them in ASCII.
        owner = json.dumps([*self.urls, self.account, *credentials]).encode()
        return self.folder / f"session-{hmac.digest(key, owner, 'sha256').hex()}.json"

    def _create_path(self) -> Path:
        """Return the path of the session's file; make the key where there is none.

        Raises:
            OSError: the key cannot be saved.
            ZsisoError: as ``read_credentials``.
        """
        path = self._find_path()
        if path is None:
            import secrets

            document = {"key": secrets.token_hex(_KEY_BYTES)}
            # Where several runs make a key at the same time, the first one is kept; a broken one is replaced.
            private_files.create_json(self._key_path, document)
            if self._load_key() is None:
                private_files.write_json(self._key_path, document)
            path = self._find_path()
        if path is None:
            raise OSError(f"{self._key_path} cannot be read")
        return path

    def _owner(self) -> dict[str, object]:
        """Return what the file says about whose session it holds."""
        return {"urls": list(self.urls), "account": self.account}
