"""Resizes with ``stopFirst``, on a cloud that refuses some actions."""

from inventory.models import VirtualMachine
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.services.machines import machine_resize
from tests.inventory.operations.acting import acting
from tests.inventory.operations.running import take_step

FULL = ProviderError(ProviderErrorCode.QUOTA_EXCEEDED, "No cores are left.")
BUSY = ProviderError(ProviderErrorCode.RATE_LIMITED, "Slower.")


def refusing(name, error):
    """Inside the block the cloud refuses the action."""

    def refuse(_cloud, *_arguments):
        raise error

    return acting(f"virtual_machine.{name}", lambda _act: refuse)


def machine_in(provider, state):
    rows = VirtualMachine.objects.select_related("source__provider", "provider")
    return rows.filter(provider=provider, state=state).order_by("pk").first()


def resize(machine, user):
    size = "sim.large" if machine.size_id != "sim.large" else "sim.small"
    return machine_resize(machine=machine, size=size, stop_first=True, requested_by=user)


def stopped_by(job, effects):
    """Take steps until the job has had its machine stopped."""
    while not effects():
        take_step(job)
    return job
