"""Servers of a cell that does not answer, which nova leaves out of its list below 2.69.

From microversion 2.69 on nova shows them, reduced to their id and little more, in a list without a
limit, a marker, a filter or an order, as far as its first page has room: "Handling Down Cells",
docs.openstack.org/api-guide/compute/down_cells.html, and ``_is_cell_down_supported`` in nova's
api/openstack/compute/servers.py. The list of ids is asked for: the servers themselves are read as
they always were, because 2.47 changes the form of their flavor.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.reading import Reading
from inventory.providers.rest import ask, part
from inventory.types import MachineRecord, MachineState

SHOWN = {"OpenStack-API-Version": "compute 2.69", "X-OpenStack-Nova-API-Version": "2.69"}
LACKING = frozenset({ProviderErrorCode.NOT_SUPPORTED, ProviderErrorCode.NOT_FOUND})
UNKNOWN = "UNKNOWN"  # nova's status for these servers
REASON = "Its cell at OpenStack does not answer: nova reports its id and its creation time alone."


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids on the first page of nova's list. ``unread``: of servers in a cell that is down."""

    read: frozenset[str]
    unread: frozenset[str]


def listed_ids(driver: Any) -> Ids:
    """Empty from a nova older than 2.69, which answers 406 or ignores the header, and from another
    implementation that has the list with details alone, and answers 404 as nova would.
    """
    try:
        servers = part(ask(driver.compute_with_down_cells, "/servers"), "servers", list)
    except ProviderError as error:
        if error.code not in LACKING:
            raise
        return Ids(frozenset(), frozenset())
    ids = {True: set[str](), False: set[str]()}
    for server in map(Reading, servers):
        ids[_is_unread(server)].add(id_of(server))
    return Ids(frozenset(ids[False]), frozenset(ids[True]))


def _is_unread(server: Reading) -> bool:
    """True if nova could not read the server. In the short list only these have a status."""
    return server.text("status") == UNKNOWN and server.text("name") is None


def unread_machines(driver: Any, ids: Collection[str]) -> list[MachineRecord]:
    """The records of these servers, with what nova reports of them in the list with details."""
    if not ids:
        return []
    body = ask(driver.compute_with_down_cells, "/servers/detail")
    shown = {id_of(server): server for server in map(Reading, part(body, "servers", list))}
    return [_machine(one, shown.get(one) or Reading({})) for one in sorted(ids)]


def id_of(server: Reading) -> str:
    """Empty if it cannot be read."""
    return server.identifier("id", required=False) or ""


def _machine(external_id: str, server: Reading) -> MachineRecord:
    return MachineRecord(
        external_id=external_id,
        name=external_id,
        state=MachineState.UNKNOWN,
        raw_state=UNKNOWN,
        created_at=server.moment("created"),
        problem=REASON,
    )
