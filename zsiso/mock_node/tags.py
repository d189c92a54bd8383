"""Making and deleting tags (docs/zstack-api.md#tags)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from zsiso.mock_node.api_call import required_texts
from zsiso.mock_node.errors import resource_not_found
from zsiso.mock_node.json_schema import USER_TAG_CLASS
from zsiso.mock_node.messages import ApiResult
from zsiso.mock_node.visibility import check_owner

if TYPE_CHECKING:
    from zsiso.mock_node.api_call import ApiCall

# The kinds of resource that a tag can be of, by their types.
_TABLES = {
    "ZoneVO": "zones",
    "ClusterVO": "clusters",
    "HostVO": "hosts",
    "PrimaryStorageVO": "primaryStorage",
    "BackupStorageVO": "backupStorage",
    "ImageVO": "images",
    "VmInstanceVO": "vmInstances",
}


def create_user_tag(call: ApiCall) -> ApiResult:
    """Put a tag on a resource; the tag loses the blanks around it."""
    tag, resource_uuid, resource_type = required_texts(call.body.get("params"), ("tag", "resourceUuid", "resourceType"))
    account = call.authenticate()
    row = call.cloud.find(_TABLES.get(resource_type, ""), resource_uuid)
    if row is None:
        raise resource_not_found("resourceUuid", resource_uuid, resource_type)
    check_owner(call.cloud, account, row["uuid"], resource_type)
    date = call.java_date()
    created = {
        "uuid": uuid.uuid4().hex,
        "resourceUuid": row["uuid"],
        "resourceType": resource_type,
        "tag": tag,
        "type": "User",
        "createDate": date,
        "lastOpDate": date,
    }
    call.cloud.table("userTags").put(created)
    return ApiResult({"inventory": created}, (USER_TAG_CLASS,))


def delete_tag(call: ApiCall, tag_uuid: str) -> ApiResult:
    """Delete a tag; one that there is not is no error."""
    account = call.authenticate()
    for table in map(call.cloud.table, ("userTags", "systemTags")):
        tag = table.find(tag_uuid)
        if tag is not None:
            check_owner(call.cloud, account, tag["resourceUuid"], tag["resourceType"])
            table.remove(tag_uuid)
    return ApiResult({})
