"""What a query asks for: its conditions and its fields (docs/zstack-api.md#queries). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zsiso.inventory.columns import ResourceSchema
    from zsiso.inventory.record import Projection

# In the order in which the node searches for them, anywhere in a condition (docs/zstack-api.md#conditions).
_OPERATORS = ("!=", ">=", "<=", "!?=", "!~=", "~=", "?=", "=", ">", "<", "is null", "not null")


def equality_condition(field: str, value: str) -> str | None:
    """Return the condition for the records whose ``field`` is ``value``; None where the node would misread it.

    The database ignores letter case and trailing blanks, so more records than those may meet the condition.

    Args:
        field: the name of a field.
        value: the exact text.
    """
    condition = f"{field}={value}"
    operator = next(operator for operator in _OPERATORS if operator in condition)
    if operator != "=" or value.startswith("=") or "'" in value:
        return None
    # The database ignores some of the blanks around a value, and has no text that is not UTF-8.
    if not value or value != value.strip() or not _is_utf8(value):
        return None
    return condition


def select_fields(projection: Projection, schema: ResourceSchema) -> tuple[str, ...]:
    """Return the fields that a query asks for, in alphabetical order; none of them to ask for whole records.

    Args:
        projection: what is read of each record.
        schema: the kind of the records. A query cannot name a field that is a list
            (docs/zstack-api.md#statuses), so whole records are needed to read one.
    """
    if projection.texts or projection.paths is None:
        return ()
    if any(path.partition(".")[0] in schema.lists for path in projection.paths):
        return ()
    return tuple(sorted(projection.paths))


def _is_utf8(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
