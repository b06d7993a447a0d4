"""The list of machines of CloudStack's drivers.

libcloud's ``list_nodes`` looks at each forwarding rule and each address for each machine, which a
reply of a megabyte makes hours of, and loses the list to one rule without a field. Here each reply
is read once. libcloud's ``_to_node`` makes the machines.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from inventory.providers.reading import Reading


def list_nodes(driver: Any) -> list[Any]:
    """The nodes, each with its own addresses and those whose ports are forwarded to it.

    An address or a rule that cannot be read belongs to no machine. ``extra`` of a node has no
    rules: no action looks at them.
    """
    machines = driver._sync_request("listVirtualMachines").get("virtualmachine", [])  # noqa: SLF001
    public: defaultdict[str, set[str]] = defaultdict(set)
    for machine, address in _addresses(driver):
        public[machine].add(address)
    return [
        driver._to_node(one, sorted(public[_text(one, "id")]))  # noqa: SLF001 - libcloud's hook
        for one in machines
    ]


def _addresses(driver: Any) -> Iterator[tuple[str, str]]:
    """The id of a machine, and an address that leads to it."""
    for command, name in (
        ("listPublicIpAddresses", "publicipaddress"),
        ("listPortForwardingRules", "portforwardingrule"),
    ):
        for found in Reading(driver._sync_request(command)).items(name):  # noqa: SLF001
            machine, address = _text(found, "virtualmachineid"), _text(found, "ipaddress")
            if machine and address:
                yield machine, address


def _text(entry: Any, name: str) -> str:
    value = entry.get(name) if isinstance(entry, Mapping) else None
    return str(value) if isinstance(value, str | int) else ""
