"""A request to data, errors and extensions: load, prepare, execute.

Execution is synchronous, and no resolver is async: what must wait for a cloud is prepared before
(see ``collect``), so that resolvers read stored rows only.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.conf import settings
from graphql import (
    DocumentNode,
    ExecutionContext,
    ExecutionResult,
    GraphQLError,
    GraphQLFormattedError,
    GraphQLSchema,
    execute,
)

from gateway.core.graphql.collect import Operation
from gateway.core.graphql.compiled import CompiledExecution, never_awaitable
from gateway.core.graphql.context import Context
from gateway.core.graphql.documents import chosen_operation, documents_of
from gateway.core.graphql.errors import format_error
from gateway.core.graphql.introspection import asks_for_schema_alone
from gateway.core.graphql.limits import fragments_of
from gateway.core.graphql.variables import values_of_variables
from gateway.core.time_limit import OutOfTime, time_limit

TIME_CODE = "TIME_LIMIT_EXCEEDED"
# Runs after validation and before the first resolver.
Preparer = Callable[[Operation, Context], None]
# Runs once before the first event of a subscription, and queries nothing.
Check = Callable[[Operation, Context], object]
# Runs before a document is parsed and validated that was not, or that is not kept.
Charge = Callable[[str, Context], None]


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    query: str
    variables: dict[str, Any] = field(default_factory=dict)
    operation_name: str | None = None


@dataclass(frozen=True, slots=True)
class GraphQLOutcome:
    """The answer. ``executed`` is False for a request error: nothing ran, so there is no data."""

    data: dict[str, Any] | None
    errors: list[GraphQLFormattedError]
    extensions: dict[str, Any]
    executed: bool
    introspection: bool = False  # the schema alone was asked for: the same for every caller

    @property
    def code(self) -> str:
        """The code of the first error; empty: there is none."""
        return str(self.errors[0]["extensions"]["code"]) if self.errors else ""

    def as_response(self) -> dict[str, Any]:
        """The response map of the GraphQL specification, section 7.1."""
        response: dict[str, Any] = {}
        if self.errors:
            response["errors"] = self.errors
        if self.executed:
            response["data"] = self.data
        if self.extensions:
            response["extensions"] = self.extensions
        return response


@dataclass(frozen=True, slots=True)
class Prepared:
    """A validated request, to be executed once or, for a subscription, for each event."""

    document: DocumentNode
    operation: Operation
    request: GraphQLRequest


class MutationByGet(Exception):
    """A mutation was sent by GET, which must change nothing."""


class Executor:
    """Runs requests against one schema. Safe to share between threads."""

    def __init__(
        self,
        schema: GraphQLSchema,
        *,
        before_reading: Charge | None = None,
        preparers: Sequence[Preparer] = (),
        before_streaming: Sequence[Check] = (),
    ) -> None:
        self._schema = schema
        self._before_reading = before_reading
        self._preparers = tuple(preparers)
        self._before_streaming = tuple(before_streaming)

    def run(
        self, request: GraphQLRequest, context: Context, *, read_only: bool = False
    ) -> GraphQLOutcome:
        """Raises MutationByGet when ``read_only`` and the operation is not a query.

        What ``before_reading`` raises is raised too, and what a preparer raises other than a
        GraphQLError.
        """
        prepared = self.prepare(request, context)
        if isinstance(prepared, GraphQLOutcome):
            return prepared
        if read_only and prepared.operation.kind != "query":
            raise MutationByGet
        if prepared.operation.kind == "subscription":
            return refused([GraphQLError("Subscriptions are served at /graphql/stream.")])
        return self.execute(prepared, context)

    def prepare(self, request: GraphQLRequest, context: Context) -> Prepared | GraphQLOutcome:
        """The validated operation that ``request`` names, or the answer that refuses it.

        What ``before_reading`` raises is raised.
        """
        charge = self._before_reading and partial(self._before_reading, request.query, context)
        loaded = load_operation(self._schema, request, before_reading=charge)
        if isinstance(loaded, list):
            return refused(loaded)
        return Prepared(*loaded, request)

    def refusal(self, prepared: Prepared, context: Context) -> GraphQLOutcome | None:
        """The answer that refuses a subscription before anything is asked for it, if one does."""
        try:
            for check in self._before_streaming:
                check(prepared.operation, context)
        except GraphQLError as error:
            return refused([error], context.extensions)
        return None

    def execute(self, prepared: Prepared, context: Context, root: Any = None) -> GraphQLOutcome:
        """``root``: the object that the operation's root fields are resolved on.

        What a preparer raises other than a GraphQLError is raised.
        """
        try:
            return self._execute(prepared, context, root)
        except OutOfTime:
            return _out_of_time(context)

    def _execute(self, prepared: Prepared, context: Context, root: Any) -> GraphQLOutcome:
        operation, request = prepared.operation, prepared.request
        try:
            for prepare in self._preparers:
                prepare(operation, context)
        except GraphQLError as error:
            return refused([error], context.extensions)
        with _time_limit(operation):
            result = execute(
                self._schema,
                prepared.document,
                root_value=root,
                context_value=context,
                variable_values=request.variables,
                operation_name=request.operation_name,
                execution_context_class=_execution_class(),
                is_awaitable=never_awaitable,
            )
        assert isinstance(result, ExecutionResult)  # noqa: S101 - nothing here is awaitable
        errors = [format_error(error) for error in result.errors or ()]
        return GraphQLOutcome(
            result.data,
            errors,
            context.extensions,
            executed=True,
            introspection=not errors and asks_for_schema_alone(operation),
        )


def load_operation(
    schema: GraphQLSchema,
    request: GraphQLRequest,
    *,
    before_reading: Callable[[], None] | None = None,
) -> tuple[DocumentNode, Operation] | list[GraphQLError]:
    """The validated operation that ``request`` names, with its variables, or its errors.

    ``before_reading``: as ``Documents.load`` takes it.
    """
    name = request.operation_name or None
    document = documents_of(schema).load(request.query, name, before_reading=before_reading)
    if isinstance(document, list):
        return document
    definition = chosen_operation(document, name)
    if isinstance(definition, GraphQLError):
        return [definition]
    variables = values_of_variables(schema, definition, request.variables)
    if isinstance(variables, list):
        return variables
    return document, Operation(schema, definition, fragments_of(document), variables)


def refused(errors: list[GraphQLError], extensions: dict[str, Any] | None = None) -> GraphQLOutcome:
    """The answer to an operation that is not executed."""
    formatted = [format_error(error) for error in errors]
    return GraphQLOutcome(None, formatted, extensions or {}, executed=False)


def _time_limit(operation: Operation) -> AbstractContextManager[None]:
    """For what only reads: a mutation has no part that could be left out."""
    is_read = operation.kind != "mutation"
    return time_limit(settings.REQUEST_SECONDS) if is_read else nullcontext()


def _out_of_time(context: Context) -> GraphQLOutcome:
    message = f"The query took longer than {settings.REQUEST_SECONDS:g} seconds; ask for less."
    error = GraphQLError(message, extensions={"code": TIME_CODE})
    return GraphQLOutcome(None, [format_error(error)], context.extensions, executed=True)


def _execution_class() -> type[ExecutionContext]:
    """Both give the same answers: docs/decisions/0004-compiled-execution.md."""
    return CompiledExecution if settings.GRAPHQL_COMPILED_EXECUTION else ExecutionContext
