"""The values that completion suggests from a node: ISO images and VM instances.

Tenants choose these names, and the shell puts a value on its command line: only values that
every shell can quote are suggested, and a description is reduced to letters, digits and a few
marks. Nothing here asks the user for anything.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zsiso import text
from zsiso.cli.options import ConnectionOptions
from zsiso.cli.suggestions import is_safe

if TYPE_CHECKING:
    from zsiso.api.client import Client

# The marks of a safe value, blanks and brackets, which each shell quotes; none that a shell reads as
# something else inside quotes, or at the beginning of a word.
_QUOTABLE_VALUE = r"\w(?:[\w .,:+@()\[\]{}#%=&'~-]*[\w.,+)\]}-])?"
# Four of the letters are invisible: the fillers of Hangul.
_UNSAFE = r"(?:[^\w .-]|[\u115f\u1160\u3164\uffa0])+"
# Seconds: how long a node may take to respond, and how long its response is reused.
_NODE_TIMEOUT_SECONDS = 2.0
_CACHE_SECONDS = 60.0


def suggest_isos(values: Mapping[str, Any], incomplete: str) -> Iterator[tuple[str, str]]:
    """Give the names of the ISO images; the UUID of one whose name is not unique, or whose UUID is being typed."""
    images = [image for image in _cached(_connection_options(values), "isos", _fetch_isos) if is_safe(image[0])]
    names = [text.normalize(name) for _, name in images]
    for uuid, name in images:
        if not _is_quotable(name) or names.count(text.normalize(name)) > 1:
            if uuid.startswith(incomplete):
                yield uuid, _make_description(name)
        elif name.startswith(incomplete):
            yield name, ""
        elif uuid.startswith(incomplete):
            yield uuid, _make_description(name)


def suggest_vms(values: Mapping[str, Any], incomplete: str) -> Iterator[tuple[str, str]]:
    """Give the names of the VM instances that the typed ISO can be attached to, each with its state."""
    options, iso = _connection_options(values), values.get("iso")
    if iso is None and not options.mock:
        return
    for name, state in _cached(options, f"vms {iso}", lambda options: _fetch_vms(options, iso)):
        if _is_quotable(name) and name.startswith(incomplete):
            yield name, _make_description(state)


def _connection_options(values: Mapping[str, Any]) -> ConnectionOptions:
    config = values.get("config")
    return ConnectionOptions(
        profile=values.get("profile"),
        config=Path(config) if config is not None else None,
        timeout=_NODE_TIMEOUT_SECONDS,
        mock=bool(values.get("mock")),
    )


@contextmanager
def _open_client(options: ConnectionOptions) -> Iterator[Client]:
    from zsiso.cli.connect import open_client
    from zsiso.cli.options import MessageOptions
    from zsiso.cli.settings import resolve_settings

    with open_client(resolve_settings(options), MessageOptions(quiet=True), interactive=False) as (client, _):
        yield client


def _fetch_isos(options: ConnectionOptions) -> Iterable[tuple[Any, Any]]:
    from zsiso.inventory.isos import REQUIRED_PATHS, is_deleted
    from zsiso.inventory.record import Projection

    with _open_client(options) as client:
        images = client.iso_images(Projection(REQUIRED_PATHS, texts=False))
        return [(image.uuid, image.name) for image in images if not is_deleted(image)]


def _fetch_vms(options: ConnectionOptions, iso: str | None) -> Iterable[tuple[Any, Any]]:
    from zsiso.api.isos import resolve_iso_uuid
    from zsiso.api.responses import read_records
    from zsiso.mock_node import EXAMPLE_ISO

    with _open_client(options) as client:
        records = read_records(client.vm_candidates(resolve_iso_uuid(client, iso or EXAMPLE_ISO), (), ()))
        return [(record.name, record.fields.get("state")) for record in records]


def _cached(
    options: ConnectionOptions, subject: str, fetch: Callable[[ConnectionOptions], Iterable[tuple[Any, Any]]]
) -> list[tuple[str, str]]:
    """Return what a node responds; what it responded less than a minute ago is reused."""
    from zsiso import private_files
    from zsiso.errors import ApiError, UnexpectedResponseError, UnreachableError

    if options.mock:
        return _text_pairs(fetch(options))
    path = _cache_path(options, subject)
    with suppress(OSError):
        if 0 <= time.time() - path.stat().st_mtime < _CACHE_SECONDS:
            return _text_pairs(private_files.read_json(path) or ())
    suggestions: list[tuple[str, str]] = []
    # A node that does not respond is not asked again at each Tab. Any other error is not saved: it
    # may have come before a node was asked, and the user may be about to correct its cause.
    with suppress(ApiError, UnexpectedResponseError, UnreachableError):
        suggestions = _text_pairs(fetch(options))
    with suppress(OSError):
        private_files.write_json(path, suggestions)
    return suggestions


def _cache_path(options: ConnectionOptions, subject: str) -> Path:
    import hashlib
    import json

    from platformdirs import user_cache_path

    from zsiso.cli.settings import resolve_settings

    profile = resolve_settings(options).profile
    key = json.dumps([*profile.connection.urls, repr(profile.credentials), subject])
    name = f"completion-{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"
    return user_cache_path("zsiso", appauthor=False) / name


def _text_pairs(pairs: Iterable[tuple[Any, Any]]) -> list[tuple[str, str]]:
    """Return the pairs whose value is text, with the description as text."""
    return [(value, text.format_value(description or "")) for value, description in pairs if isinstance(value, str)]


def _make_description(value: str) -> str:
    return re.sub(_UNSAFE, " ", value).strip()


def _is_quotable(value: str) -> bool:
    """Return whether a shell can be given a name, in quotes where it needs them."""
    return re.fullmatch(_QUOTABLE_VALUE, value) is not None and text.escape_hidden(value) == value
