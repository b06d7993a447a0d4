"""Query text to a parsed and validated document, which is cached.

Parsing and validating a query of forty lines takes milliseconds, and a look-up microseconds.
Dashboards and scripts send the same few texts again and again. Only valid documents are cached.

A request names one operation of the document: the limits apply to it, and the other operations are
validated only as far as that is cheap (``gateway.core.graphql.limits``).
"""

from collections.abc import Callable
from functools import cache

from django.conf import settings
from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    parse,
    recommended_rules,
    specified_rules,
    validate,
)

from gateway.core.bounded import BoundedCache
from gateway.core.graphql.limits import fragments_of, limit_errors, part_to_validate
from gateway.core.graphql.text import NoNulRule
from gateway.core.ids import shown

MOST_KEPT = 100_000  # tokens of all kept documents together: about 60 MB, at 600 bytes a token
CHARACTERS_OF_A_TOKEN = 150  # what the kept text of a document weighs, at 4 bytes a character
LONGEST_KEPT = 20_000  # characters
REPORTED_ERRORS = 20
# A list of rules given to graphql-core replaces its own, so these are named too.
RULES: tuple[type[ASTValidationRule], ...] = (NoNulRule, *specified_rules, *recommended_rules)


@cache
def documents_of(schema: GraphQLSchema) -> "Documents":
    """The documents of ``schema``, one collection for all that read its queries."""
    return Documents(schema)


class Documents:
    """The documents of one schema. Safe to share between threads."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._kept: BoundedCache[tuple[str, str | None], DocumentNode] = BoundedCache(MOST_KEPT)

    def load(
        self,
        text: str,
        operation_name: str | None = None,
        *,
        before_reading: Callable[[], None] | None = None,
    ) -> DocumentNode | list[GraphQLError]:
        """The document, with the operation that is asked for, or what is wrong with it.

        ``before_reading`` is called when it is not kept, before it is parsed; what that raises is
        raised.
        """
        if (kept := self._kept.get((text, operation_name))) is not None:
            return kept
        if before_reading is not None:
            before_reading()
        try:
            document = parse(text, max_tokens=settings.GRAPHQL_LIMITS["tokens"])
        except GraphQLError as error:
            return [error]
        chosen = chosen_operation(document, operation_name)
        if isinstance(chosen, GraphQLError):
            return [chosen]
        if errors := limit_errors(chosen, fragments_of(document)):
            return errors
        weight = _tokens_of(document) + len(text) // CHARACTERS_OF_A_TOKEN
        document = part_to_validate(document, chosen)
        if errors := validate(self._schema, document, _rules(), max_errors=REPORTED_ERRORS):
            return errors
        if len(text) <= LONGEST_KEPT:
            self._kept.keep((text, operation_name), document, weight=weight)
        return document


def _tokens_of(document: DocumentNode) -> int:
    """How many tokens the document has. Its nodes keep all of them, ignored ones too."""
    token, count = document.loc.start_token if document.loc else None, 0
    while token is not None:
        token, count = token.next, count + 1
    return count


def chosen_operation(
    document: DocumentNode, name: str | None
) -> OperationDefinitionNode | GraphQLError:
    """The operation to run, by the specification's GetOperation (section 6.1)."""
    operations = [
        node for node in document.definitions if isinstance(node, OperationDefinitionNode)
    ]
    if name:
        for node in operations:
            if node.name is not None and node.name.value == name:
                return node
        return GraphQLError(f"Unknown operation named {shown(name)}.")
    if len(operations) == 1:
        return operations[0]
    if operations:
        return GraphQLError("Name one of the document's operations in operationName.")
    return GraphQLError("The document holds no operation.")


def _rules() -> tuple[type[ASTValidationRule], ...]:
    if settings.GRAPHQL_INTROSPECTION:
        return RULES
    return (NoSchemaIntrospectionCustomRule, *RULES)  # __typename stays: clients live by it
