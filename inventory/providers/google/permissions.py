"""What a service account may do with an instance, as Compute Engine itself tells it.

"Method: instances.testIamPermissions" of the API's reference. Whether it may order machines is a
matter of the project, which another service would have to be asked about.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from inventory.providers.capability import Capability
from inventory.providers.google.actions import address_of
from inventory.providers.rest import ask
from inventory.providers.table import beside
from inventory.types import MachineRecord

ACTIONS = {
    Capability.LIST_MACHINES: ("compute.instances.list",),
    Capability.START: ("compute.instances.start",),
    Capability.STOP: ("compute.instances.stop",),
    Capability.REBOOT: ("compute.instances.reset",),
    Capability.SUSPEND: ("compute.instances.suspend",),
    Capability.RESUME: ("compute.instances.resume",),
    Capability.RESIZE: ("compute.instances.setMachineType",),
    Capability.TAG: ("compute.instances.setLabels",),
    Capability.TERMINATE: ("compute.instances.delete",),
    Capability.PROVISION: ("compute.instances.create", "compute.disks.create"),
    Capability.LIST_SIZES: ("compute.machineTypes.list",),
    Capability.LIST_IMAGES: ("compute.images.list",),
    Capability.LIST_LOCATIONS: ("compute.zones.list",),
}
OF_INSTANCES = frozenset(
    {
        Capability.START,
        Capability.STOP,
        Capability.REBOOT,
        Capability.SUSPEND,
        Capability.RESUME,
        Capability.RESIZE,
        Capability.TAG,
        Capability.TERMINATE,
    }
)


@beside("missing_permissions")
def lacking_permissions(
    driver: Any,
    needs: Mapping[Capability, Sequence[str]],
    machine: Callable[[], MachineRecord | None],
) -> dict[Capability, list[str]]:
    record = machine()
    if record is None:
        return {}
    about = {one: actions for one, actions in needs.items() if one in OF_INSTANCES}
    wanted = sorted({action for actions in about.values() for action in actions})
    address = f"{address_of(driver, record.external_id)}/testIamPermissions"
    told = ask(driver.connection, address, method="POST", data={"permissions": wanted})
    held = set(told.get("permissions") or ())  # left out where there is none
    return {
        one: [action for action in actions if action not in held] for one, actions in about.items()
    }
