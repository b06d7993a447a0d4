"""An order through a driver of libcloud. The machine's name has its mark: see ``marks``."""

import inspect
from collections.abc import Sequence
from typing import Any

from inventory.providers import unanswered
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.generic import calling
from inventory.providers.libcloud.actions import listed, record_of
from inventory.providers.libcloud.entries import problem_of
from inventory.providers.libcloud.marks import marked_name
from inventory.types import MachineRecord, NewMachine


def create_machine(driver: Any, order: NewMachine) -> MachineRecord:
    """The arguments are libcloud's own objects: some drivers read more of them than the id."""
    parts: dict[str, Any] = {
        "name": marked_name(order),
        "size": _chosen(listed(driver, "list_sizes"), order.size_id, "size"),
        "image": _chosen(listed(driver, "list_images"), order.image_id, "image"),
    }
    location = inspect.signature(driver.create_node).parameters.get("location")
    if order.location_id is not None:
        if location is None:
            raise _refused("This driver takes no location.")
        parts["location"] = _chosen(listed(driver, "list_locations"), order.location_id, "location")
    elif location is not None and location.default is location.empty:
        raise _refused("This driver takes no order without a location.")
    with unanswered.noted() as failures:
        node = driver.create_node(**parts)
    if getattr(node, "id", None) in {None, ""}:
        failures.raise_last()
    return record_of(node)


calling("create_node", create_machine)


def _chosen(found: Sequence[Any], external_id: str, noun: str) -> Any:
    for one in found:
        if str(getattr(one, "id", None)) == external_id:
            if problem := problem_of(one):
                raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, problem)
            return one
    message = f"The driver lists no {noun} {external_id!r}."
    raise ProviderError(ProviderErrorCode.NOT_FOUND, message)


def _refused(message: str) -> ProviderError:
    return ProviderError(ProviderErrorCode.INVALID_REQUEST, message, retryable=False)
