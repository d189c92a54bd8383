"""Response bodies of any size, with the fields of the documented example and of the mock node."""

from __future__ import annotations

import json
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SEED = 7
_GIB = 1 << 30
_NAMES = ("web", "db", "cache", "build", "数据库-主节点", "Büro", "rescue", "Test-VM", "mail", "проверка")


def write(path: Path, vms: int) -> None:
    """Write a response body with ``vms`` VM instances of about 1.86 KB each; the bytes are always the same."""
    with path.open("w", encoding="utf-8") as file:
        file.write('{"inventories":[')
        for index, instance in enumerate(islice(instances(), vms)):
            file.write(("," if index else "") + json.dumps(instance, ensure_ascii=False, separators=(",", ":")))
        file.write("]}")


def instances() -> Iterator[dict[str, Any]]:
    """Give an endless sequence of VM instances, the same in every run."""
    random = Random(_SEED)  # noqa: S311 - the same numbers in every run
    number = 0
    while True:
        number += 1
        yield _instance(random, number)


def _instance(random: Random, number: int) -> dict[str, Any]:
    uuid, root, l3, image, host = (_uuid(random) for _ in range(5))
    date = _date(random)
    instance = {
        "uuid": uuid,
        "name": f"{random.choice(_NAMES)}-{number}",
        "description": f"VM instance number {number}",
        "zoneUuid": "389fb59c478b3a9fbe08e0cb0cbb4e4f",
        "clusterUuid": "f1c45e63860e3e17b068db42533f008b",
        "imageUuid": image,
        "hostUuid": host,
        "lastHostUuid": host,
        "instanceOfferingUuid": "6ef7a28c90b93a5ebe659644e6a956fc",
        "rootVolumeUuid": root,
        "platform": random.choice(("Linux", "Linux", "Windows", "Other")),
        "architecture": "x86_64",
        "defaultL3NetworkUuid": l3,
        "type": "UserVm",
        "hypervisorType": "KVM",
        "memorySize": random.choice((1, 2, 8, 16, 64)) * random.choice((_GIB, float(_GIB))),
        "cpuNum": random.choice((1, 2, 4, 8.0)),
        "allocatorStrategy": "LastHostPreferredAllocatorStrategy",
        "createDate": date,
        "lastOpDate": date,
        "state": random.choice(("Running", "Running", "Stopped")),
        "vmNics": [_nic(random, uuid, l3, date) for _ in range(random.choice((0, 1, 1, 1, 2)))],
        "allVolumes": [_root_volume(random, uuid, root, image, date)],
    }
    if random.random() < 0.8:  # an older node reports no drives
        instance["vmCdRoms"] = [_drive(random, index) for index in range(random.choice((0, 1, 1)))]
    return instance


def _nic(random: Random, instance: str, l3: str, date: str) -> dict[str, Any]:
    return {
        "uuid": _uuid(random),
        "vmInstanceUuid": instance,
        "usedIpUuid": _uuid(random),
        "l3NetworkUuid": l3,
        "ip": f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(1, 255)}",
        "mac": ":".join(f"{random.randrange(256):02x}" for _ in range(6)),
        "hypervisorType": "KVM",
        "netmask": "255.0.0.0",
        "gateway": "10.0.0.1",
        "deviceId": 0,
        "createDate": date,
        "lastOpDate": date,
    }


def _root_volume(random: Random, instance: str, volume: str, image: str, date: str) -> dict[str, Any]:
    size = random.choice((20, 40, 100, 200)) * _GIB
    return {
        "uuid": volume,
        "name": f"Root-Volume-For-VM-{instance}",
        "primaryStorageUuid": "092c642a80cf3f11886a57c50fc54fec",
        "vmInstanceUuid": instance,
        "rootImageUuid": image,
        "installPath": f"/Cloud_ps/rootVolumes/vol-{volume}/{volume}.qcow2",
        "type": "Root",
        "format": "qcow2",
        "size": size,
        "actualSize": size // random.randrange(2, 9),
        "deviceId": 0,
        "state": "Enabled",
        "status": "Ready",
        "createDate": date,
        "lastOpDate": date,
    }


def _drive(random: Random, index: int) -> dict[str, Any]:
    drive: dict[str, Any] = {"uuid": _uuid(random), "deviceId": index, "name": f"vm-cdrom-{index}"}
    return {**drive, "isoUuid": _uuid(random)} if random.random() < 0.4 else drive


def _uuid(random: Random) -> str:
    return f"{random.getrandbits(128):032x}"


def _date(random: Random) -> str:
    return f"Nov {random.randrange(1, 31)}, 20{random.randrange(17, 27)} {random.randrange(1, 13)}:20:57 PM"
