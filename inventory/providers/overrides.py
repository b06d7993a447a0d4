"""The earlier way to bring functions of a kind: deprecated, use ``table`` with marked functions.

Kinds of installed packages may still have it; it is dropped with the next release but one.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inventory.providers.capability import Capability, Key
from inventory.providers.table import Beside, Function, Table


@dataclass(frozen=True, slots=True)
class Overrides:
    """Functions in place of libcloud's common interface. See ``Table`` for what each does."""

    list: Callable[..., Sequence[Any]] | None = None
    find: Callable[..., Any] | None = None
    create: Callable[..., Any] | None = None
    start: Callable[..., Any] | None = None
    stop: Callable[..., Any] | None = None
    reboot: Callable[..., Any] | None = None
    suspend: Callable[..., Any] | None = None
    resume: Callable[..., Any] | None = None
    resize: Callable[..., Any] | None = None
    confirm: Callable[..., Any] | None = None
    tag: Callable[..., Any] | None = None
    check: Callable[..., Any] | None = None
    lacking: Callable[..., Mapping[Any, Sequence[str]]] | None = None
    failure: Callable[..., Any] | None = None
    operation: Callable[..., Any] | None = None
    blocker: Callable[..., Any] | None = None
    terminate: Callable[..., Any] | None = None
    sizes: Callable[..., Sequence[Any]] | None = None
    find_size: Callable[..., Any] | None = None
    images: Callable[..., Sequence[Any]] | None = None
    locations: Callable[..., Sequence[Any]] | None = None
    regions: Callable[..., Sequence[str]] | None = None
    containers: Callable[..., Sequence[Any]] | None = None
    containers_everywhere: Callable[..., Mapping[str, Sequence[Any]]] | None = None
    find_container: Callable[..., Any] | None = None
    deploy_container: Callable[..., Any] | None = None
    start_container: Callable[..., Any] | None = None
    stop_container: Callable[..., Any] | None = None
    restart_container: Callable[..., Any] | None = None
    remove_container: Callable[..., Any] | None = None


_KEYS: Mapping[str, Key] = {
    "list": Capability.LIST_MACHINES.key,
    "create": Capability.PROVISION.key,
    "start": Capability.START.key,
    "stop": Capability.STOP.key,
    "reboot": Capability.REBOOT.key,
    "suspend": Capability.SUSPEND.key,
    "resume": Capability.RESUME.key,
    "resize": Capability.RESIZE.key,
    "tag": Capability.TAG.key,
    "terminate": Capability.TERMINATE.key,
    "sizes": Capability.LIST_SIZES.key,
    "images": Capability.LIST_IMAGES.key,
    "locations": Capability.LIST_LOCATIONS.key,
    "regions": Capability.LIST_REGIONS.key,
    "containers": Capability.LIST_CONTAINERS.key,
    "deploy_container": Capability.DEPLOY_CONTAINER.key,
    "start_container": Capability.START_CONTAINER.key,
    "stop_container": Capability.STOP_CONTAINER.key,
    "restart_container": Capability.RESTART_CONTAINER.key,
    "remove_container": Capability.REMOVE_CONTAINER.key,
}


def overridden(table: Table, overrides: Overrides) -> Table:
    """The table with these functions in place of its own. Warns that the way is deprecated."""
    warnings.warn(
        "ProviderKind.overrides is deprecated: mark the functions, and give their table_of().",
        DeprecationWarning,
        stacklevel=4,
    )
    given = {_KEYS[name]: one for name, one in _given(overrides).items() if name in _KEYS}
    if (images := overrides.images) is not None:  # it always had a second parameter
        given[_KEYS["images"]] = lambda driver, search=None: images(driver, search)
    finds = {"virtual_machines": overrides.find, "containers": overrides.find_container}
    everywhere = {"containers": overrides.containers_everywhere}
    return Table(
        {**table.functions, **given},
        Beside(
            find=_present(finds),
            everywhere=_present(everywhere),
            confirm_resize=overrides.confirm,
            find_size=overrides.find_size,
            dry_run=overrides.check,
            missing_permissions=overrides.lacking,
            failure=overrides.failure,
            outcome=overrides.operation,
            blocker=overrides.blocker,
        ),
    )


def _given(overrides: Overrides) -> dict[str, Function]:
    return _present({name: getattr(overrides, name) for name in overrides.__slots__})


def _present(functions: Mapping[str, Function | None]) -> dict[str, Function]:
    return {name: one for name, one in functions.items() if one is not None}
