"""Query text to a parsed and validated document, kept for the next time it is asked.

Parsing and validating a query of forty lines costs milliseconds, looking it up microseconds, and
dashboards and scripts send the same few texts for ever. Only valid documents are kept.
"""

from functools import cache
from threading import Lock

from django.conf import settings
from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    parse,
    recommended_rules,
    specified_rules,
    validate,
)

from gateway.core.graphql.limits import limit_errors
from gateway.core.graphql.text import NoNulRule

KEPT_DOCUMENTS = 500
LONGEST_KEPT = 20_000  # characters; 500 documents of this size are some tens of megabytes
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
        self._kept: dict[str, DocumentNode] = {}
        self._lock = Lock()

    def load(self, text: str) -> DocumentNode | list[GraphQLError]:
        """The document, or what is wrong with it."""
        if (kept := self._kept.get(text)) is not None:
            return kept
        try:
            document = parse(text, max_tokens=settings.GRAPHQL_LIMITS["tokens"])
        except GraphQLError as error:
            return [error]
        errors = limit_errors(document) or validate(
            self._schema, document, _rules(), max_errors=REPORTED_ERRORS
        )
        if errors:
            return errors
        self._keep(text, document)
        return document

    def _keep(self, text: str, document: DocumentNode) -> None:
        if len(text) > LONGEST_KEPT:
            return
        with self._lock:
            while len(self._kept) >= KEPT_DOCUMENTS:
                self._kept.pop(next(iter(self._kept)))  # the oldest: dicts keep their order
            self._kept[text] = document


def _rules() -> tuple[type[ASTValidationRule], ...]:
    if settings.GRAPHQL_INTROSPECTION:
        return RULES
    return (NoSchemaIntrospectionCustomRule, *RULES)  # __typename stays: clients live by it
