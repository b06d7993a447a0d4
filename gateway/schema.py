"""The schema: the sum of the apps'. schema.graphql is its text; `make schema` writes it."""

import graphene

import inventory.schema
import jobs.schema
from gateway.core.accounts import schema as accounts
from gateway.core.graphql.execution import Executor
from gateway.core.graphql.nodes import NodeQuery
from gateway.core.graphql.permissions import require_login

# What can be asked without logging in.
PUBLIC = frozenset({"tokenAuth", "refreshToken", "verifyToken", "revokeToken"})


class Query(
    accounts.Query, inventory.schema.Query, jobs.schema.Query, NodeQuery, graphene.ObjectType
):
    """Everything that can be asked. What is live is asked of the clouds before it is answered."""


class Mutation(
    accounts.Mutation, inventory.schema.Mutation, jobs.schema.Mutation, graphene.ObjectType
):
    """Everything that can be changed. What changes a cloud answers with a job."""


schema = graphene.Schema(query=Query, mutation=Mutation, types=list(inventory.schema.TYPES))
require_login(schema.graphql_schema, public=PUBLIC)
executor = Executor(schema.graphql_schema, preparers=[inventory.schema.prepare_live_fields])
