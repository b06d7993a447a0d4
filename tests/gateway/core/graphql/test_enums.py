from enum import Enum

import graphene
import pytest
from graphql import GraphQLEnumType

from gateway.core.graphql.enums import described_enum


class Light(Enum):
    RED = "red"
    GREEN = "green"


def built(meanings):
    light = described_enum(Light, name="Light", description="A light.", meanings=meanings)
    query = type("Query", (graphene.ObjectType,), {"light": light()})
    return graphene.Schema(query=query).graphql_schema.type_map["Light"]


def test_the_enum_and_each_value_is_described():
    found = built({Light.RED: "Stop.", Light.GREEN: "Go."})

    assert isinstance(found, GraphQLEnumType)
    assert found.description == "A light."
    assert {name: value.description for name, value in found.values.items()} == {
        "RED": "Stop.",
        "GREEN": "Go.",
    }


def test_no_value_goes_without_a_meaning():
    with pytest.raises(KeyError):
        built({Light.RED: "Stop."})
