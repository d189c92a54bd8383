"""Output options: conflicts, invalid values, and defaults in a profile."""

from __future__ import annotations

import pytest

from tests.helpers.mock_cloud import list_mock_candidates
from tests.helpers.runner import ISO, User
from zsiso import mock_node


class TestOutputOptions:
    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (["--json", "-o", "csv"], "--json can't be combined with --output csv\n"),
            (["-c", "name", "-o", "json"], "--columns can't be combined with --output json\n"),
            (["-c", "name", "--json"], "--columns can't be combined with --output json\n"),
            (["-c", "name", "-o", "tree"], "--columns can't be combined with --output tree\n"),
            (["-c", "name", "-o", "uuid"], "--columns can't be combined with --output uuid\n"),
            (["--print0", "-o", "csv"], "--print0 can't be combined with --output csv\n"),
            (["--print0"], "--print0 can't be combined with --output table\n"),
            (["--no-header", "-o", "jsonl"], "--no-header can't be combined with --output jsonl\n"),
            (["--sort", "name", "--json"], "--sort can't be combined with --output json\n"),
            (["--check", "x", "-o", "csv"], "--check can't be combined with options for the output\n"),
            (["--check", "x", "--json"], "--check can't be combined with options for the output\n"),
            (["--curl", "--json"], "--curl can't be combined with options for the response\n"),
            (["--curl", "--mock"], "--curl can't be combined with --mock: its node ends with the command\n"),
            (["--curl", "--attachable"], "--curl can't be combined with --attachable or --verify-tags\n"),
            (["-c", "nmae"], '--columns: unknown column "nmae"; did you mean "name"?\n'),
            (["-c", "name,,uuid"], '--columns: unknown column ""\n'),
            (["-c", "vmNics.ipp"], '--columns: unknown column "vmNics.ipp"; did you mean "vmNics.ip"'),
            (["--sort", "nmae"], '--sort: unknown column "nmae"; did you mean "name"?\n'),
            (["--sort", "name:up"], '--sort: unknown sort direction "up"; use asc or desc\n'),
        ],
    )
    def test_invalid_output_options_exit_2(self, user: User, options: list[str], message: str) -> None:
        user.write_config('[profiles.a]\nurl = "http://127.0.0.1:1"\nsession = "some-session"\n')
        result = user.run("candidates", ISO, *options)
        assert (result.code, result.out) == (2, "")
        assert result.err.startswith(f"zsiso: {message}")

    def test_unknown_output_format_exits_2(self, user: User) -> None:
        result = user.run("candidates", "--mock", "-o", "xml")
        assert (result.code, result.out) == (2, "")
        assert (
            "'xml' is not one of 'table', 'wide', 'tree', 'json', 'jsonl', 'csv', 'tsv', 'uuid', 'name'" in result.err
        )

    def test_json_option_with_output_json_is_accepted(self, user: User) -> None:
        assert list_mock_candidates(user, "--json", "-o", "json") == list_mock_candidates(user, "--json")

    def test_candidates_help_lists_column_names(self, user: User) -> None:
        help_text = " ".join(user.run("candidates", "--help").out.split())
        for name in ("ips", "cdrom", "rootSize", "vmNics.ip", "allVolumes.size"):
            assert name in help_text


class TestProfileOutputDefaults:
    PROFILE = '[profiles.a]\nurl = "http://a"\n'

    def test_output_options_override_profile_output_defaults(self, user: User) -> None:
        user.write_config(
            f'{self.PROFILE}output = "csv"\ncolumns = ["name", "cdrom"]\nsort = "name:desc"\nattachable = true\n'
        )
        output = user.run("candidates", "--mock", "-q").out
        assert output == "name,cdrom\n数据库-主节点,free\nweb-2,free\nTest-VM,?\n,?\n"
        assert user.run("candidates", "--mock", "-q", "--no-attachable").out.count("\n") == 8
        assert user.run("candidates", "--mock", "-q", "-c", "name").out.startswith("name\n数据库")
        assert user.run("candidates", "--mock", "-q", "--sort", "name").out.startswith("name,cdrom\nTest-VM,?\n")
        assert user.run("candidates", "--mock", "-q", "-o", "table").out.startswith("NAME           CDROM\n")
        assert user.run("candidates", "--mock", "-q", "-o", "name").out == "数据库-主节点\nweb-2\nTest-VM\n"
        assert (
            user.run("candidates", "--mock", "-q", "--json", "--no-attachable").out
            == mock_node.example_inventory().decode() + "\n"
        )

    @pytest.mark.parametrize(
        ("setting", "message"),
        [
            ('output = "xml"', 'profiles.a.output is an unknown format: "xml"\nhint: formats: table, wide, '),
            ('output = "tabel"', 'profiles.a.output is an unknown format: "tabel"\nhint: did you mean "table"?\n'),
            (
                'columns = ["nmae"]',
                'profiles.a.columns is invalid: unknown column "nmae"; did you mean "name"?\n',
            ),
            ('columns = "name"', "profiles.a.columns must be a list of strings\n"),
            ('sort = "name:up"', 'profiles.a.sort is invalid: unknown sort direction "up"; use asc or desc\n'),
            ('attachable = "yes"', "profiles.a.attachable must be true or false, not a string\n"),
            ("verify_tags = 1", "profiles.a.verify_tags must be true or false, not a number\n"),
        ],
    )
    def test_invalid_profile_output_default_exits_3(self, user: User, setting: str, message: str) -> None:
        user.write_config(f"{self.PROFILE}{setting}\n")
        result = user.run("candidates", "--mock", "-p", "a")
        assert (result.code, result.out) == (3, "")
        assert message in result.err
