"""Submits the declared actions of machines and containers, or asks for their dry runs, by name."""

from inventory.operations.actions import ACTIONS
from inventory.services.actions import action_submit
from inventory.services.dry_run import action_dry_run


def action(operation):
    """The declared action of an operation, as ``virtual_machine.stop``."""
    return next(one for one in ACTIONS if one.operation == operation)


def machine_change(*, name, machine, **request):
    return action_submit(action=action(f"virtual_machine.{name}"), row=machine, **request)


def machine_reboot(**request):
    return machine_change(name="reboot", **request)


def container_change(*, name, container, **request):
    return action_submit(action=action(f"container.{name}"), row=container, **request)


def container_restart(**request):
    return container_change(name="restart", **request)


def dry_run_change(*, name, machine):
    return action_dry_run(action=action(f"virtual_machine.{name}"), row=machine)


def dry_run_reboot(*, machine):
    return dry_run_change(name="reboot", machine=machine)


def dry_run_container_change(*, name, container):
    return action_dry_run(action=action(f"container.{name}"), row=container)


def dry_run_restart(*, container):
    return dry_run_container_change(name="restart", container=container)
