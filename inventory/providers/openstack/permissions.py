"""What a user's roles allow, as Keystone tells them when it signs the user in.

Who may do what is said by each service's policy, which nobody can ask for. By nova's default, a
member of a project may do everything here, in every release: docs.openstack.org/nova, "Policies".
What another role may do depends on the release and on the cloud, so it is not told.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from inventory.providers.capability import Capability
from inventory.providers.table import beside
from inventory.types import MachineRecord

MEMBER, READER = "member", "reader"
ENOUGH = frozenset({MEMBER, "manager", "admin"})  # each implies those before it
ACTIONS = {Capability.LIST_MACHINES: (READER,)} | dict.fromkeys(
    (
        Capability.START,
        Capability.STOP,
        Capability.REBOOT,
        Capability.SUSPEND,
        Capability.RESUME,
        Capability.RESIZE,
        Capability.TAG,
        Capability.TERMINATE,
        Capability.PROVISION,
    ),
    (MEMBER,),
)


@beside("missing_permissions")
def lacking_permissions(
    driver: Any,
    needs: Mapping[Capability, Sequence[str]],
    _machine: Callable[[], MachineRecord | None],
) -> dict[Capability, list[str]]:
    if ENOUGH.isdisjoint(driver.roles):
        return {}
    return {capability: [] for capability in needs}
