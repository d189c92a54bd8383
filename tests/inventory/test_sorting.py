"""Sorting of records."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from zsiso.inventory.columns import VM_INSTANCES
from zsiso.inventory.record import Record
from zsiso.inventory.sorting import SortOrder, natural_sort_key, sort_records


def test_sorting_orders_numbers_by_value_and_missing_values_last() -> None:
    records = [Record({"cpuNum": value}, "") for value in (10, 9.5, "many", None, 2, "few", 2.0)]
    ordered = [record.fields["cpuNum"] for record in sort_records(records, SortOrder("cpuNum"), VM_INSTANCES)]
    assert ordered == [2, 2.0, 9.5, 10, "few", "many", None]
    ordered = [
        record.fields["cpuNum"] for record in sort_records(records, SortOrder("cpuNum", descending=True), VM_INSTANCES)
    ]
    assert ordered == ["many", "few", 10, 9.5, 2, 2.0, None]


DATES = [
    "Dec 31, 2016 11:59:59 PM",
    "Nov 14, 2017 12:05:00 AM",
    "Nov 14, 2017, 1:00:00 AM",
    "Nov 14, 2017, 12:00:00\u202fPM",
    "Nov 14, 2017 10:20:57 PM",
    "Dec 2, 2017 9:00:00 AM",
    "Dec 10, 2017, 9:00:00\u202fAM",
    "Jan 1, 2018 1:00:00 AM",
]


def sort_by(column: str, values: Sequence[object], *, descending: bool = False) -> list[object]:
    """Return the values of a column in the sorted order; a dotted column is a path into a list of one object."""
    name, _, item = column.partition(".")
    records = [Record({name: [{item: value}] if item else value}, "") for value in values]
    ordered = [record.fields[name] for record in sort_records(records, SortOrder(column, descending), VM_INSTANCES)]
    return [value[0][item] for value in ordered] if item else ordered


@pytest.mark.parametrize("column", ["createDate", "lastOpDate", "vmNics.createDate", "allVolumes.lastOpDate"])
def test_dates_of_every_java_version_sort_by_time(column: str) -> None:
    assert sort_by(column, DATES[::-1]) == DATES
    assert sort_by(column, [*DATES], descending=True) == DATES[::-1]


def test_values_that_are_no_dates_sort_as_text_after_the_dates() -> None:
    others = [5, "13 days ago", "Nov 14, 2017 13:00:00 PM", "Nov 40, 2017 1:00:00 AM"]
    assert sort_by("createDate", [others[3], None, DATES[1], *others[:3], DATES[0]]) == [*DATES[:2], *others, None]
    assert sort_by("createDate", [others[3], None, DATES[0], *others[:3], DATES[1]], descending=True) == [
        *(DATES[1], DATES[0]),
        *others[::-1],
        None,
    ]


def test_empty_date_sorts_as_missing_date() -> None:
    assert sort_by("createDate", ["", "?", DATES[0]]) == [DATES[0], "?", ""]


def test_lists_of_dates_sort_by_their_first_date() -> None:
    nics = [[{"createDate": date} for date in dates] for dates in (DATES[5:7], DATES[4:5], DATES[1:6], ["?", DATES[0]])]
    ordered = sort_records([Record({"vmNics": nic}, "") for nic in nics], SortOrder("vmNics.createDate"), VM_INSTANCES)
    assert [record.fields["vmNics"] for record in ordered] == [nics[2], nics[1], nics[0], nics[3]]


def test_natural_sorting_orders_numbers_inside_names_by_value() -> None:
    ordered = ["Alpha", "alpha 2", "beta", "web-2", "web-2b", "Web-10", "web-010x", "web-" + "9" * 5000, "数据库"]
    assert sorted({*ordered}, key=natural_sort_key) == ordered
