"""``zsiso candidates``: which VM instances an ISO can be attached to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from zsiso.commands.node import NodeOptions, connected
from zsiso.commands.options import ConfigOption, MockOption, ProfileOption, QuietOption, TimeoutOption
from zsiso.errors import UsageError
from zsiso.stderr import Notes

if TYPE_CHECKING:
    from zsiso.reply import Reply

_UUID = re.compile("[0-9a-f]{32}")


def candidates(
    iso_uuid: Annotated[
        Optional[str],
        typer.Argument(
            metavar="ISO_UUID", help="The ISO's UUID: 32 hex digits. With --mock, the example's when left out."
        ),
    ] = None,
    system_tag: Annotated[
        Optional[list[str]],
        typer.Option(
            "--system-tag",
            metavar="TAG",
            help="Send this system tag; repeatable. [default: the profile's]",
            show_default=False,
        ),
    ] = None,
    user_tag: Annotated[
        Optional[list[str]],
        typer.Option(
            "--user-tag",
            metavar="TAG",
            help="Send this user tag; repeatable. [default: the profile's]",
            show_default=False,
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the node's body, byte for byte.")] = False,
    profile: ProfileOption = None,
    config: ConfigOption = None,
    timeout: TimeoutOption = None,
    mock: MockOption = False,
    quiet: QuietOption = False,
) -> None:
    """List the VM instances that an ISO can be attached to.

    \b
    zsiso candidates 3e5e142462c54736b1880b43d49edeba
    zsiso candidates --mock --json | jq -r '.inventories[].name'
    """
    run(
        Options(
            iso_uuid=iso_uuid,
            system_tags=tuple(system_tag or ()),
            user_tags=tuple(user_tag or ()),
            json=json,
            node=NodeOptions(profile, config, timeout, mock),
        ),
        Notes(quiet),
    )


@dataclass(frozen=True)
class Options:
    """What was asked for; ``iso_uuid`` as it was typed."""

    iso_uuid: str | None
    system_tags: tuple[str, ...]
    user_tags: tuple[str, ...]
    json: bool
    node: NodeOptions


def run(options: Options, notes: Notes) -> None:
    """Ask the node and show its answer.

    Raises:
        ZsisoError: whatever went wrong; nothing was written then.
    """
    from zsiso import reply
    from zsiso.render import stdout

    iso_uuid = _iso_uuid(options)
    answer = _ask(iso_uuid, options)
    rows = reply.inventories(answer)
    if options.json:
        stdout.write_bytes(answer.body if answer.body.endswith(b"\n") else answer.body + b"\n")
        return
    if not rows:
        notes.say(
            f"No VM instance can take ISO {iso_uuid}. Check that the image is on a backup storage, and that VMs are "
            "Running or Stopped with their root volume on a primary storage that this backup storage serves."
        )
        return
    from zsiso.answer import vm_instances
    from zsiso.render.table import show_vm_instances

    vms = vm_instances(rows)
    show_vm_instances(vms)
    notes.say_to_a_person(f"{len(vms)} VM instance{'' if len(vms) == 1 else 's'}")


def _iso_uuid(options: Options) -> str:
    if options.iso_uuid is None:
        if not options.node.mock:
            raise UsageError("the ISO's UUID is missing", hint="zsiso candidates ISO_UUID, or --mock for the example's")
        from zsiso.mock_node import EXAMPLE_ISO

        return EXAMPLE_ISO
    iso_uuid = options.iso_uuid.replace("-", "").lower()
    if not _UUID.fullmatch(iso_uuid):
        raise UsageError(
            f'"{options.iso_uuid}" is not the UUID of an ISO: that is 32 hex digits',
            hint="the node's UI shows an image's UUID among its details",
        )
    return iso_uuid


def _ask(iso_uuid: str, options: Options) -> Reply:
    with connected(options.node) as (client, profile):
        return client.vm_candidates(
            iso_uuid,
            system_tags=options.system_tags or profile.system_tags,
            user_tags=options.user_tags or profile.user_tags,
        )
