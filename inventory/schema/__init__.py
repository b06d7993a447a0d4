"""The inventory's part of the schema. It extends types of lower apps when it is imported."""

from typing import Any

import graphene

from gateway.core.graphql.paging import MAX_FIRST
from inventory.schema import api_tokens, created, jobs, schedule_fields  # noqa: F401 - extend lower types
from inventory.schema.bulk import ManyMutations
from inventory.schema.changes import ChangeQuery
from inventory.schema.compute_query import ComputeQuery, ComputeType
from inventory.schema.connect import ProviderMutations
from inventory.schema.derived_actions import ActionMutations
from inventory.schema.explain import ExplainQuery
from inventory.schema.grants import GrantMutations
from inventory.schema.host import HostQuery
from inventory.schema.live_answers import prepare_live_fields
from inventory.schema.live_plans import live_fields
from inventory.schema.object_mutations import ObjectMutations
from inventory.schema.objects import LIVE
from inventory.schema.organizations import ASKING, OrganizationQuery
from inventory.schema.price_books import PriceBookMutations
from inventory.schema.providers import ProviderQuery
from inventory.schema.repositories import RepositoryQuery
from inventory.schema.repository_mutations import RepositoryMutations
from inventory.schema.schedules import MachineScheduleMutations
from inventory.schema.search import SearchQuery
from inventory.schema.table.derive import register_resources, resource_query, usual_lengths
from inventory.schema.table.subscriptions import (
    resource_subscription,
    subscription_fields,
)

register_resources()
SUBSCRIPTION_FIELDS = subscription_fields()
ResourceSubscription: Any = resource_subscription()
ResourceQuery: Any = resource_query()
# Types that no field names.
TYPES = (ComputeType,)
# How long lists are that take no ``first``, or may go without; others are taken for ten.
USUAL_LENGTHS = {
    ("Query", "repositories"): MAX_FIRST,
    ("User", "repositories"): MAX_FIRST,
    ("Community", "repositories"): MAX_FIRST,
    **usual_lengths(),
}


class Query(
    ProviderQuery,
    ResourceQuery,
    ChangeQuery,
    ComputeQuery,
    ExplainQuery,
    RepositoryQuery,
    OrganizationQuery,
    HostQuery,
    SearchQuery,
    graphene.ObjectType,
):
    pass


class Mutation(
    ProviderMutations,
    GrantMutations,
    PriceBookMutations,
    ActionMutations,
    ObjectMutations,
    ManyMutations,
    MachineScheduleMutations,
    RepositoryMutations,
    graphene.ObjectType,
):
    pass


class Subscription(ResourceSubscription, graphene.ObjectType):
    pass


def fields_that_ask() -> list[tuple[str, str]]:
    """Every field of a query that may ask clouds."""
    return [*live_fields(), *ASKING, *LIVE]


__all__ = [
    "SUBSCRIPTION_FIELDS",
    "TYPES",
    "USUAL_LENGTHS",
    "Mutation",
    "Query",
    "Subscription",
    "fields_that_ask",
    "live_fields",
    "prepare_live_fields",
]
