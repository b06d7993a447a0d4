import graphene
import pytest

from gateway.core.graphql import nodes
from gateway.core.graphql.context import Context
from gateway.core.graphql.execution import Executor, GraphQLRequest
from gateway.core.ids import global_id


class BoatRow:
    def __init__(self, key, owner):
        self.key, self.owner, self.name = key, owner, f"boat {key}"


class Boat(graphene.ObjectType):
    class Meta:
        interfaces = (nodes.Node,)

    name = graphene.String()

    @staticmethod
    def resolve_id(row, _info):
        return global_id("Boat", row.key)


ROWS = {"1": BoatRow("1", "ann"), "2": BoatRow("2", "bob")}


def load_boat(user, local_id):
    row = ROWS.get(local_id)
    return row if row is not None and row.owner == user else None


@pytest.fixture
def ask(monkeypatch):
    monkeypatch.setattr(nodes, "_by_name", {})
    monkeypatch.setattr(nodes, "_by_model", {})
    nodes.register(Boat, model=BoatRow, load=load_boat)
    executor = Executor(graphene.Schema(query=nodes.NodeQuery, types=[Boat]).graphql_schema)
    query = "query ($id: ID!) { node(id: $id) { __typename id ... on Boat { name } } }"
    return lambda value: executor.run(GraphQLRequest(query, {"id": value}), Context(user="ann"))


def test_an_object_by_its_id(ask):
    outcome = ask(global_id("Boat", "1"))

    assert outcome.errors == []
    assert outcome.data == {
        "node": {"__typename": "Boat", "id": global_id("Boat", "1"), "name": "boat 1"}
    }


def test_what_is_anothers_is_answered_as_what_is_absent(ask):
    forbidden, absent = ask(global_id("Boat", "2")), ask(global_id("Boat", "3"))

    assert forbidden == absent
    assert (absent.data, absent.errors) == ({"node": None}, [])


@pytest.mark.parametrize(
    "value", ["", "x", "1", global_id("Ship", "1"), global_id("Boat", ""), "é"]
)
def test_what_is_no_id_of_ours(ask, value):
    outcome = ask(value)

    assert outcome.data == {"node": None}
    (error,) = outcome.errors
    assert error["extensions"] == {"code": "INVALID", "field": "id"}
    assert "is not an id of this gateway" in error["message"]


def test_what_is_registered_can_be_listed(ask):
    assert nodes.registered().keys() == {"Boat"}
    assert nodes.registered()["Boat"].model is BoatRow


def test_a_row_names_its_type(ask):
    assert nodes.type_of(ROWS["1"]) is Boat
