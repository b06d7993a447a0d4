import graphene
import pytest

from gateway.core.graphql.extend import check_sum, extend


def make_boat():
    class Boat(graphene.ObjectType):
        name = graphene.String()

    return Boat


def test_a_type_gets_a_field_with_its_own_resolver():
    boat_type = make_boat()

    extend(
        boat_type,
        crew_size=graphene.Int(
            at_sea=graphene.Boolean(default_value=False),
            resolver=lambda row, _info, at_sea: row["crew"] if at_sea else 0,
        ),
    )

    class Query(graphene.ObjectType):
        boat = graphene.Field(boat_type, resolver=lambda *_: {"name": "Nautilus", "crew": 3})

    result = graphene.Schema(query=Query).execute(
        "{ boat { name crewSize ashore: crewSize } other: boat { crewSize(atSea: true) } }"
    )
    assert result.errors is None
    assert result.data == {
        "boat": {"name": "Nautilus", "crewSize": 0, "ashore": 0},
        "other": {"crewSize": 3},
    }


def test_a_field_that_is_there_stays_as_it_is():
    boat = make_boat()

    with pytest.raises(ValueError, match="Boat already has name"):
        extend(boat, name=graphene.Int(), extra=graphene.Int())

    assert boat._meta.fields.keys() == {"name"}


def test_two_extensions_do_not_fight():
    boat = make_boat()
    extend(boat, crew=graphene.Int())

    with pytest.raises(ValueError, match="crew"):
        extend(boat, crew=graphene.Int())


def test_no_part_of_a_sum_hides_a_field_of_another():
    class Boats(graphene.ObjectType):
        boat, crew = graphene.Int(), graphene.Int()

    class Harbours(graphene.ObjectType):
        boat = graphene.Int()

    class Docks(Harbours, graphene.ObjectType):
        pass

    class Query(Docks, Boats, graphene.ObjectType):
        pass

    check_sum(Docks)
    with pytest.raises(ValueError, match="Query: Docks and Boats both have boat"):
        check_sum(Query)
    with pytest.raises(ValueError, match="both have boat"):
        check_sum(type("Deep", (Query, graphene.ObjectType), {}))
