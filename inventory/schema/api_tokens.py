"""The inventory's field of an API token: the providers that it is limited to."""

from typing import Any

import graphene

from gateway.core.accounts.schema.api_tokens import ApiToken
from gateway.core.graphql.extend import extend
from inventory.access import visible_providers
from inventory.schema.providers import Provider


def resolve_providers(token: Any, info: Any) -> Any:
    if token.providers is None:
        return None
    return visible_providers(info.context.user).filter(scope__in=token.providers).order_by("name")


extend(
    ApiToken,
    providers=graphene.List(
        graphene.NonNull(Provider),
        description="The providers that it is limited to, as far as they are still there for you; "
        "null: it is not limited.",
        resolver=resolve_providers,
    ),
)
