"""The permissions of a user's roles, which Keystone reports when it signs the user in.

Each service's policy sets the permissions of a role. A policy cannot be read by the API. By nova's
default, a member of a project may do everything here, in every release: docs.openstack.org/nova,
"Policies". The permissions of other roles depend on the release and on the cloud, so they are not
reported.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from inventory.providers.capability import Capability
from inventory.providers.table import beside
from inventory.types import MachineRecord

MEMBER, READER = "member", "reader"
ENOUGH = frozenset({MEMBER, "manager", "admin"})  # each implies those before it


@beside("missing_permissions")
def lacking_permissions(
    driver: Any,
    needs: Mapping[Capability, Sequence[str]],
    _machine: Callable[[], MachineRecord | None],
) -> dict[Capability, list[str]]:
    if ENOUGH.isdisjoint(driver.roles):
        return {}
    return {capability: [] for capability in needs}
