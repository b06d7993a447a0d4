"""The permissions of a service account on an instance, as Compute Engine itself reports them.

"Method: instances.testIamPermissions" of the API's reference. The permission to order machines
belongs to the project, and only another service could report it. Permissions on disks and
snapshots are not requested: an instance knows the permissions of instances alone.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from inventory.providers.capability import CREATING, Capability
from inventory.providers.google.actions import address_of
from inventory.providers.rest import ask
from inventory.providers.table import beside
from inventory.types import MachineRecord


@beside("missing_permissions")
def lacking_permissions(
    driver: Any,
    needs: Mapping[Capability, Sequence[str]],
    machine: Callable[[], MachineRecord | None],
) -> dict[Capability, list[str]]:
    record = machine()
    if record is None:
        return {}
    about = {
        one: actions
        for one, actions in needs.items()
        if one.resource == "virtual_machines" and one not in CREATING
    }
    wanted = sorted({action for actions in about.values() for action in actions})
    address = f"{address_of(driver, record.external_id)}/testIamPermissions"
    told = ask(driver.connection, address, method="POST", data={"permissions": wanted})
    held = set(told.get("permissions") or ())  # left out where there is none
    return {
        one: [action for action in actions if action not in held] for one, actions in about.items()
    }
