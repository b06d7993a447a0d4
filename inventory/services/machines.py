"""Resizes, tags and buys machines: checked against what is known now, then submitted as jobs.

``idempotency_key``: as in ``inventory.services.actions.action_submit``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.core.errors import InvalidInput
from inventory.models import Provider, VirtualMachine
from inventory.operations.api import account_note
from inventory.providers import Capability
from inventory.services.actions import names_of, require, require_on, submit_on, target_id
from inventory.services.architectures import resize_conflict
from inventory.services.orders import (
    ProvisionRequest,
    placed_arguments,
    placed_size,
    provision_arguments,
    size_named,
    with_checkout,
)
from inventory.services.tags import check_tag_change
from jobs import api as jobs
from jobs.api import Job

MOST_AT_ONCE = 50
RESIZE = "virtual_machine.resize"
PROVISION = "virtual_machine.provision"


def machine_resize(
    *,
    machine: VirtualMachine,
    size: str,
    stop_first: bool = False,
    requested_by: Any,
    idempotency_key: str | None = None,
) -> Job:
    """``stop_first``: stop it, and start it again.

    ``size``: a Relay id, the cloud's own id, or the name that is shown. The idempotency key stands
    for the size as it was named.
    """
    require_on(machine, Capability.RESIZE)
    size_id = size_named(machine, size)
    asked = {"size": size_id, "stop_first": stop_first}
    earlier = jobs.find_submitted(
        operation=RESIZE,
        asked=asked,
        target=machine_id(machine),
        scope=machine.source.provider.scope,
        requested_by=requested_by,
        idempotency_key=idempotency_key,
    )
    if earlier is not None:
        return earlier
    placed = placed_size(machine, size_id)
    if conflict := resize_conflict(machine, placed):
        raise InvalidInput(conflict, field="size")
    return submit_on(
        machine,
        RESIZE,
        Capability.RESIZE,
        {**asked, "size": placed},
        requested_by=requested_by,
        idempotency_key=idempotency_key,
        asked=asked,
    )


def machine_tag(
    *,
    machine: VirtualMachine,
    wanted: Mapping[str, str],
    unwanted: Sequence[str],
    requested_by: Any,
    idempotency_key: str | None = None,
) -> Job:
    """Set the tags of ``wanted``, remove the keys of ``unwanted``; others stay."""
    check_tag_change(wanted, unwanted, rules=machine.source.provider.kind.tags)
    arguments = {"set": dict(wanted), "remove": list(unwanted)}
    return submit_on(
        machine,
        "virtual_machine.tag",
        Capability.TAG,
        arguments,
        requested_by=requested_by,
        idempotency_key=idempotency_key,
    )


def machine_provision(
    *,
    provider: Provider,
    request: ProvisionRequest,
    count: int = 1,
    requested_by: Any,
    idempotency_key: str | None = None,
) -> Job:
    """One job; for ``count`` > 1 a parent of one job each, named <name>-1 to <name>-<count>.

    The idempotency key stands for the order as it was given: a size by its name and the same size
    by its id are two requests. An earlier request is found before the catalogue and the repository
    are looked at, which may have changed since.
    """
    require(provider, Capability.PROVISION)
    check_count(count)
    asked = provision_arguments(provider, request, count=count)
    if count > 1:
        asked["count"] = count
    common: dict[str, Any] = {
        "operation": PROVISION,
        "scope": provider_id(provider),
        "requested_by": requested_by,
        "idempotency_key": idempotency_key,
    }
    if count == 1:
        earlier = jobs.find_submitted(asked=asked, **common)
    else:
        earlier = jobs.find_submitted_many(arguments=asked, **common)
    if earlier is not None:
        return earlier
    account = account_note(provider)  # before the catalogue is read: it is of this account
    arguments = placed_arguments(provider, with_checkout(asked, request))
    common |= {"names": names_of(provider, arguments["name"]), "asked": asked}
    if count == 1:
        return jobs.submit(arguments=arguments, identity=account, **common)
    del arguments["count"]
    names = [f"{arguments['name']}-{number}" for number in range(1, count + 1)]
    children = [
        jobs.Part(
            None, {**arguments, "name": name}, names=names_of(provider, name), identity=account
        )
        for name in names
    ]
    return jobs.submit_many(children=children, arguments={**arguments, "count": count}, **common)


def check_count(count: int) -> None:
    if not 1 <= count <= MOST_AT_ONCE:
        raise InvalidInput(f"count must be between 1 and {MOST_AT_ONCE}.", field="count")


def machine_id(machine: VirtualMachine) -> str:
    """The machine's global id: a job's target."""
    return target_id(machine)


def provider_id(provider: Provider) -> str:
    """The provider's global id: a job's scope."""
    return provider.scope
