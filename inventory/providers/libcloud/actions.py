"""Actions through a driver of libcloud, on the nodes of its own list.

Many drivers need more of a node than its id: its name, its state, or the values in ``extra``. So an
action takes the node from the list, never one that is made of an id. A driver's result is not
trusted; the machine is read again.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from libcloud.common.types import MalformedResponseError
from libcloud.compute.base import (
    KeyPair,
    Node,
    NodeImage,
    NodeLocation,
    NodeSize,
    StorageVolume,
    VolumeSnapshot,
)
from libcloud.compute.types import NodeState

from inventory.providers import unanswered
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.generic import calling, machine_record
from inventory.providers.libcloud.apart import read_apart
from inventory.providers.libcloud.each import reading_each
from inventory.providers.libcloud.empty_lists import check_empty
from inventory.providers.libcloud.entries import Identify, by_id, problem_of
from inventory.providers.libcloud.known_prices import know_prices
from inventory.providers.libcloud.marks import marks_of
from inventory.providers.reading import UNEXPECTED_FORM, damaged
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

# The methods that list, and the class of what each returns.
LISTS = {
    "list_nodes": Node,
    "list_sizes": NodeSize,
    "list_images": NodeImage,
    "list_locations": NodeLocation,
    "list_volumes": StorageVolume,
    "list_snapshots": VolumeSnapshot,
    "ex_list_snapshots": VolumeSnapshot,
    "list_volume_snapshots": VolumeSnapshot,
    "list_key_pairs": KeyPair,
}


def nodes_of(driver: Any) -> list[Any]:
    """The driver's list, as ``listed``."""
    return listed(driver, "list_nodes")


def listed(driver: Any, method: str, *, identify: Identify = by_id, **options: Any) -> list[Any]:
    """The result of this listing method of the driver, which is in ``LISTS``.

    An object that cannot be read has an id alone, in the attribute ``id``. ``identify``: the id of
    an object that was read. Raises the failure of a request, which the driver may hide, and
    ProviderError for a result that is no list of objects.
    """

    def read() -> list[Any]:
        found = getattr(driver, method)(**options)
        if not isinstance(found, list | tuple):
            message = "The driver answered with something else than a list."
            raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)
        return list(found)

    if method == "list_sizes":
        know_prices(driver)
    with unanswered.noted() as failures, reading_each(driver, identify):
        found = _read(partial(read_apart, driver, LISTS[method], identify, read), failures)
    replies = [*failures.replies]
    failures.raise_first()
    if not found:
        check_empty(replies)
    return found


def _read(read: Callable[[], list[Any]], failures: unanswered.Failures) -> list[Any]:
    """Python's functions for addresses raise OSError: no failure of the network, which is noted."""
    try:
        return read()
    except OSError as error:
        if failures or type(error) is not OSError:
            raise
        raise MalformedResponseError(f"{UNEXPECTED_FORM}: {error}.") from None


def list_machines(driver: Any) -> list[MachineRecord]:
    return [record_of(node) for node in nodes_of(driver)]


calling("list_nodes", list_machines)


def record_of(node: Node) -> MachineRecord:
    """The record, with the state that libcloud gives the node, in the words of all drivers."""
    if problem := problem_of(node):
        return damaged(MachineRecord, str(node.id or ""), problem)
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
    """Raises ProviderError NOT_FOUND, and CONFLICT if several nodes have the id: not if one that
    moved to the next page is there twice.
    """
    found = [node for node in nodes if str(getattr(node, "id", None)) == external_id]
    if not found and all(getattr(node, "id", None) for node in nodes):
        message = "The driver's list does not show the machine."
        raise ProviderError(ProviderErrorCode.NOT_FOUND, message)
    if not found or any(map(problem_of, found)):
        message = "The driver cannot read the machine in the cloud's answer. Nothing was sent."
        raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)
    if any(_what_acts(node) != _what_acts(found[0]) for node in found[1:]):
        message = (
            f"The driver's list shows {len(found)} machines with this id; "
            "which one is meant is not known. Nothing was sent."
        )
        raise ProviderError(ProviderErrorCode.CONFLICT, message)
    return found[0]


def _what_acts(node: Any) -> tuple[Any, Any]:
    """The values of a node that drivers use in an action, except its id."""
    return getattr(node, "name", None), getattr(node, "extra", None)


def on_node(method: str) -> Function:
    """The function of an action, which calls this method of the driver with libcloud's node."""

    def act(driver: Any, external_id: str) -> None:
        node = node_in(nodes_of(driver), external_id)
        with unanswered.noted() as failures:
            getattr(driver, method)(node)
        if failures.is_latest:  # of an earlier one the driver knew that it could be ignored
            failures.raise_last()

    return calling(method, act)
