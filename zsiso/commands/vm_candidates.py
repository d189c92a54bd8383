"""What ``zsiso candidates`` does with its options: asks the node which VM instances can take an ISO, and shows them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from zsiso.api import endpoints, responses
from zsiso.cli.connect import open_client
from zsiso.cli.options import ConnectionOptions, FilterOptions, MessageOptions, OutputOptions
from zsiso.cli.settings import (
    Settings,
    check_output_options,
    conflict_error,
    resolve_filter,
    resolve_output,
    resolve_settings,
)
from zsiso.errors import ConditionNotMetError, UsageError
from zsiso.inventory.candidates import (
    REQUIRED_PATHS,
    CandidateCounts,
    CandidateFilter,
    filter_candidates,
    missing_candidates,
    unique_candidates,
)
from zsiso.inventory.columns import VM_INSTANCES
from zsiso.inventory.isos import find_iso_by_name, parse_uuid
from zsiso.inventory.record import Projection
from zsiso.output import stdout
from zsiso.output.options import OutputFormat
from zsiso.output.stderr import Notes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zsiso.api.client import Client
    from zsiso.api.responses import ApiResponse
    from zsiso.config.profile import Profile
    from zsiso.inventory.record import Record
    from zsiso.output.options import OutputSettings
    from zsiso.transport.body import Body


class CandidatesOptions(NamedTuple):
    """The options of the command; ``iso`` as it was typed."""

    iso: str | None
    filter: FilterOptions
    check: tuple[str, ...]
    fail_empty: bool
    output: OutputOptions
    curl: bool
    connection: ConnectionOptions
    messages: MessageOptions

    def check_conflicts(self) -> None:
        """Raise a ``UsageError`` for options that contradict each other, or name no column."""
        check_output_options(self.output, VM_INSTANCES)
        has_output_options = self.output != OutputOptions()
        conflicts = (
            ("--check", self.check and has_output_options, "options about how a list is shown"),
            ("--curl", self.curl and self.connection.mock, "--mock, whose node ends with the command"),
            ("--curl", self.curl and (has_output_options or self.check), "options about an answer"),
            (
                "--curl",
                self.curl and (self.filter.attachable or self.filter.verify_tags),
                "--attachable or --verify-tags",
            ),
        )
        for option, is_conflict, other in conflicts:
            if is_conflict:
                raise conflict_error(option, other)


class CandidatesResult(NamedTuple):
    """What a node answered: the ISO it is about, the reply, and which of its VM instances are wanted."""

    iso_uuid: str
    reply: ApiResponse
    wanted: CandidateFilter

    def vms(self, needs: Projection) -> Iterator[Record]:
        """Give the VM instances, decoded as far as they are looked at; raises as ``responses.read_records``."""
        return unique_candidates(responses.read_records(self.reply, needs), self.iso_uuid)


def run_candidates(options: CandidatesOptions) -> None:
    """Ask the node and show its answer.

    Raises:
        ZsisoError: whatever went wrong; nothing was written then, but for ``--fail-empty``.
    """
    options.check_conflicts()
    iso = _requested_iso(options)
    if options.curl:
        _print_curl(iso, options)
        return
    settings = resolve_filter(options.filter, resolve_settings(options.connection))
    shape = resolve_output(options.output, settings.profile.output_defaults, VM_INSTANCES)
    if options.filter.verify_tags and not _has_tags(settings.profile):
        raise UsageError("--verify-tags has no tag to verify", hint="give one with --user-tag or --system-tag")
    with open_client(settings, options.messages) as (client, profile):
        answer = _find_candidates(client, profile, iso)
    notes = Notes(options.messages.quiet)
    if options.check:
        _note_tags(options, settings, notes)
        _check(options.check, answer)
        return
    tally = _write_result(answer, shape)
    _note_tags(options, settings, notes)
    _note_result(answer, tally, shape, notes, fail_empty=options.fail_empty)
    if options.fail_empty and not tally.accepted:
        raise ConditionNotMetError(_no_match_message(answer, tally))


def _requested_iso(options: CandidatesOptions) -> str:
    if options.iso is None and options.connection.mock:
        from zsiso.mock_node import EXAMPLE_ISO

        return EXAMPLE_ISO
    if not options.iso:
        raise UsageError(
            "the ISO is missing" if options.iso is None else "the ISO's name is empty",
            hint="zsiso candidates ISO, by UUID or name; or --mock for the example's",
        )
    return options.iso


# -- asking -------------------------------------------------------------------


def _find_candidates(client: Client, profile: Profile, iso: str) -> CandidatesResult:
    system_tags, user_tags = profile.system_tags, profile.user_tags
    iso_uuid = parse_uuid(iso) or find_iso_by_name(iso, client.iso_images())
    answer = client.vm_candidates(endpoints.vm_candidates_request(iso_uuid, system_tags, user_tags))
    wanted = CandidateFilter(
        attachable=profile.attachable,
        vms_by_tag=_vms_by_tag(client, system_tags, user_tags) if profile.verify_tags and _has_tags(profile) else None,
    )
    return CandidatesResult(iso_uuid, answer, wanted)


def _has_tags(profile: Profile) -> bool:
    return bool(profile.system_tags or profile.user_tags)


def _vms_by_tag(client: Client, system_tags: tuple[str, ...], user_tags: tuple[str, ...]) -> dict[str, frozenset[str]]:
    asked = [("system-tags", tag) for tag in system_tags] + [("user-tags", tag) for tag in user_tags]
    bearers: dict[str, frozenset[str]] = {}
    for kind, tag in asked:
        found = client.bearers(kind, tag)
        # One text as both a system and a user tag: the VM has to bear both.
        bearers[tag] = bearers.get(tag, found) & found
    return bearers


def _print_curl(iso: str, options: CandidatesOptions) -> None:
    from zsiso.api import curl
    from zsiso.config.profile import no_credentials_error

    iso_uuid = parse_uuid(iso)
    if iso_uuid is None:
        raise UsageError(
            "--curl wants the ISO's UUID: a name would have to be asked for", hint="`zsiso isos` lists them"
        )
    profile = resolve_filter(options.filter, resolve_settings(options.connection)).profile
    if profile.credentials is None:
        raise no_credentials_error(profile)
    call = endpoints.vm_candidates_request(iso_uuid, profile.system_tags, profile.user_tags)
    stdout.write_text(curl.curl_commands(call, profile, profile.credentials, profile.timeout))


# -- showing ------------------------------------------------------------------


def _write_result(answer: CandidatesResult, shape: OutputSettings) -> CandidateCounts:
    if shape.output is OutputFormat.JSON and not answer.wanted.is_active:
        return _write_raw_body(answer.reply)
    return _write_records(answer, shape)


def _write_records(answer: CandidatesResult, shape: OutputSettings) -> CandidateCounts:
    # Here and not above: raw JSON is written without it.
    from zsiso.output import list_writer

    tally = CandidateCounts()
    needs = list_writer.required_projection(shape, VM_INSTANCES)
    if needs.paths is not None:
        needs = Projection(needs.paths | REQUIRED_PATHS, needs.texts)
    list_writer.write_list(filter_candidates(answer.vms(needs), answer.wanted, tally), shape, VM_INSTANCES, os.environ)
    return tally


def _write_raw_body(answer: ApiResponse) -> CandidateCounts:
    # All of it is looked at before the first byte is written.
    there = responses.count_records(answer)
    stdout.write_chunks(_with_final_newline(answer.body))
    return CandidateCounts(there, there)


def _with_final_newline(body: Body) -> Iterator[bytes]:
    """Give a body as it came, and the line break at its end where it has none."""
    yield from body.pieces()
    if body.read(len(body) - 1, 1) != b"\n":
        yield b"\n"


def _check(names: tuple[str, ...], answer: CandidatesResult) -> None:
    lines = missing_candidates(names, answer.vms(Projection(REQUIRED_PATHS, texts=False)), answer.wanted)
    if lines:
        first, *others = lines
        raise ConditionNotMetError(first, details=tuple(others), hint="`zsiso candidates` without --check lists who is")


def _note_tags(options: CandidatesOptions, settings: Settings, notes: Notes) -> None:
    has_tag_options = options.filter.system_tag or options.filter.user_tag
    if has_tag_options and not settings.profile.verify_tags:
        notes.say("The node may have ignored the tags; --verify-tags makes sure.")


def _note_result(
    answer: CandidatesResult, tally: CandidateCounts, shape: OutputSettings, notes: Notes, *, fail_empty: bool
) -> None:
    if answer.wanted.attachable and tally.unknown:
        notes.say(f"Of {_format_count(tally.unknown)} the node does not say what the drives hold (?).")
    if shape.output in {OutputFormat.TABLE, OutputFormat.WIDE, OutputFormat.TREE}:
        if tally.accepted:
            notes.say_on_terminal(_format_count(tally.accepted))
        elif not fail_empty:
            notes.say(_no_match_message(answer, tally))


def _format_count(number: int) -> str:
    return f"{number} VM instance{'' if number == 1 else 's'}"


def _no_match_message(answer: CandidatesResult, tally: CandidateCounts) -> str:
    if tally.candidates:
        return (
            f"None of the {_format_count(tally.candidates)} that can take ISO {answer.iso_uuid} is what was asked for."
        )
    return (
        f"No VM instance can take ISO {answer.iso_uuid}. Check that the image is on a backup storage, and that VMs are "
        "Running or Stopped with their root volume on a primary storage that this backup storage serves."
    )
