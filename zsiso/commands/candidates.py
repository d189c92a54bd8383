"""``zsiso candidates``: which VM instances an ISO can be attached to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, NamedTuple, Optional

import typer

from zsiso.cli import node_suggestions
from zsiso.cli.options import FILTER_PANEL, ConnectionOptions, FilterOptions, MessageOptions, OutputOptions
from zsiso.cli.parameters import Suggester
from zsiso.errors import ConditionNotMetError, UsageError
from zsiso.inventory.columns import VM_INSTANCES

if TYPE_CHECKING:
    from zsiso.api.candidates import CandidatesQuery, CandidatesResult
    from zsiso.cli.settings import Settings
    from zsiso.config.profile import Profile
    from zsiso.inventory.candidates import CandidateCounts
    from zsiso.output.options import OutputSettings
    from zsiso.output.stderr import Notes
    from zsiso.transport.body import Body
    from zsiso.transport.messages import ApiResponse


def candidates(
    iso: Annotated[
        Optional[str],
        typer.Argument(
            metavar="ISO",
            help="UUID or exact name of an ISO image. With --mock it may be left out.",
        ),
        Suggester(node_suggestions.suggest_isos),
    ] = None,
    *,
    filter: FilterOptions,
    check: Annotated[
        Optional[list[str]],
        typer.Option(
            "--check",
            metavar="VM",
            help="Print nothing; exit with 0 if this VM (UUID or exact name) is listed, else with 1; repeatable.",
            show_default=False,
            rich_help_panel=FILTER_PANEL,
        ),
        Suggester(node_suggestions.suggest_vms),
    ] = None,
    fail_empty: Annotated[
        bool,
        typer.Option("--fail-empty", help="Exit with 1 if no VM instance is listed.", rich_help_panel=FILTER_PANEL),
    ] = False,
    output: Annotated[OutputOptions, VM_INSTANCES],
    curl: Annotated[bool, typer.Option("--curl", help="Print the curl command for the request; send nothing.")] = False,
    connection: ConnectionOptions,
    messages: MessageOptions,
) -> None:
    """List the VM instances that an ISO can be attached to.

    \b
    zsiso candidates 3e5e142462c54736b1880b43d49edeba
    zsiso candidates --mock --attachable -o csv -c name,uuid,ips
    """
    options = _Options(iso, filter, tuple(check or ()), fail_empty, output, curl, connection, messages)
    options.check_conflicts()
    if options.curl:
        _print_curl(options)
    else:
        _list_candidates(options)


class _Options(NamedTuple):
    """The options of the command."""

    iso: str | None
    filter: FilterOptions
    check: tuple[str, ...]
    fail_empty: bool
    output: OutputOptions
    curl: bool
    connection: ConnectionOptions
    messages: MessageOptions

    def check_conflicts(self) -> None:
        """Raise a ``UsageError`` where options contradict each other, a column is unknown or the ISO is missing."""
        from zsiso.cli.settings import check_output_options, conflict_error

        check_output_options(self.output, VM_INSTANCES)
        has_output_options = self.output != OutputOptions()
        narrows = self.filter.attachable or self.filter.verify_tags
        conflicts = (
            ("--check", self.check and has_output_options, "options for the output"),
            ("--curl", self.curl and self.connection.mock, "--mock: its node ends with the command"),
            ("--curl", self.curl and (has_output_options or self.check), "options for the response"),
            ("--curl", self.curl and narrows, "--attachable or --verify-tags"),
        )
        for option, is_conflict, other in conflicts:
            if is_conflict:
                raise conflict_error(option, other)
        self.requested_iso()

    def requested_iso(self) -> str:
        """Return the ISO that was named, or that of the mock node's example."""
        if self.iso is None and self.connection.mock:
            from zsiso.mock_node import EXAMPLE_ISO

            return EXAMPLE_ISO
        if not self.iso:
            raise UsageError(
                "ISO is missing" if self.iso is None else "ISO is empty",
                hint="run `zsiso candidates ISO` with a UUID or a name; `zsiso isos` lists both",
            )
        return self.iso


def _resolve(options: _Options) -> Settings:
    from zsiso.cli.settings import resolve_filter, resolve_settings

    settings = resolve_filter(options.filter, resolve_settings(options.connection))
    if options.filter.verify_tags and not (settings.profile.system_tags or settings.profile.user_tags):
        raise UsageError("--verify-tags needs a tag", hint="add --user-tag TAG or --system-tag TAG")
    return settings


def _print_curl(options: _Options) -> None:
    from zsiso.api import curl, endpoints
    from zsiso.inventory.isos import parse_uuid
    from zsiso.output import stdout

    iso_uuid = parse_uuid(options.requested_iso())
    if iso_uuid is None:
        raise UsageError(
            "--curl needs the UUID of the ISO: to look up a name is a request", hint="run `zsiso isos` to list UUIDs"
        )
    profile = _resolve(options).profile
    request = endpoints.vm_candidates_request(iso_uuid, profile.system_tags, profile.user_tags)
    stdout.write_text(curl.curl_commands(request, profile, profile.timeout))


def _list_candidates(options: _Options) -> None:
    """Ask the node, and write what it responds; nothing is written where an error is raised, ``--fail-empty`` aside."""
    from zsiso.api.candidates import find_candidates
    from zsiso.cli.connect import open_client
    from zsiso.cli.settings import HIDDEN_COLUMNS_HINT, resolve_output
    from zsiso.output.stderr import Notes

    settings = _resolve(options)
    query = _create_query(options.requested_iso(), settings.profile)
    output = resolve_output(options.output, settings.profile.output_defaults, VM_INSTANCES)
    with open_client(settings, options.messages) as (client, _):
        result = find_candidates(client, query)
    notes = Notes(options.messages.quiet)
    if options.check:
        _note_tags(options.filter, query, notes)
        _check_vms(options.check, result)
        return
    counts, hidden = _write_result(result, output)
    notes.write_hidden(hidden, HIDDEN_COLUMNS_HINT)
    _note_tags(options.filter, query, notes)
    _note_unknown_drives(result, counts, notes)
    if counts.accepted:
        if output.output.is_for_people:
            notes.write_on_terminal(_format_count(counts.accepted))
    elif options.fail_empty:
        raise ConditionNotMetError(_no_match_message(query.iso, result, counts))
    elif output.output.is_for_people:
        notes.write(_no_match_message(query.iso, result, counts))


def _create_query(iso: str, profile: Profile) -> CandidatesQuery:
    from zsiso.api.candidates import CandidatesQuery

    return CandidatesQuery(
        iso,
        profile.system_tags,
        profile.user_tags,
        verify_tags=profile.verify_tags,
        attachable=profile.attachable,
    )


def _check_vms(vms: tuple[str, ...], result: CandidatesResult) -> None:
    """Raise a ``ConditionNotMetError`` where a VM instance is not listed."""
    from zsiso.inventory.candidates import REQUIRED_PATHS, missing_candidates
    from zsiso.inventory.record import Projection

    lines = missing_candidates(vms, result.read_vms(Projection(REQUIRED_PATHS, texts=False)), result.filter)
    if lines:
        first, *others = lines
        raise ConditionNotMetError(
            first, details=tuple(others), hint="run `zsiso candidates` without --check to list the VM instances"
        )


# -- writing ------------------------------------------------------------------


def _write_result(result: CandidatesResult, output: OutputSettings) -> tuple[CandidateCounts, tuple[str, ...]]:
    """Write the result; return how many VM instances it has, and the columns that the window is too narrow for."""
    from zsiso.output.options import OutputFormat

    if output.output is OutputFormat.JSON and not result.filter.is_active:
        return _write_body(result.response), ()
    return _write_records(result, output)


def _write_records(result: CandidatesResult, output: OutputSettings) -> tuple[CandidateCounts, tuple[str, ...]]:
    from zsiso.inventory.candidates import REQUIRED_PATHS, CandidateCounts, filter_candidates
    from zsiso.inventory.record import Projection
    from zsiso.output import list_writer

    counts = CandidateCounts()
    projection = list_writer.required_projection(output, VM_INSTANCES)
    if projection.paths is not None:
        projection = Projection(projection.paths | REQUIRED_PATHS, projection.texts)
    vms = filter_candidates(result.read_vms(projection), result.filter, counts)
    hidden = list_writer.write_list(vms, output, VM_INSTANCES, os.environ)
    return counts, hidden


def _write_body(response: ApiResponse) -> CandidateCounts:
    """Write the body of a response as it came, once all of it is checked."""
    from zsiso.api.responses import count_records
    from zsiso.inventory.candidates import CandidateCounts
    from zsiso.output import stdout

    count = count_records(response)
    stdout.write_chunks(_with_final_newline(response.body))
    return CandidateCounts(count, count)


def _with_final_newline(body: Body) -> Iterator[bytes]:
    yield from body.pieces()
    if body.read(len(body) - 1, 1) != b"\n":
        yield b"\n"


# -- notes --------------------------------------------------------------------


def _note_tags(options: FilterOptions, query: CandidatesQuery, notes: Notes) -> None:
    if (options.system_tag or options.user_tag) and not query.verify_tags:
        notes.write("The node may have ignored the tags; use --verify-tags to check them.")


def _note_unknown_drives(result: CandidatesResult, counts: CandidateCounts, notes: Notes) -> None:
    if result.filter.attachable and counts.unknown:
        verb, whose = ("is", "its") if counts.unknown == 1 else ("are", "their")
        notes.write(f"{counts.unknown} {verb} shown as ?: the node does not report {whose} drives.")


def _format_count(number: int) -> str:
    return f"{number} VM instance{'' if number == 1 else 's'}"


def _no_match_message(iso: str, result: CandidatesResult, counts: CandidateCounts) -> str:
    if not counts.candidates:
        return (
            f"No VM instance can take {iso}. Check that the ISO is on a backup storage, and that VM instances are "
            "Running or Stopped with their root volume on a primary storage that this backup storage serves."
        )
    conditions = {
        "every tag": result.filter.vms_by_tag is not None,
        "a free or unknown (?) CD-ROM drive": result.filter.attachable,
    }
    missing = " and ".join(condition for condition, is_requested in conditions.items() if is_requested)
    verb = "it does not have" if counts.candidates == 1 else "none has"
    return f"{_format_count(counts.candidates)} can take {iso}; {verb} {missing}."
