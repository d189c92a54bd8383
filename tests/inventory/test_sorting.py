"""Sorting of records."""

from __future__ import annotations

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


def test_natural_sorting_orders_numbers_inside_names_by_value() -> None:
    ordered = ["Alpha", "alpha 2", "beta", "web-2", "web-2b", "Web-10", "web-010x", "web-" + "9" * 5000, "数据库"]
    assert sorted({*ordered}, key=natural_sort_key) == ordered
