"""Lists of objects whose leaves are of every kind of value are answered as the stock executor does.

A column passes if its values are all of the usual type, so each list is also tried with one value
that is not.
"""

from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum, StrEnum
from types import SimpleNamespace

import graphene
import pytest
from graphql.pyutils import Undefined

from tests.gateway.core.graphql.compiled.both import both_answers, validated


class Word(StrEnum):
    UP = "UP"
    DOWN = "DOWN"


class Text(str):
    __slots__ = ()


class Number(int):
    __slots__ = ()


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Leaves(graphene.ObjectType):
    text = graphene.String()
    key = graphene.ID()
    flag = graphene.Boolean()
    number = graphene.Int()
    weight = graphene.Float()
    at = graphene.DateTime()
    word = graphene.Enum.from_enum(Word)()
    colour = graphene.Enum.from_enum(Colour)()
    texts = graphene.List(graphene.String)


class StrictLeaves(graphene.ObjectType):
    text = graphene.NonNull(graphene.String)
    key = graphene.NonNull(graphene.ID)
    flag = graphene.NonNull(graphene.Boolean)
    number = graphene.NonNull(graphene.Int)
    weight = graphene.NonNull(graphene.Float)
    at = graphene.NonNull(graphene.DateTime)
    word = graphene.NonNull(graphene.Enum.from_enum(Word, name="StrictWord"))
    colour = graphene.NonNull(graphene.Enum.from_enum(Colour, name="StrictColour"))
    texts = graphene.NonNull(graphene.List(graphene.NonNull(graphene.String)))


class Query(graphene.ObjectType):
    rows = graphene.List(Leaves)
    strict = graphene.List(StrictLeaves)

    @staticmethod
    def resolve_rows(_root, info):
        return list(info.context)

    resolve_strict = resolve_rows


SCHEMA = graphene.Schema(query=Query).graphql_schema
NOON = datetime(2026, 2, 3, 12, tzinfo=UTC)
USUAL = {
    "text": ["a", "b", ""],
    "key": ["a", "7"],
    "flag": [True, False],
    "number": [0, -(2**31), 2**31 - 1],
    "weight": [0.5, 1.0],
    "at": [NOON, NOON + timedelta(microseconds=1)],
    "word": ["UP", "DOWN"],
    "colour": ["red", "blue"],
    "texts": [["a"], [], ["b", "c"]],
}
ODD = [
    None,
    "",
    "UP",
    "nonsense",
    Text("UP"),
    Word.UP,
    Colour.RED,
    True,
    0,
    1,
    2**31,
    -(2**31) - 1,
    Number(5),
    1.0,
    1.5,
    float("nan"),
    b"bytes",
    NOON.replace(tzinfo=None),
    NOON.astimezone(timezone(timedelta(hours=2))),
    date(2026, 2, 3),
    [None],
    [1],
    ("a",),
    {"a": 1},
    ValueError("It is one."),
    Undefined,
    object,
]


def answers(field, values):
    objects = [SimpleNamespace(**{field: value}) for value in values]
    document = validated(SCHEMA, f"{{ rows {{ {field} }} strict {{ {field} }} }}")
    return both_answers(SCHEMA, document, variables={}, context=lambda: objects)


@pytest.mark.parametrize("field", USUAL)
def test_usual_values_are_answered_alike(field):
    stock, compiled = answers(field, USUAL[field] * 8)

    assert compiled == stock
    assert not stock[1]


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("field", USUAL)
def test_one_odd_value_is_answered_alike(field, odd):
    stock, compiled = answers(field, [*USUAL[field] * 8, odd])

    assert compiled == stock


@pytest.mark.parametrize("field", USUAL)
@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_odd_values_alone_are_answered_alike(field, odd):
    stock, compiled = answers(field, [odd] * 9)

    assert compiled == stock
