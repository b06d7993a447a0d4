"""Finds machines, providers and buckets by their names or ids."""

import base64
from collections.abc import Iterable, Sequence
from typing import TypeVar

from gateway_client import Gateway, Pages
from gateway_client.generated.enums import VirtualMachineState
from gateway_client.generated.fragments import MachineParts, ReceiptParts
from gateway_client.generated.input_types import VirtualMachineFilter
from gateway_client.generated.list_providers import ListProvidersProviders

from .exits import INCOMPLETE, refuse
from .output import note

GONE = (VirtualMachineState.TERMINATED, VirtualMachineState.MISSING)
Named = TypeVar("Named")


def find_machines(gateway: Gateway, names: Sequence[str]) -> list[MachineParts]:
    """One machine for each name, each once.

    A name is the machine's own, exactly, or an id of the API or of its cloud. Raises CommandError
    for a name that no machine has, or several.
    """
    found = {one.id: one for one in (find_machine(gateway, name) for name in names)}
    return list(found.values())


def find_machine(gateway: Gateway, name: str) -> MachineParts:
    if by_id := read_by_id(gateway, name):
        return by_id
    page = gateway.all_machines(VirtualMachineFilter(search=name))
    matches = [
        one for one in page.nodes if name in (one.name, one.external_id) and one.state not in GONE
    ]
    if len(matches) > 1:
        lines = "\n".join(
            f"  {one.id}  {one.state.value}  {one.provider.name} {one.region}" for one in matches
        )
        refuse(f"{len(matches)} machines are named {name}. Name one by its id:\n{lines}")
    if not matches:
        refuse(f"No machine is named {name}.{unanswered(page)}", REASON[page.complete])
    if not page.complete:
        note(f"Another machine may be named {name}, too.{unanswered(page)}")
    return matches[0]


REASON = {True: 1, False: INCOMPLETE}


def read_by_id(gateway: Gateway, name: str) -> MachineParts | None:
    """The machine with this id of the API; None: it is no id, or of nothing that is seen."""
    try:
        readable = base64.b64decode(name, validate=True).decode("ascii")
    except ValueError:
        return None
    return gateway.get_machine(name) if readable.startswith("VirtualMachine:") else None


def unanswered(page: Pages[MachineParts]) -> str:
    """The sources that make an answer incomplete, as text that goes on after a sentence."""
    lines = [f"\n  {line}" for line in failures(page.sources)]
    return " These sources did not answer:" + "".join(lines) if lines else ""


def failures(sources: Iterable[ReceiptParts]) -> list[str]:
    """A line for each source that is stale or failed, or whose list may be incomplete."""
    return [
        f"{source.provider.name} {source.region}: {source.status.value}"
        + (f", as of {source.fetched_at:%Y-%m-%d %H:%M:%S}" if source.fetched_at else "")
        + (f", {source.error.message}" if source.error else "")
        for source in sources
        if source.status.value in ("STALE", "FAILED") or source.completeness.value == "UNPROVEN"
    ]


def find_provider(gateway: Gateway, name: str) -> ListProvidersProviders:
    """The provider with this name or id. Raises CommandError where none or several have it."""
    return the_one(
        [one for one in gateway.list_providers() or [] if name in (one.id, one.name)],
        "provider",
        name,
    )


def the_one(matches: Sequence[Named], kind: str, name: str) -> Named:
    if not matches:
        refuse(f"No {kind} is named {name}.")
    if len(matches) > 1:
        refuse(f"{len(matches)} {kind}s are named {name}. Name one by its id.")
    return matches[0]
