"""What completion offers beside names of commands and options; it asks nobody anything.

Names of ISO images and VM instances are typed by tenants, and a shell is about to
put them on a command line: a value is offered only if no shell would quote it, and
a description is reduced to letters, digits and a few marks.
"""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import typer

from zsiso import text
from zsiso.inventory.columns import ISO_IMAGES, VM_INSTANCES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from zsiso.cli.connect import ConnectionOptions
    from zsiso.inventory.columns import ResourceSchema


# Letters and digits of any script, and marks that no shell takes for anything else; a
# word that begins with a dash would be an option.
_SAFE_VALUE = r"(?!-)[\w.-]+"
# Among the letters are four that nobody sees: Hangul's fillers.
_UNSAFE = r"(?:[^\w .-]|[\u115f\u1160\u3164\uffa0])+"
# Seconds: how long a node may take, and how long its answer is kept.
_NODE_TIMEOUT_SECONDS = 2.0
_CACHE_SECONDS = 60.0


def suggest_profiles(context: typer.Context, incomplete: str) -> list[str]:
    """Return the names of the profiles in the configuration."""
    from zsiso.cli.connect import default_config_path
    from zsiso.config import loader

    options = _options(context)
    file = loader.load_config(loader.find_config(options.config, os.environ, default_config_path))
    return [name for name in file.tables if _is_safe(name) and name.startswith(incomplete)]


def suggest_vm_columns(incomplete: str) -> list[str]:
    """Return comma lists of columns of VM instances, one column longer."""
    return _columns(incomplete, VM_INSTANCES)


def suggest_iso_columns(incomplete: str) -> list[str]:
    """Return comma lists of columns of ISO images, one column longer."""
    return _columns(incomplete, ISO_IMAGES)


def suggest_vm_sorts(incomplete: str) -> list[str]:
    """Return the columns of VM instances to sort by, and the ways round."""
    return _sorts(incomplete, VM_INSTANCES)


def suggest_iso_sorts(incomplete: str) -> list[str]:
    """Return the columns of ISO images to sort by, and the ways round."""
    return _sorts(incomplete, ISO_IMAGES)


def suggest_isos(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Return the UUIDs of the ISO images, each with its name."""
    found = _cached(_options(context), "isos", _ask_isos)
    return [(uuid, name) for uuid, name in found if uuid.startswith(incomplete)]


def suggest_vms(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Return the names of the candidates for the ISO that was typed, each with its state."""
    # Behind an option that still wants its value, the parser leaves arguments where they are.
    iso = context.params.get("iso") or next(iter(context.args), None)
    options = _options(context)
    if not isinstance(iso, str) and not options.mock:
        return []
    found = _cached(options, f"vms {iso}", lambda node: _ask_vms(node, iso))
    return [(name, state) for name, state in found if name.startswith(incomplete)]


def _columns(incomplete: str, listing: ResourceSchema) -> list[str]:
    done, comma, last = incomplete.rpartition(",")
    taken = done.split(",")
    return [f"{done}{comma}{name}" for name in listing.names if name.startswith(last) and name not in taken]


def _sorts(incomplete: str, listing: ResourceSchema) -> list[str]:
    if ":" in incomplete:
        return [f"{incomplete.partition(':')[0]}:desc"]
    return [name for name in listing.names if name.startswith(incomplete)]


# -- asking a node ------------------------------------------------------------


def _options(context: typer.Context) -> ConnectionOptions:
    from zsiso.cli.connect import ConnectionOptions

    given = context.params
    return ConnectionOptions(given.get("profile"), given.get("config"), _NODE_TIMEOUT_SECONDS, bool(given.get("mock")))


def _ask_isos(options: ConnectionOptions) -> Iterable[tuple[Any, Any]]:
    from zsiso.cli.connect import open_client

    with open_client(options, unattended=True) as (client, _):
        return [(image.uuid, image.name) for image in client.iso_images()]


def _ask_vms(options: ConnectionOptions, iso: str | None) -> Iterable[tuple[Any, Any]]:
    from zsiso.api.isos import resolve_iso_uuid
    from zsiso.api.responses import read_records
    from zsiso.cli.connect import open_client
    from zsiso.mock_node import EXAMPLE_ISO

    with open_client(options, unattended=True) as (client, _):
        iso_uuid = resolve_iso_uuid(client, iso or EXAMPLE_ISO)
        records = read_records(client.vm_candidates(iso_uuid, (), ()))
        return [(record.name, record.fields.get("state")) for record in records]


def _cached(
    options: ConnectionOptions, what: str, ask: Callable[[ConnectionOptions], Iterable[tuple[Any, Any]]]
) -> list[tuple[str, str]]:
    """Return a node's answer made safe, from the minute before if there is one."""
    from zsiso import private_files

    if options.mock:
        return _make_safe(ask(options))
    path = _cache_path(options, what)
    with suppress(OSError):
        if 0 <= time.time() - path.stat().st_mtime < _CACHE_SECONDS:
            return _make_safe(private_files.read_json(path) or ())
    found: list[tuple[str, str]] = []
    try:
        found = _make_safe(ask(options))
    finally:
        # A node that does not answer is not asked again at every Tab.
        with suppress(OSError):
            private_files.write_json(path, found)
    return found


def _cache_path(options: ConnectionOptions, what: str) -> Path:
    import hashlib
    import json

    from platformdirs import user_cache_path

    from zsiso.cli.connect import select_profile

    profile = select_profile(options).profile
    whose = json.dumps([*profile.route.urls, repr(profile.credentials), what])
    name = f"completion-{hashlib.sha256(whose.encode()).hexdigest()[:32]}.json"
    return user_cache_path("zsiso", appauthor=False) / name


def _make_safe(found: Iterable[tuple[Any, Any]]) -> list[tuple[str, str]]:
    return [
        (value, re.sub(_UNSAFE, " ", text.format_value(description or "")).strip())
        for value, description in found
        if isinstance(value, str) and _is_safe(value)
    ]


def _is_safe(value: str) -> bool:
    return re.fullmatch(_SAFE_VALUE, value) is not None and text.escape_hidden(value) == value
