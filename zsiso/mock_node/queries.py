"""Queries of resources: ``GET /v1/{resources}`` and ``GET /v1/{resources}/{uuid}`` (docs/zstack-api.md#queries)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from zsiso.mock_node import visibility
from zsiso.mock_node.conditions import Condition, compile_condition, parse_condition, sort_key
from zsiso.mock_node.errors import HttpError, admin_only, internal_error
from zsiso.mock_node.messages import ApiResult
from zsiso.mock_node.resources import all_resources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from zsiso.mock_node.api_call import ApiCall
    from zsiso.mock_node.cloud import Cloud, Row
    from zsiso.mock_node.resources import Resource

_DEFAULT_LIMIT = 1000
_TAG_TABLES = {"__userTag__": "userTags", "__systemTag__": "systemTags"}


class Query(NamedTuple):
    """What a query asks for; ``fields`` is None for whole resources."""

    conditions: tuple[Condition, ...] = ()
    fields: tuple[str, ...] | None = None
    sort: str | None = None
    descending: bool = False
    start: int = 0
    limit: int = _DEFAULT_LIMIT
    count_only: bool = False
    with_count: bool = False


def parse_query(parameters: Iterable[tuple[str, str]]) -> Query:
    """Return what the parameters of a query ask for; unknown ones are dropped, of doubles the first counts.

    Raises:
        HttpError: a condition has no operator, or a number is none.
    """
    query, seen = Query(), set()
    for name, value in ((name.strip(), value) for name, value in parameters):
        if name == "q":
            query = query._replace(conditions=(*query.conditions, parse_condition(value)))
        elif name in _PARSERS and name not in seen:
            seen.add(name)
            query = query._replace(**_PARSERS[name](value.strip()))
    return query


def _integer(name: str) -> Callable[[str], dict[str, Any]]:
    def parse(value: str) -> dict[str, Any]:
        if re.fullmatch(r"[+-]?\d{1,10}", value, re.ASCII) is None or not -(2**31) <= int(value) < 2**31:
            raise HttpError(400, f"Invalid query parameter. '{name}' must be an integer")
        return {name: int(value)}

    return parse


def _parse_sort(value: str) -> dict[str, Any]:
    sign = value[:1]
    return {"sort": value.lstrip(sign) if sign in {"+", "-"} else value, "descending": sign == "-"}


_PARSERS: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "limit": _integer("limit"),
    "start": _integer("start"),
    "sort": _parse_sort,
    "fields": lambda value: {"fields": tuple(field.strip() for field in (value.rstrip(",") or value).split(","))},
    "count": lambda value: {"count_only": value.lower() == "true"},
    "replyWithCount": lambda value: {"with_count": value.lower() == "true"},
}


def query_resources(call: ApiCall, name: str, *uuid: str) -> ApiResult:
    """Return the resources that a query asks for, and how many there are where it asks for that.

    Args:
        call: the call; with a UUID its query is not read.
        name: the kind of resource.
        uuid: of the one resource asked for, if one is.
    """
    query = Query((Condition("uuid", "=", uuid[0]),)) if uuid else parse_query(call.query)
    account = call.authenticate()
    resource = all_resources()[name]
    if resource.api and not account.is_admin:
        raise admin_only(resource.api)
    rows = find_rows(call.cloud, resource, query, account)
    total = {"total": len(rows)} if query.count_only or query.with_count else {}
    if query.count_only:
        return ApiResult(total, is_query=True)
    page = rows[query.start : query.start + query.limit]
    if query.fields is None:
        inventories, classes = [_whole(resource, row) for row in page], list(map(resource.row_class, page))
    else:
        inventories = [_partial(resource, row, query.fields) for row in page]
        classes = [resource.class_name] * len(page)
    return ApiResult({**total, "inventories": inventories}, classes, is_query=True)


def _whole(resource: Resource, row: Row) -> Row:
    return {key: value for key, value in row.items() if key not in resource.hidden}


def _partial(resource: Resource, row: Row, fields: Sequence[str]) -> Row:
    return {**resource.primitives, **{key: value for key, value in row.items() if key in fields}}


def find_rows(cloud: Cloud, resource: Resource, query: Query, account: visibility.Account) -> list[Row]:
    """Return all resources that a query asks for and an account may see, in the query's order.

    Raises:
        ApiError: a field that there is not, or that is a list; a limit or a start below 0.
    """
    for field in (*(query.fields or ()), *([] if query.sort is None else [query.sort])):
        _check_field(cloud, resource, field)
    if query.limit < 0 or query.start < 0:
        raise internal_error("limit and start can't be below 0")
    rows = resource.rows(cloud)
    if resource.owner_key and not account.is_admin:
        rows = [row for row in rows if visibility.may_read(cloud, account, row[resource.owner_key])]
    for condition in query.conditions:
        rows = _filter(cloud, resource, rows, condition)
    if query.sort is not None:
        field = query.sort
        rows.sort(key=lambda row: sort_key(row.get(field)), reverse=query.descending)
    return rows


def _check_field(cloud: Cloud, resource: Resource, field: str) -> None:
    if not resource.has_field(cloud, field):
        raise internal_error(f"{resource.name} has no field {field} that a query can name")


def _filter(cloud: Cloud, resource: Resource, rows: list[Row], condition: Condition) -> list[Row]:
    """Return the rows that meet a condition; through a join they come in the order of what they are joined with."""
    meets = compile_condition(condition)
    if condition.name in _TAG_TABLES:
        tagged = {row["resourceUuid"] for row in cloud.table(_TAG_TABLES[condition.name]) if meets(row.get("tag"))}
        return [row for row in rows if row["uuid"] in tagged]
    names = condition.name.split(".")
    first, *rest = _steps(resource, names)
    if not rest:
        _check_field(cloud, resource, first)
        return [row for row in rows if meets(row.get(first))]
    ranks = _joined(cloud, resource, first, rest, meets)
    key = resource.joins[first].key
    kept = [row for row in rows if row.get(key) in ranks]
    return sorted(kept, key=lambda row: ranks[row[key]])


def _steps(resource: Resource, names: Sequence[str]) -> Sequence[str]:
    """Return the names in a condition, with an alias replaced by the steps that it stands for."""
    return [*resource.aliases.get(names[0], names[:1]), *names[1:]]


def _joined(
    cloud: Cloud, resource: Resource, name: str, rest: Sequence[str], meets: Callable[[object], bool]
) -> dict[object, int]:
    """Return the keys that a join leads to where the rest of a condition is met, each with its rank."""
    if name not in resource.joins:
        raise internal_error(f"{resource.name} does not lead to {name}")
    join = resource.joins[name]
    target = all_resources()[join.target]
    first, *others = _steps(target, rest)
    if others:
        keys = _joined(cloud, target, first, others, meets)
        key = target.joins[first].key
        found = [row for row in target.rows(cloud) if row.get(key) in keys]
    else:
        _check_field(cloud, target, first)
        found = [row for row in target.rows(cloud) if meets(row.get(first))]
    ranks: dict[object, int] = {}
    for rank, row in enumerate(found):
        if join.target_key in row:
            ranks.setdefault(row[join.target_key], rank)
    return ranks
