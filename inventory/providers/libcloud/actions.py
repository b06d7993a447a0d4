"""What is done through a driver of libcloud, on the nodes of its own list.

Many drivers need more of a node than its id: its name, its state, or what ``extra`` holds. So an
action takes the node from the list, never one that is made of an id. What a driver returns is not
believed; the machine is read again.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from libcloud.compute.base import Node
from libcloud.compute.types import NodeState

from inventory.providers import unanswered
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.generic import calling, machine_record
from inventory.providers.libcloud.marks import marks_of
from inventory.providers.table import Function
from inventory.types import MachineRecord, MachineState

STATES = {
    NodeState.RUNNING.value: MachineState.RUNNING,
    NodeState.NORMAL.value: MachineState.RUNNING,
    NodeState.STARTING.value: MachineState.PENDING,
    NodeState.PENDING.value: MachineState.PENDING,
    NodeState.RECONFIGURING.value: MachineState.PENDING,
    NodeState.MIGRATING.value: MachineState.RUNNING,
    NodeState.UPDATING.value: MachineState.RUNNING,
    NodeState.REBOOTING.value: MachineState.REBOOTING,
    NodeState.STOPPING.value: MachineState.STOPPING,
    NodeState.STOPPED.value: MachineState.STOPPED,
    NodeState.SUSPENDED.value: MachineState.SUSPENDED,
    NodeState.PAUSED.value: MachineState.SUSPENDED,
    NodeState.TERMINATED.value: MachineState.TERMINATED,
    NodeState.ERROR.value: MachineState.ERROR,
}


def nodes_of(driver: Any) -> list[Any]:
    """The driver's list. Raises the failure of a request of it, which the driver may hide.

    Raises ProviderError for what is no list of objects.
    """
    return listed(driver.list_nodes)


def listed(read: Callable[[], Any]) -> list[Any]:
    """As ``nodes_of``, for any list of a driver."""
    with unanswered.noted() as failures:
        found = read()
    if failures:
        raise failures[0]
    if not isinstance(found, list | tuple):
        message = "The driver answered with something else than a list."
        raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)
    return list(found)


def list_machines(driver: Any) -> list[MachineRecord]:
    return [record_of(node) for node in nodes_of(driver)]


calling("list_nodes", list_machines)


def record_of(node: Node) -> MachineRecord:
    """By the state that libcloud gives the node, in the words of all drivers."""
    record = machine_record({}, node)
    if record.problem is not None:
        return record
    state = getattr(node, "state", None)
    word = str(getattr(state, "value", state))
    extra = getattr(node, "extra", None) or {}
    told = (extra.get("status"), extra.get("state"))
    raw_state = next((one for one in told if isinstance(one, str) and one), word)
    return replace(
        record,
        state=STATES.get(word, MachineState.UNKNOWN),
        raw_state=raw_state,
        tags=marks_of(record.name),
        created_at=_moment(record.created_at),
    )


def _moment(value: object) -> datetime | None:
    """A driver gives a time, with a zone or without one, or the cloud's text."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def node_in(nodes: Sequence[Any], external_id: str) -> Any:
    """Raises ProviderError NOT_FOUND."""
    for node in nodes:
        if str(getattr(node, "id", None)) == external_id:
            return node
    raise ProviderError(ProviderErrorCode.NOT_FOUND, "The driver's list does not show the machine.")


def on_node(method: str) -> Function:
    """The function of an action, which calls this method of the driver with libcloud's node."""

    def act(driver: Any, external_id: str) -> None:
        node = node_in(nodes_of(driver), external_id)
        with unanswered.noted() as failures:
            getattr(driver, method)(node)
        if failures:
            raise failures[-1]

    return calling(method, act)
