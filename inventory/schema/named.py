"""What a mutation names by its global id, if the user may change it."""

from gateway.core.errors import NotFound
from gateway.core.graphql.context import Context
from gateway.core.ids import local_id
from inventory import models
from inventory.access import Role, require_role
from inventory.selectors.containers import container_get
from inventory.selectors.machines import machine_get
from inventory.selectors.providers import provider_get


def machine_named(context: Context, value: str) -> models.VirtualMachine:
    """The stored machine with this id, its provider and source loaded.

    Raises NotFound, InvalidInput, or Forbidden for who is not OPERATOR of its provider.
    """
    machine = machine_get(user=context.user, local_id=local_id(value, of="VirtualMachine"))
    if machine is None:
        raise NotFound("There is no machine with this id.", field="id")
    require_role(context.user, Role.OPERATOR, machine.provider)
    return machine


def container_named(context: Context, value: str) -> models.Container:
    """The stored container with this id, as ``machine_named``."""
    container = container_get(user=context.user, local_id=local_id(value, of="Container"))
    if container is None:
        raise NotFound("There is no container with this id.", field="id")
    require_role(context.user, Role.OPERATOR, container.provider)
    return container


def provider_named(
    context: Context, value: str, role: Role, *, field: str = "id"
) -> models.Provider:
    """The provider with this id. Raises NotFound, InvalidInput, or Forbidden without ``role``."""
    public_id = local_id(value, of="Provider", field=field)
    provider = provider_get(user=context.user, public_id=public_id)
    if provider is None:
        raise NotFound("There is no provider with this id.", field=field)
    require_role(context.user, role, provider)
    return provider
