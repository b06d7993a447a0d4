"""Prepares an operation: returns a subscription to be answered, or the answer to another one."""

from collections.abc import Mapping

from graphql import GraphQLError

from gateway.core.audit.record import refusal_record
from gateway.core.errors import ExpectedError, RateLimited
from gateway.core.graphql.context import Context
from gateway.core.graphql.execution import Executor, GraphQLOutcome, GraphQLRequest, refused
from gateway.core.graphql.subscriptions import Subscription, SubscriptionField, subscription_of
from gateway.streams.caller import Caller

Fields = Mapping[str, SubscriptionField]


def prepare(
    executor: Executor,
    fields: Fields,
    caller: Caller,
    request: GraphQLRequest,
    *,
    reads_only: bool,
) -> Subscription | GraphQLOutcome:
    """In a thread. Raises BadToken, and RateLimited, which is recorded."""
    context = caller.contexts()()
    try:
        return _prepared(executor, fields, context, request, reads_only=reads_only)
    except RateLimited as limited:
        refusal_record(user=context.user, address=context.address, outcome=limited.code)
        raise
    except (GraphQLError, ExpectedError) as error:
        return refused([GraphQLError(str(error), original_error=error)])


def _prepared(
    executor: Executor,
    fields: Fields,
    context: Context,
    request: GraphQLRequest,
    *,
    reads_only: bool,
) -> Subscription | GraphQLOutcome:
    prepared = executor.prepare(request, context)
    if isinstance(prepared, GraphQLOutcome):
        return prepared
    kind = prepared.operation.kind
    if kind == "subscription":
        if refusal := executor.refusal(prepared, context):
            return refusal
        return subscription_of(executor, prepared, fields)
    if kind == "mutation" and reads_only:
        return refused([GraphQLError("Send mutations by POST.")])
    return executor.execute(prepared, context)
