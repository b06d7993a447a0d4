"""Both executors answer every operation alike: data, its order, errors, and their places."""

from random import Random

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from tests.gateway.core.graphql.compiled.both import both_answers, bounded, validated
from tests.gateway.core.graphql.compiled.nasty import SCHEMA
from tests.gateway.core.graphql.compiled.queries import operations

LEAF = "name colour number flag weight at key path"
EVERYTHING = f"""query ($unit: String = "m") {{ trees {{ ...all }} forest {{ ...all }} }}
    fragment all on Tree {{
    leaf {{ {LEAF} dear(of: "oak") measured(unit: $unit) }} strictLeaf {{ strict strictColour }}
    leaves {{ {LEAF} strict }} strictLeaves {{ {LEAF} }} strictTable {{ {LEAF} strictColour }}
    named {{ __typename name ... on Leaf {{ {LEAF} }} ... on Tree {{ table }} }}
    either {{ ... on Named {{ name strict }} }} eithers {{ __typename ... on Leaf {{ {LEAF} }} }}
    stone {{ name hardness }} again: stone {{ name hardness }} strictStone {{ strictHardness }}
    placed: stone {{ kind place }} stones {{ name strict hardness strictHardness kind place }}
    picky {{ name strict }} pickies {{ strict }} table colours raising refusing
    grove {{ {LEAF} strict }} strictGrove {{ {LEAF} strictColour }}
    quarry {{ name strict hardness strictHardness kind place }} same: quarry {{ name hardness }}
    tree {{ strictTree {{ name strictRaising }} }} }}"""


@pytest.mark.parametrize("unit", [{}, {"unit": None}], ids=["right", "wrong"])
def test_everything_at_once_is_answered_alike(unit):
    document = validated(SCHEMA, EVERYTHING)
    messages = set()

    for seed in range(40):
        stock, compiled = both_answers(
            SCHEMA,
            document,
            variables=unit,
            context=lambda seed=seed: [Random(seed)],  # noqa: S311 - no secret
        )

        messages |= {message for message, *_ in stock[1]}
        assert compiled == stock

    assert len(messages) > 30, messages


@pytest.mark.parametrize("field", ["grove", "strictGrove", "quarry", "stones", "leaves"])
def test_a_wrong_condition_in_a_list_is_an_error_of_each_item(field):
    """A variable with a default may be null, and a condition may not."""
    document = validated(
        SCHEMA,
        f"query ($given: Boolean = true) {{ forest {{ name {field} "
        f"{{ __typename name @include(if: $given) }} }} }}",
    )

    stock, compiled = both_answers(
        SCHEMA,
        document,
        variables={"given": None},
        context=lambda: [Random(1)],  # noqa: S311 - no secret
    )

    assert compiled == stock
    assert stock[1]
    assert all(isinstance(path[-1], int) for _, path, *_ in stock[1])


@pytest.mark.parametrize("kind", ["query", "mutation"])
def test_every_nasty_case_is_answered_alike(kind):
    @bounded
    @given(operations(SCHEMA, kind=kind), st.integers(0, 1000))
    def answered_alike(operation, seed):
        text, variables = operation
        document = validated(SCHEMA, text)
        assume(document is not None)

        stock, compiled = both_answers(
            SCHEMA,
            document,
            variables=variables,
            context=lambda: [Random(seed)],  # noqa: S311 - no secret
        )

        event(f"errors: {min(len(stock[1]), 5)}, data: {stock[0] != 'None'}")
        assert compiled == stock

    answered_alike()
