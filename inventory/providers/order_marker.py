"""Telling what an earlier attempt at the same order has made from what only has its name."""

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.types import ContainerRecord, NewContainer

MARKER_TAG = "gateway-job"  # its value is the order's client token


def tagged(_name: str, mark: str) -> str:
    """The clause that identifies an order's product: see ``ProviderKind.order_trace``."""
    return f"it has the tag {MARKER_TAG}={mark}"


def made_by(order: NewContainer, found: ContainerRecord) -> ContainerRecord:
    """The container with the order's name, if this very order made it: it has the order's mark.

    Raises ProviderError if another order, or somebody else, made it.
    """
    mark = {(key, value) for key, value in order.labels if value == order.client_token}
    if mark and mark <= set(found.labels):
        return found
    message = f"There is a container {order.name!r} already. Remove it, or choose another name."
    raise ProviderError(ProviderErrorCode.CONFLICT, message, retryable=False)
