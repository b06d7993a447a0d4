"""Decides if a simulated cloud would accept an action, by the same checks as the action."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from inventory.providers.capability import BY_KEY, OF_STORAGE, Capability
from inventory.providers.simulator import images, security, storage
from inventory.providers.simulator.objects import Kind, present
from inventory.providers.table import beside
from inventory.types import Verdict

ACCEPTED = Verdict(True, "The simulated cloud would accept it.")
ORDERS: Mapping[Capability, Callable[[Any, Any], Any]] = {
    Capability.CREATE_VOLUME: storage.volume_facts,
    Capability.CREATE_SNAPSHOT: storage.snapshot_facts,
    Capability.CREATE_IMAGE: images.image_facts,
    Capability.IMPORT_KEY_PAIR: security.key_facts,
    Capability.CREATE_SECURITY_GROUP: security.group_facts,
}
# Raises if the action would. Called with the driver, the object and the action's arguments.
Refuse = Callable[..., None]
ACTIONS: Mapping[Capability, tuple[Kind, Refuse]] = {
    Capability.ATTACH_VOLUME: (
        storage.VOLUMES,
        lambda driver, volume, machine, _device: storage.refuse_attach(driver, volume, machine),
    ),
    Capability.DETACH_VOLUME: (storage.VOLUMES, storage.refuse_detach),
    Capability.RESIZE_VOLUME: (storage.VOLUMES, storage.refuse_resize),
    BY_KEY["volumes", "delete"]: (storage.VOLUMES, storage.refuse_delete),
    BY_KEY["snapshots", "delete"]: (storage.SNAPSHOTS, lambda _driver, _snapshot: None),
    BY_KEY["images", "delete"]: (
        images.OWN,
        lambda driver, image: images.refuse_public(driver, image.external_id),
    ),
    BY_KEY["key_pairs", "delete"]: (security.KEY_PAIRS, lambda _driver, _key: None),
    BY_KEY["security_groups", "delete"]: (security.SECURITY_GROUPS, security.refuse_delete),
    Capability.ADD_SECURITY_GROUP_RULE: (
        security.SECURITY_GROUPS,
        lambda driver, group, rule: security.refuse_rule(driver, group, rule, wanted=False),
    ),
    Capability.REMOVE_SECURITY_GROUP_RULE: (
        security.SECURITY_GROUPS,
        lambda driver, group, rule: security.refuse_rule(driver, group, rule, wanted=True),
    ),
}


@beside("dry_run")
def check(
    driver: Any,
    capability: Capability,
    external_id: str | None,
    *,
    order: Any = None,
    arguments: Sequence[Any] = (),
    **details: Any,
) -> Verdict | None:
    """Check an action without writing. Raises the error that the action would raise now."""
    driver.call()
    if capability in OF_STORAGE:
        return None  # as S3, which cannot be asked without acting
    if capability in ORDERS:
        ORDERS[capability](driver, order)
    elif capability in ACTIONS:
        kind, refuse = ACTIONS[capability]
        refuse(driver, present(driver, kind, str(external_id)), *arguments)
    elif capability.resource == "virtual_machines":
        driver.check(capability, external_id, order=order, **details)
    else:
        return None  # nothing says what it would look at
    return ACCEPTED
