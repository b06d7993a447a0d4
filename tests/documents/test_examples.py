"""The GraphQL examples of the pages: one operation each, valid, and answered."""

import pytest
from graphql import OperationDefinitionNode, parse, validate

from gateway.schema import schema
from tests.documents.reading import examples

pytestmark = pytest.mark.any_database

EXAMPLES = dict(examples("graphql"))


def test_there_are_examples():
    assert len(EXAMPLES) > 60


@pytest.mark.parametrize("place", EXAMPLES)
def test_an_example_is_one_valid_operation(place):
    document = parse(EXAMPLES[place])

    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    assert len(operations) == 1
    assert [error.message for error in validate(schema.graphql_schema, document)] == []
