"""The schema: the sum of the apps'. schema.graphql is its text; `make schema` writes it."""

import graphene

import inventory.schema
import jobs.schema
from gateway.core.accounts import schema as accounts
from gateway.core.audit import schema as audits
from gateway.core.graphql.argument_limits import ArgumentLimits
from gateway.core.graphql.audited import audit
from gateway.core.graphql.budget import CostLimit, charge_reading
from gateway.core.graphql.cost import LIVE_POINTS, Weights
from gateway.core.graphql.execution import Executor
from gateway.core.graphql.extend import check_sum
from gateway.core.graphql.mutation import takes_api_token
from gateway.core.graphql.nodes import NodeQuery
from gateway.core.graphql.permissions import require_login
from gateway.core.webhooks import schema as webhooks

# The root fields that need no login.
PUBLIC = frozenset({"tokenAuth", "refreshToken", "verifyToken", "revokeToken"})
# Mutations for API tokens that are no subclass of Mutation, and so cannot set takes_api_token.
WITH_API_TOKEN = frozenset({"createRepository"})


class Query(
    accounts.Query,
    audits.Query,
    inventory.schema.Query,
    jobs.schema.Query,
    webhooks.Query,
    NodeQuery,
    graphene.ObjectType,
):
    """All queries. Live fields ask the clouds before they answer."""


class Mutation(
    accounts.Mutation,
    inventory.schema.Mutation,
    jobs.schema.Mutation,
    webhooks.Mutation,
    graphene.ObjectType,
):
    """All mutations. A mutation that changes a cloud answers with a job."""


class Subscription(inventory.schema.Subscription, jobs.schema.Subscription, graphene.ObjectType):
    """All subscriptions, as server-sent events at /graphql/stream."""


for _sum in (Query, Mutation, Subscription):
    check_sum(_sum)
SUBSCRIPTION_FIELDS = {**inventory.schema.SUBSCRIPTION_FIELDS, **jobs.schema.FIELDS}
schema = graphene.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=list(inventory.schema.TYPES),
)
# What an API token of the scope OPERATE can do; all other mutations take a session.
OPERATE = WITH_API_TOKEN | takes_api_token(Mutation)
require_login(schema.graphql_schema, public=PUBLIC, operate=OPERATE)
audit(schema.graphql_schema)
ASKING = (*inventory.schema.fields_that_ask(), ("Query", "explain"))
cost_limit = CostLimit(
    Weights(
        points=dict.fromkeys(ASKING, LIVE_POINTS),
        lengths=inventory.schema.USUAL_LENGTHS,
    )
)
# The first operation of an export asks clouds and has no rows; the pages after it ask none.
export_cost_limit = CostLimit(
    Weights(
        points={one: LIVE_POINTS for one in ASKING if one[0] == "Query"},
        lengths=inventory.schema.USUAL_LENGTHS,
    )
)
argument_limits = ArgumentLimits(unbounded=[("Query", "explain")])  # it takes a query's text
executor = Executor(
    schema.graphql_schema,
    before_reading=charge_reading,
    preparers=[
        cost_limit,
        argument_limits,
        inventory.schema.prepare_live_fields,
    ],
    before_streaming=[cost_limit.check, argument_limits],
)
export_executor = Executor(
    schema.graphql_schema,
    before_reading=charge_reading,
    preparers=[
        export_cost_limit,
        argument_limits,
        inventory.schema.prepare_live_fields,
    ],
)
