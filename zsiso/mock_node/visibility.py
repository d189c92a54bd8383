"""What an account may see, use and change of a cloud (docs/zstack-api.md#visibility)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from zsiso.mock_node.cloud import ADMIN_UUID, collate
from zsiso.mock_node.errors import operation_error

if TYPE_CHECKING:
    from zsiso.mock_node.cloud import Cloud


class Account(NamedTuple):
    """Who makes a call."""

    uuid: str
    is_admin: bool


ADMIN = Account(ADMIN_UUID, is_admin=True)


def owns(cloud: Cloud, account: Account, uuid: str) -> bool:
    """Return whether a resource is the account's own; the admin may do as if everything were."""
    return account.is_admin or cloud.owners.get(collate(uuid), collate(ADMIN_UUID)) == collate(account.uuid)


def may_read(cloud: Cloud, account: Account, uuid: str) -> bool:
    """Return whether a resource is the account's own, or shared with every account."""
    return owns(cloud, account, uuid) or collate(uuid) in cloud.shared


def check_read(cloud: Cloud, account: Account, uuid: str, resource_type: str) -> None:
    """Raise an ``ApiError`` where the account may not use a resource."""
    if not may_read(cloud, account, uuid):
        raise operation_error(
            f"the account[uuid:{account.uuid}] has no access to the resources[uuid:[{uuid}], type:{resource_type}]",
            f"账户[uuid:{account.uuid}]无法使用资源[uuid:[{uuid}], type:{resource_type}]",
        )


def check_owner(cloud: Cloud, account: Account, uuid: str, resource_type: str) -> None:
    """Raise an ``ApiError`` where a resource is not the account's own."""
    if not owns(cloud, account, uuid):
        raise operation_error(
            f"permission denied, the account[uuid:{account.uuid}] is not the owner"
            f" of the resource[uuid:{uuid}, type:{resource_type}]",
            f"没有权限: 账户[uuid:{account.uuid}]不是资源[uuid:{uuid}, type:{resource_type}]的所有者",
        )
