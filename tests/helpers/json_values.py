"""Hypothesis strategies for VM instances in JSON."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.helpers.runner import ISO

any_text = st.text(st.characters(exclude_categories=()), max_size=12)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | any_text,
    lambda children: st.lists(children, max_size=3) | st.dictionaries(any_text, children, max_size=3),
    max_leaves=6,
)


addresses = st.sampled_from(["10.0.0.1", "10.0.0.2", "fd00::1"]) | json_values
used_ips = st.lists(st.dictionaries(st.sampled_from(["uuid", "ip", "gateway"]), addresses), max_size=3)
nics = st.lists(
    st.fixed_dictionaries(
        {}, optional={"uuid": json_values, "ip": addresses, "mac": json_values, "usedIps": used_ips | json_values}
    ),
    max_size=3,
)
instances = st.fixed_dictionaries(
    {},
    optional={
        "uuid": st.uuids().map(lambda uuid: uuid.hex) | json_values,
        "name": any_text | json_values,
        "state": st.sampled_from(["Running", "Stopped"]) | json_values,
        "memorySize": st.integers(0, 2**45) | st.floats(0, 2**45) | json_values,
        "vmNics": nics | json_values,
        "vmCdRoms": st.lists(st.fixed_dictionaries({}, optional={"isoUuid": st.just(ISO)}), max_size=2) | json_values,
        "padding": st.integers(0, 3000).map(lambda size: "," * size + "]},{"),
    },
)


spaces = st.text(st.sampled_from(" \t\n\r"), max_size=2)
