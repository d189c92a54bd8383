"""What ``zsiso candidates`` does with its options: asks the node which VM instances can take an ISO, and shows them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from zsiso.api import responses
from zsiso.api.candidates import CandidatesQuery, CandidatesResult, find_candidates
from zsiso.cli.connect import ConnectionOptions, open_client, select_profile
from zsiso.errors import ConditionNotMetError, UsageError
from zsiso.inventory.candidates import (
    REQUIRED_PATHS,
    CandidateCounts,
    filter_candidates,
    missing_candidates,
)
from zsiso.inventory.columns import VM_INSTANCES
from zsiso.inventory.isos import parse_uuid
from zsiso.inventory.record import Projection
from zsiso.output import stdout
from zsiso.output.options import OutputFormat, OutputOptions, check_output_options, resolve_output

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zsiso.config.profile import Profile
    from zsiso.output.options import OutputSettings
    from zsiso.output.stderr import Notes
    from zsiso.transport.body import Body
    from zsiso.transport.messages import ApiResponse


class CandidatesOptions(NamedTuple):
    """What was asked for; ``iso`` as it was typed, None for what the profile decides."""

    iso: str | None
    system_tags: tuple[str, ...]
    user_tags: tuple[str, ...]
    verify_tags: bool | None
    attachable: bool | None
    check: tuple[str, ...]
    fail_empty: bool
    curl: bool
    view: OutputOptions
    node: ConnectionOptions

    def refuse_contradictions(self) -> None:
        """Raise a ``UsageError`` for options that don't go together, or name no column."""
        check_output_options(self.view, VM_INSTANCES)
        shown = self.view != OutputOptions()
        contradictions = (
            ("--check", self.check and shown, "options about how a list is shown"),
            ("--curl", self.curl and self.node.mock, "--mock, whose node ends with the command"),
            ("--curl", self.curl and (shown or self.check), "options about an answer"),
            ("--curl", self.curl and (self.attachable or self.verify_tags), "--attachable or --verify-tags"),
        )
        for option, contradicts, other in contradictions:
            if contradicts:
                raise UsageError(f"{option} does not go with {other}", hint="leave one of them out")


def run_candidates(options: CandidatesOptions, notes: Notes) -> None:
    """Ask the node and show its answer.

    Raises:
        ZsisoError: whatever went wrong; nothing was written then, but for ``--fail-empty``.
    """
    options.refuse_contradictions()
    iso = _requested_iso(options)
    if options.curl:
        _print_curl(iso, options)
        return
    with open_client(options.node) as (client, profile):
        shape = resolve_output(options.view, profile.habits, VM_INSTANCES)
        query = _create_query(iso, options, profile)
        result = find_candidates(client, query)
    if options.check:
        _note_tags(options, query, notes)
        _check(options.check, result)
        return
    counts = _write_result(result, shape)
    _note_tags(options, query, notes)
    _note_result(result, counts, shape, notes, fail_empty=options.fail_empty)
    if options.fail_empty and not counts.wanted:
        raise ConditionNotMetError(_no_match_message(result, counts))


def _requested_iso(options: CandidatesOptions) -> str:
    if options.iso is None and options.node.mock:
        from zsiso.mock_node import EXAMPLE_ISO

        return EXAMPLE_ISO
    if not options.iso:
        raise UsageError(
            "the ISO is missing" if options.iso is None else "the ISO's name is empty",
            hint="zsiso candidates ISO, by UUID or name; or --mock for the example's",
        )
    return options.iso


def _create_query(iso: str, options: CandidatesOptions, profile: Profile) -> CandidatesQuery:
    system_tags, user_tags = _tags(options, profile)
    if options.verify_tags and not (system_tags or user_tags):
        raise UsageError("--verify-tags has no tag to verify", hint="give one with --user-tag or --system-tag")
    return CandidatesQuery(
        iso,
        system_tags,
        user_tags,
        verify_tags=profile.verify_tags if options.verify_tags is None else options.verify_tags,
        attachable=profile.attachable if options.attachable is None else options.attachable,
    )


def _tags(options: CandidatesOptions, profile: Profile) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return options.system_tags or profile.system_tags, options.user_tags or profile.user_tags


def _print_curl(iso: str, options: CandidatesOptions) -> None:
    from zsiso.api import curl, endpoints

    iso_uuid = parse_uuid(iso)
    if iso_uuid is None:
        raise UsageError(
            "--curl wants the ISO's UUID: a name would have to be asked for", hint="`zsiso isos` lists them"
        )
    profile = select_profile(options.node).profile
    request = endpoints.vm_candidates_request(iso_uuid, *_tags(options, profile))
    stdout.write_text(curl.curl_commands(request, profile, options.node.timeout or profile.timeout))


# -- showing ------------------------------------------------------------------


def _write_result(result: CandidatesResult, shape: OutputSettings) -> CandidateCounts:
    if shape.output is OutputFormat.JSON and not result.filter.narrows:
        return _write_raw_body(result.response)
    return _write_records(result, shape)


def _write_records(result: CandidatesResult, shape: OutputSettings) -> CandidateCounts:
    # Here and not above: raw JSON is written without it.
    from zsiso.output import list_writer

    counts = CandidateCounts()
    needs = list_writer.projection_of(shape, VM_INSTANCES)
    if needs.paths is not None:
        needs = Projection(needs.paths | REQUIRED_PATHS, needs.texts)
    list_writer.write_list(
        filter_candidates(result.read_vms(needs), result.filter, counts), shape, VM_INSTANCES, os.environ
    )
    return counts


def _write_raw_body(response: ApiResponse) -> CandidateCounts:
    # All of it is looked at before the first byte is written.
    total = responses.count_records(response)
    stdout.write_chunks(_with_final_newline(response.body))
    return CandidateCounts(total, total)


def _with_final_newline(body: Body) -> Iterator[bytes]:
    """Give a body as it came, and the line break at its end where it has none."""
    yield from body.pieces()
    if body.read(len(body) - 1, 1) != b"\n":
        yield b"\n"


def _check(names: tuple[str, ...], result: CandidatesResult) -> None:
    lines = missing_candidates(names, result.read_vms(Projection(REQUIRED_PATHS, texts=False)), result.filter)
    if lines:
        first, *others = lines
        raise ConditionNotMetError(first, details=tuple(others), hint="`zsiso candidates` without --check lists who is")


def _note_tags(options: CandidatesOptions, query: CandidatesQuery, notes: Notes) -> None:
    if (options.system_tags or options.user_tags) and not query.verify_tags:
        notes.say("The node may have ignored the tags; --verify-tags makes sure.")


def _note_result(
    result: CandidatesResult, counts: CandidateCounts, shape: OutputSettings, notes: Notes, *, fail_empty: bool
) -> None:
    if result.filter.attachable and counts.unknown:
        notes.say(f"Of {_format_count(counts.unknown)} the node does not say what the drives hold (?).")
    if shape.output in {OutputFormat.TABLE, OutputFormat.WIDE, OutputFormat.TREE}:
        if counts.wanted:
            notes.say_to_a_person(_format_count(counts.wanted))
        elif not fail_empty:
            notes.say(_no_match_message(result, counts))


def _format_count(number: int) -> str:
    return f"{number} VM instance{'' if number == 1 else 's'}"


def _no_match_message(result: CandidatesResult, counts: CandidateCounts) -> str:
    if counts.candidates:
        return (
            f"None of the {_format_count(counts.candidates)} that can take ISO {result.iso_uuid} is what was asked for."
        )
    return (
        f"No VM instance can take ISO {result.iso_uuid}. Check that the image is on a backup storage, and that VMs are "
        "Running or Stopped with their root volume on a primary storage that this backup storage serves."
    )
