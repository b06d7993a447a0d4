"""Each GraphQL example is answered. It fails only if it names an object that does not exist."""

import re
import socket
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from graphql import OperationType, get_operation_ast, parse, print_ast

from gateway.core.http import lookups
from tests.client import GraphQLClient, token_of
from tests.documents.reading import examples
from tests.inventory.factories import make_simulator

# All examples share a database: clouds are read in threads, so each test would have to empty it.
pytestmark = pytest.mark.django_db(transaction=True)

# Ids, certificates and passwords are written as "…"; a second example creates what another one has.
EXPECTED = {"NOT_FOUND", "INVALID_CREDENTIALS", "UNAUTHENTICATED", "CONFLICT"}
ELSEWHERE = {"UNREACHABLE"}  # the test resolves no name, so a question to GitHub fails
LEFT_OUT = re.compile(r"…' is not an id|is no certificate in PEM|CREDENTIAL_REFERENCES")
VALUES = {
    "String": "…",
    "ID": "…",
    "Int": 1,
    "DateTime": (datetime.now(UTC) - timedelta(days=1)).isoformat(),
}
OPERATIONS = {place: get_operation_ast(parse(text)) for place, text in examples("graphql")}


def answered(client, kind):
    """The place and answer of each example of a kind of operation."""
    texts = dict(examples("graphql"))
    for place, operation in OPERATIONS.items():
        if operation.operation is kind:
            yield place, client.post(texts[place], dict(variables_of(operation)))


def variables_of(operation):
    """A value for each variable that must have one."""
    for one in operation.variable_definitions:
        if (written := print_ast(one.type)).endswith("!"):
            yield one.variable.name.value, VALUES[written.strip("[]!")]


def problems(answer):
    """The errors of an answer and of its payloads that an example does not explain."""
    found = list(answer.get("errors", ()))
    for payload in (answer.get("data") or {}).values():
        if isinstance(payload, dict):
            found += payload.get("errors") or ()
    for error in found:
        code = error.get("extensions", error).get("code")
        if code not in EXPECTED | ELSEWHERE and not LEFT_OUT.search(error["message"]):
            yield error


@pytest.fixture
def client(monkeypatch):
    def unresolved(host, _port):
        raise socket.gaierror(socket.EAI_NONAME, f"{host} is not resolved in tests")

    monkeypatch.setattr(lookups, "_look_up", unresolved)
    user = User.objects.create_superuser("ada")
    make_simulator(user, name="Demo")
    return GraphQLClient(token_of(user))


def test_the_examples_are_answered(client):
    answers = {}
    for kind in (OperationType.QUERY, OperationType.MUTATION):  # connected accounts are not asked
        answers |= answered(client, kind)

    wrong = {place: found for place, answer in answers.items() if (found := [*problems(answer)])}
    assert wrong == {}
    assert len([place for place, answer in answers.items() if "errors" not in str(answer)]) > 20
