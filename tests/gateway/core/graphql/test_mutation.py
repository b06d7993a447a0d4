import graphene
import pytest

from gateway.core.errors import Conflict, InvalidInput
from gateway.core.graphql.context import Context
from gateway.core.graphql.execution import Executor, GraphQLRequest
from gateway.core.graphql.mutation import Mutation


class RenameBoat(Mutation):
    """Give a boat another name."""

    name = graphene.String()

    class Input:
        name = graphene.String(required=True)
        by_force = graphene.Boolean()

    @classmethod
    def perform(cls, context, *, name, by_force=False):
        if not name:
            raise InvalidInput("A boat needs a name.", field="name")
        if name == "Titanic" and not by_force:
            raise Conflict(f"{context.user} has one already.")
        if name == "crash":
            raise RuntimeError("the password is swordfish")
        return cls(name=name)


class Root(graphene.ObjectType):
    rename_boat = RenameBoat.Field()


class Query(graphene.ObjectType):
    a = graphene.String()


SCHEMA = graphene.Schema(query=Query, mutation=Root)


@pytest.fixture
def rename():
    executor = Executor(SCHEMA.graphql_schema)
    query = """mutation ($input: RenameBoatInput!) { renameBoat(input: $input) {
        name errors { field code message } } }"""

    def rename(**given):
        return executor.run(GraphQLRequest(query, {"input": given}), Context(user="ann"))

    return rename


def test_the_names_follow_from_the_class():
    text = str(SCHEMA)

    assert "renameBoat(\n" in text
    assert "input: RenameBoatInput!" in text
    assert "): RenameBoatPayload" in text
    assert "input RenameBoatInput {\n  name: String!\n  byForce: Boolean\n}" in text
    assert "Give a boat another name." in text
    assert "errors: [MutationError!]!" in text


def test_success_has_no_errors(rename):
    outcome = rename(name="Nautilus")

    assert outcome.errors == []
    assert outcome.data == {"renameBoat": {"name": "Nautilus", "errors": []}}


def test_input_reaches_perform(rename):
    assert rename(name="Titanic", byForce=True).data["renameBoat"]["name"] == "Titanic"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", {"field": "name", "code": "INVALID", "message": "A boat needs a name."}),
        ("Titanic", {"field": None, "code": "CONFLICT", "message": "ann has one already."}),
    ],
)
def test_an_expected_failure_is_told_in_the_payload(rename, name, error):
    outcome = rename(name=name)

    assert outcome.errors == []
    assert outcome.data == {"renameBoat": {"name": None, "errors": [error]}}


def test_a_fault_is_told_at_top_level_and_masked(rename):
    outcome = rename(name="crash")

    assert outcome.data == {"renameBoat": None}
    (error,) = outcome.errors
    assert error["extensions"] == {"code": "INTERNAL"}
    assert "swordfish" not in str(outcome)
