"""Where a kind does otherwise than libcloud's common interface has it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any


@dataclass(frozen=True, slots=True)
class Overrides:
    """Where a kind does not do as libcloud's common interface has it. Each takes the driver first.

    ``find(driver, external_id) -> record | None`` and ``list(driver) -> records`` give our records;
    the actions take an external id, and may return the OperationId that the reply names.
    ``operation(driver, external_id, operation) -> RequestOutcome``: what became of that operation
    on the object; a kind whose actions return ids has it. It raises NOT_FOUND for one that the
    cloud does not know (any more). ``failure(driver, capability, external_id) -> Failure | None``:
    how the latest accepted request for the action failed, where the cloud reports that it did. A
    kind that reports the type of an action returns only failures of that type.
    ``blocker(driver, capability, external_id) -> Verdict | None``: why the cloud would refuse an
    action now, by what a read of the object shows; None: nothing is known to block it. Sends reads.
    ``lacking(driver, needs, machine) -> {capability: actions}``
    says which of the cloud's own actions (``needs``, by capability) the account may not do; what
    the cloud does not tell is left out. ``machine()`` is one that can be asked about, or None.
    ``find_size(driver, size_id, location_id) -> SizeRecord | None``: a size that ``sizes`` lacks
    and that can be ordered, in a zone where one is named; for a kind whose list is not complete.
    ``containers_everywhere(driver) -> {region: records}`` lists all regions of the account at once.
    """

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


NONE = Overrides()

# What the functions of a kind are called that has a module of them.
FUNCTIONS = {
    "list": "list_machines",
    "find": "find_machine",
    "create": "create_machine",
    "start": "start_machine",
    "stop": "stop_machine",
    "reboot": "reboot_machine",
    "suspend": "suspend_machine",
    "resume": "resume_machine",
    "resize": "resize_machine",
    "confirm": "confirm_resize",
    "tag": "tag_machine",
    "check": "check",
    "lacking": "lacking_permissions",
    "failure": "find_failure",
    "operation": "find_outcome",
    "blocker": "find_blocker",
    "terminate": "terminate_machine",
    "sizes": "list_sizes",
    "find_size": "find_size",
    "images": "list_images",
    "locations": "list_locations",
    "regions": "list_regions",
    "containers": "list_containers",
    "containers_everywhere": "list_containers_everywhere",
    "find_container": "find_container",
    "deploy_container": "deploy_container",
    "start_container": "start_container",
    "stop_container": "stop_container",
    "restart_container": "restart_container",
    "remove_container": "remove_container",
}


def overrides_in(*modules: ModuleType) -> Overrides:
    """The overrides that these modules have, by the names that FUNCTIONS tells."""
    found = {
        override: getattr(module, name)
        for module in modules
        for override, name in FUNCTIONS.items()
        if hasattr(module, name)
    }
    return Overrides(**found)
