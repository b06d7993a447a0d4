"""Price books: the prices that a provider's admins have written down."""

from typing import Any

import graphene

from gateway.core.accounts.schema.types import User
from gateway.core.graphql.context import Context
from gateway.core.graphql.extend import extend
from gateway.core.graphql.mutation import root_fields
from inventory import models
from inventory.access import Role
from inventory.schema.connect import ProviderMutation
from inventory.schema.grants import resolve_viewer_role
from inventory.schema.named import provider_named
from inventory.schema.providers import Provider
from inventory.selectors.providers import price_books_of, provider_get
from inventory.services.price_books import price_book_set


class PriceBook(graphene.ObjectType):
    """The price book of a provider, which its admins write in YAML."""

    text = graphene.String(required=True, description="The document; docs/prices.md has its keys.")
    set_at = graphene.DateTime(required=True, description="When it was set.")
    set_by = graphene.Field(
        User, description="The user who set it; null: a command, or a user who is gone."
    )


class SetPriceBook(ProviderMutation):
    """Set the price book of a provider, in YAML. It replaces the earlier one. For ADMINs.

    Its prices take precedence over list prices, and it can discount those. All objects of the
    provider are priced again before this answers. docs/prices.md has the keys and an example.
    """

    class Input:
        provider = graphene.ID(required=True, description="The provider.")
        text = graphene.String(
            required=True,
            description="The document, at most 32,768 characters; an empty one removes the price "
            "book. An error names the line.",
        )

    repriced = graphene.Int(description="How many objects have another price or cost now.")

    @classmethod
    def perform(cls, context: Context, *, provider: str, text: str) -> Any:
        named = provider_named(context, provider, Role.ADMIN)
        repriced = price_book_set(provider=named, text=text, by=context.user)
        shown = provider_get(user=context.user, public_id=str(named.public_id))
        return cls(provider=shown, repriced=repriced)


class Books(dict[int, Any]):
    """The price books that one operation has looked up, by provider."""


def resolve_price_book(provider: models.Provider, info: Any) -> Any:
    """None for a user who is not ADMIN: they may not see an account's terms."""
    if resolve_viewer_role(provider, info) is not Role.ADMIN:
        return None
    books = info.context.of(Books)
    if provider.pk not in books:
        peers = vars(provider).get("peers") or [provider]
        books.update(price_books_of(peers))
    return books[provider.pk]


extend(
    Provider,
    price_book=graphene.Field(
        PriceBook,
        description="Its price book. Null if there is none, and unless you are an ADMIN of it.",
        resolver=resolve_price_book,
    ),
)
PriceBookMutations: Any = root_fields("PriceBookMutations", SetPriceBook)
