"""node(id:) of every type × every persona × own, foreign and absent."""

import pytest

from gateway.core.graphql import nodes
from tests.matrix.kinds import KINDS, sees
from tests.matrix.people import Who

NODE = "query ($id: ID!) { node(id: $id) { id } }"


def test_every_type_has_a_rule():
    assert KINDS.keys() - {"HostedRepository"} == nodes.registered().keys()


@pytest.fixture
def asked(world):
    """The answers that a persona gets for the ids of one account, by type."""

    def asked(who, ids):
        found = {}
        for kind in KINDS:
            answer = world.ask(who, NODE, id=ids[kind])
            found[kind] = None if answer["data"]["node"] is None else answer["data"]["node"]["id"]
            assert [error["extensions"]["code"] for error in answer["errors"]] == (
                ["UNAUTHENTICATED"] if who is Who.NOBODY else []
            )
        return found

    return asked


def test_every_type_by_everybody(world, asked):
    for who in Who:
        for account, seen_by in ((world.own, "own"), (world.foreign, "foreign")):
            expected = {
                name: account.ids[name] if sees(who, name, seen_by) else None for name in KINDS
            }
            assert asked(who, account.ids) == expected, (who, seen_by)
        assert asked(who, world.none) == dict.fromkeys(KINDS), who
