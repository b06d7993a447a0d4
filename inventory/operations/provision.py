"""Buy a machine: find a region that offers it, create it once, wait until it runs.

::

    note that it will be asked for ──> create ──> note its id ──> RUNNING?
              │                                       ^
              └─ noted by an earlier attempt: look ───┘ found: nothing is created again

A job that tries another one again first looks for what that one made: a job may fail by its
deadline although the cloud has made the machine, or goes on making it.

The job's id is the cloud's client token, so a create that is asked again answers with the machine
that the first one made. Where no token is honoured, the earlier attempt's machine is found by its
mark, whether the worker was killed or the cloud's answer was lost.
"""

import time

from django.utils import timezone

from gateway.core.ids import global_id
from inventory.live.store import store_one
from inventory.models import Provider
from inventory.operations.marker import find_marked
from inventory.operations.placement import choose_region, order_of
from inventory.operations.target import cloud_at, machine_source, scope_provider
from inventory.providers import Cloud
from inventory.selectors.ids import CloudId
from inventory.types import MachineRecord, MachineState
from jobs.registry import Done, OperationFailed, Outcome, Step, Wait, operation

FIRST_LOOK_SECONDS = 0.5  # some clouds are done at once
POLL_SECONDS = 2.0
# A new machine may be unknown to its own cloud for a moment.
UNKNOWN_SECONDS = 60.0
FAILED_STATES = frozenset({MachineState.ERROR, MachineState.TERMINATED})


@operation("virtual_machine.provision", label="Provision a virtual machine")
def provision_virtual_machine(step: Step) -> Outcome:
    provider = scope_provider(step.scope)
    if "looked_back" not in step.memory:
        _adopt(step, provider)
    if "region" not in step.memory:
        step.remember(region=choose_region(provider, step.arguments))
    if "external_id" not in step.memory:
        _create(step, provider)
        return Wait(FIRST_LOOK_SECONDS)
    return _await_running(step, provider)


def _adopt(step: Step, provider: Provider) -> None:
    """Go on with a machine that a job made which this one tries again, where there is one."""
    for earlier in step.earlier_jobs():
        if "asked_at" not in earlier.memory:
            continue
        source = machine_source(provider, earlier.memory["region"])
        started_at = timezone.now()
        with cloud_at(source) as cloud:
            record = find_marked(cloud, earlier.job_id)
        if record is None or record.state in FAILED_STATES:
            continue
        store_one(source, record.external_id, record, started_at=started_at, provisioned=True)
        step.remember(
            looked_back=True,
            region=source.region,
            external_id=record.external_id,
            created_at=time.time(),
        )
        step.report(f"An earlier job had made {record.external_id}; nothing is bought again.")
        return
    step.remember(looked_back=True)


def _create(step: Step, provider: Provider) -> None:
    source = machine_source(provider, step.memory["region"])
    started_at = timezone.now()
    with cloud_at(source) as cloud:
        record = _made_earlier(step, cloud) or _ask(step, cloud, source.region)
    store_one(source, record.external_id, record, started_at=started_at, provisioned=True)
    step.remember(external_id=record.external_id, created_at=time.time())
    step.report(f"The cloud made {record.external_id}.")


def _made_earlier(step: Step, cloud: Cloud) -> MachineRecord | None:
    return find_marked(cloud, step.job_id) if "asked_at" in step.memory else None


def _ask(step: Step, cloud: Cloud, region: str) -> MachineRecord:
    step.report(f"Creating {step.arguments['name']} in {region}.")
    step.remember(asked_at=time.time())
    order = order_of(step.arguments, region=region, client_token=step.job_id)
    return cloud.create_machine(order)


def _await_running(step: Step, provider: Provider) -> Outcome:
    source = machine_source(provider, step.memory["region"])
    external_id = step.memory["external_id"]
    started_at = timezone.now()
    with cloud_at(source) as cloud:
        record = cloud.find_machine(external_id)
    if record is None:
        if time.time() - step.memory["created_at"] < UNKNOWN_SECONDS:
            return Wait(POLL_SECONDS)
        raise OperationFailed("NOT_FOUND", f"The cloud lost {external_id} after creating it.")
    store_one(source, external_id, record, started_at=started_at)
    if record.state in FAILED_STATES:
        message = f"{external_id} ended as {record.state.value.lower()} instead of running."
        raise OperationFailed("PROVIDER_ERROR", message)
    if record.state != MachineState.RUNNING:
        return Wait(POLL_SECONDS)
    local_id = CloudId(str(provider.public_id), source.region, external_id)
    result = {"virtualMachine": global_id("VirtualMachine", local_id), "externalId": external_id}
    return Done(f"{step.arguments['name']} is running.", result=result)
