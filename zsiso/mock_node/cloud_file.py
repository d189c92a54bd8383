"""Cloud files: what stands in one, and what is wrong with it."""

from __future__ import annotations

import json
from types import NoneType
from typing import TYPE_CHECKING, Any, NoReturn

from zsiso.errors import ConfigError
from zsiso.mock_node import java_dates
from zsiso.mock_node.cloud import Cloud
from zsiso.mock_node.errors import CHINESE, ENGLISH

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RESOURCES = (
    "zones",
    "clusters",
    "hosts",
    "primaryStorage",
    "backupStorage",
    "images",
    "vmInstances",
    "userTags",
    "systemTags",
    "managementNodes",
)
_CHOICES = {"locale": (ENGLISH, CHINESE), "dates": (java_dates.JAVA_8, java_dates.JAVA_17)}
_KEYS = (*RESOURCES, *_CHOICES, "accounts", "owners", "shared", "timezone", "version")
# What of a resource the mock node looks into.
_NESTED = {"vmInstances": ("vmNics", "allVolumes", "vmCdRoms"), "images": ("backupStorageRefs",)}
_TEXTS = ("name", "state", "status", "type", "mediaType", "tag", "password", "architecture")


class CloudFileError(Exception):
    """A cloud that can't be: what is wrong, and where in the file."""


def load_cloud(path: Path) -> Cloud:
    """Return the cloud of a file.

    Raises:
        ConfigError: the file can't be read, or a part of it is wrong; the text says which.
    """
    try:
        return parse_cloud(_read(path))
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}", hint="--cloud takes a cloud file") from error
    except (CloudFileError, RecursionError) as error:
        said = error if isinstance(error, CloudFileError) else "it is nested too deeply"
        raise ConfigError(f"{path}: {said}", hint="correct the cloud file and start again") from error


def _read(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_reject_constant)
    except UnicodeDecodeError as error:
        raise CloudFileError(f"it is not UTF-8: byte {error.start + 1}") from error
    except json.JSONDecodeError as error:
        raise CloudFileError(f"it is not JSON: {error.msg} (line {error.lineno}, column {error.colno})") from error
    except ValueError as error:
        # A number with more digits than Python reads.
        raise CloudFileError(f"it is not JSON: {error}") from error


def _reject_constant(name: str) -> NoReturn:
    raise CloudFileError(f"it is not JSON: {name} is no number")


def parse_cloud(document: object) -> Cloud:
    """Return the cloud of a document in the form of a cloud file.

    Raises:
        CloudFileError: a part of it is wrong.
    """
    if not isinstance(document, dict):
        raise CloudFileError("it is not a JSON object")
    _check_keys(document)
    document = {key: value for key, value in document.items() if value is not None}
    dates = _choice(document, "dates")
    tables = {key: _rows(document[key], key, dates) for key in RESOURCES if key in document}
    accounts = _accounts(document["accounts"], dates) if "accounts" in document else None
    given = {key: _text(document[key], key) for key in ("version",) if key in document}
    return Cloud(
        tables,
        accounts=accounts,
        owners=_owners(document.get("owners", {})),
        shared=_shared(document.get("shared", [])),
        timezone=_timezone(document.get("timezone", "UTC")),
        locale=_choice(document, "locale"),
        dates=dates,
        **given,
    )


def _check_keys(document: Mapping[str, object]) -> None:
    for key in document:
        if key not in _KEYS and not key.startswith("_"):
            import difflib

            near = difflib.get_close_matches(key, _KEYS, 1)
            raise CloudFileError(f'unknown key "{key}"' + (f'; did you mean "{near[0]}"?' if near else ""))


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise CloudFileError(f"{where} must be a text that is not empty")
    return value


def _choice(document: Mapping[str, object], key: str) -> str:
    choices = _CHOICES[key]
    value = document.get(key, choices[0])
    if value not in choices:
        raise CloudFileError(f"{key} must be {' or '.join(choices)}")
    return str(value)


def _timezone(value: object) -> str:
    name = _text(value, "timezone")
    if name == "UTC":
        return name
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise CloudFileError(f'timezone names no time zone: "{name}"') from error
    return name


def _shared(value: object) -> list[str]:
    if not isinstance(value, list):
        raise CloudFileError("shared must be a list of UUIDs")
    return [_text(uuid, f"shared[{index}]") for index, uuid in enumerate(value)]


def _owners(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise CloudFileError("owners must be an object: the UUIDs of resources, each with that of an account")
    return {uuid: _text(account, f"owners.{uuid}") for uuid, account in value.items()}


def _accounts(value: object, dates: str) -> list[dict[str, Any]]:
    accounts = _rows(value, "accounts", dates)
    for index, account in enumerate(accounts):
        for key in ("name", "password"):
            _text(account.get(key), f"accounts[{index}].{key}")
    return accounts


def _rows(value: object, where: str, dates: str) -> list[dict[str, Any]]:
    rows = _objects(value, where)
    seen = set()
    for index, row in enumerate(rows):
        uuid = _text(row.get("uuid"), f"{where}[{index}].uuid")
        if uuid.upper() in seen:
            raise CloudFileError(f"{where}[{index}].uuid: {uuid} is there twice")
        seen.add(uuid.upper())
        for key in _NESTED.get(where, ()):
            if row.get(key) is not None:
                _objects(row[key], f"{where}[{index}].{key}")
    return [_as_served(row, f"{where}[{index}]", dates) for index, row in enumerate(rows)]


def _objects(value: object, where: str) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise CloudFileError(f"{where} must be a list")
    for index, row in enumerate(value):
        if not isinstance(row, dict):
            raise CloudFileError(f"{where}[{index}] must be an object")
        for key in _TEXTS:
            if not isinstance(row.get(key), (str, NoneType)):
                raise CloudFileError(f"{where}[{index}].{key} must be a text")
    return value


def _as_served(value: Any, where: str, dates: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return a value as the node writes it: no nulls, whole numbers as integers, dates in the form asked for."""
    if isinstance(value, dict):
        return {
            key: _date(item, f"{where}.{key}", dates)
            if key.endswith("Date") and isinstance(item, str)
            else _as_served(item, f"{where}.{key}", dates)
            for key, item in value.items()
            if item is not None
        }
    if isinstance(value, list):
        return [_as_served(item, f"{where}[{index}]", dates) for index, item in enumerate(value)]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _date(text: str, where: str, dates: str) -> str:
    try:
        return java_dates.write_date(java_dates.read_date(text), dates)
    except ValueError as error:
        raise CloudFileError(
            f'{where} must be a date as the node writes it, "Nov 25, 2026, 2:40:49 PM", not "{text}"'
        ) from error
