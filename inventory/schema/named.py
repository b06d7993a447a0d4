"""Objects that an operation names by their global ids, if the user may see or change them."""

from collections.abc import Collection, Sequence
from typing import Any

from gateway.core.errors import InvalidInput, NotFound
from gateway.core.graphql.context import Context
from gateway.core.ids import local_id, split_id
from inventory import models
from inventory.access import Role, require_role
from inventory.operations.actions import TargetType
from inventory.resources import type_names
from inventory.selectors.ids import CloudId, catalog_id, rows_with_cloud_id
from inventory.selectors.past_sources import past_provider_ids
from inventory.selectors.providers import provider_get, providers_get

NO_PROVIDER = "There is no provider with this id."
OBJECT_TYPES = type_names()


def target_named(
    context: Context, target_type: TargetType, value: str, *, field: str = "id"
) -> Any:
    """The stored object of ``target_type`` with this id, its provider and source loaded.

    Raises NotFound, InvalidInput, or Forbidden for a user who is not OPERATOR of its provider.
    """
    local = local_id(value, of=target_type.type_name, field=field)
    rows = rows_with_cloud_id(target_type.visible(context.user), local)
    row = rows.select_related("source__provider", "provider").first()
    if row is None:
        raise NotFound(f"There is no {target_type.noun} with this id.", field=field)
    require_role(context.user, Role.OPERATOR, row.provider)
    return row


def provider_named(
    context: Context, value: str, role: Role, *, field: str = "id"
) -> models.Provider:
    """The provider with this id. Raises NotFound, InvalidInput, or Forbidden without ``role``."""
    public_id = local_id(value, of="Provider", field=field)
    provider = provider_get(user=context.user, public_id=public_id)
    if provider is None:
        raise NotFound(NO_PROVIDER, field=field)
    require_role(context.user, role, provider)
    return provider


def provider_ids_named(
    user: Any, values: Collection[str], *, field: str, past: bool = False
) -> list[str]:
    """The public ids of the providers with these ids, for a filter.

    Raises InvalidInput for the id of another type, and NotFound unless ``user`` may see every one
    of them: a filter by an unknown provider would pass an empty list for a complete answer.
    ``past``: disconnected ones have ids, too.
    """
    named = list(dict.fromkeys(local_id(value, of="Provider", field=field) for value in values))
    found = {*providers_get(user=user, public_ids=named)}
    if past:
        found |= past_provider_ids(user=user, public_ids=named)
    if any(public_id not in found for public_id in named):
        raise NotFound(NO_PROVIDER, field=field)
    return named


def check_cloud_ids(user: Any, values: Collection[str] | None, *, of: str, field: str) -> None:
    """Raises NotFound for the global id of an ``of`` at a provider that ``user`` may not see.

    Other texts are the cloud's own ids. They may name an object that the catalogue has no more.
    """
    ids = [catalog_id(value, of=of) for value in values or ()]
    public_ids = {one.provider for one in ids if isinstance(one, CloudId)}
    if public_ids and public_ids - providers_get(user=user, public_ids=public_ids).keys():
        raise NotFound(f"There is no {of.lower()} with this id.", field=field)


def catalog_ids_named(
    values: Sequence[str] | None, *, of: str, field: str
) -> list[CloudId | str] | None:
    """The parts of each global id of an ``of``; the other texts, the cloud's own ids, as they are.

    Raises InvalidInput for the global id of another type of objects.
    """
    if values is None:
        return None
    found = [catalog_id(value, of=of) for value in values]
    for one in found:
        parts = split_id(one) if isinstance(one, str) else None
        if parts and parts[0] in OBJECT_TYPES:
            raise InvalidInput(f"{one!r} is the id of no {of}.", field=field)
    return found
