"""Every root field of Query × every persona × own, foreign and absent."""

import json
import re

import pytest
from django.utils import timezone

from gateway.core.accounts.credential import Credential, Scope
from gateway.schema import schema
from tests.inventory.resources.names import LISTED, plural
from tests.matrix.kinds import KINDS, sees
from tests.matrix.people import Who
from tests.matrix.query_rules import QUERIES


def test_every_field_has_a_rule():
    changed = QUERIES.keys() ^ schema.graphql_schema.query_type.fields.keys()
    assert not changed, "Say in tests/matrix/query_rules.py who sees what they show."


@pytest.fixture
def answered(world):
    """The answer to a persona, in which the objects of one account are named."""

    def answered(who, asked, account):
        ids = {"own": world.own.ids, "foreign": world.foreign.ids, "none": world.none}[account]
        values = ids | {"account": account}
        query = re.sub(r"§(\w+)§", lambda found: values[found[1]], asked.query)
        return world.ask(who, f"{{ {query} }}")

    return answered


def test_every_field_by_everybody(world, answered):
    """All are in one test, because making the world takes longer than asking it."""
    for name, cases in QUERIES.items():
        for asked in cases:
            for who in Who:
                for account in ("own", "foreign", "none") if asked.names else ("none",):
                    answer = answered(who, asked, account)
                    where = (name, asked.query, who, account)
                    if who not in asked.who:
                        code = "UNAUTHENTICATED" if who is Who.NOBODY else "FORBIDDEN"
                        assert_refused(answer, name, code, where)
                        continue
                    if asked.absent and not sees_named(who, asked, account):
                        (error,) = answer["errors"]
                        assert error["extensions"]["code"] == asked.absent, where
                        continue
                    assert answer["errors"] == [], where
                    assert_counts(answer["data"], where)
                    assert shown(world, answer) == expected(world, who, asked, account), where
                if asked.names and not any(sees(who, kind, "foreign") for kind in asked.shows):
                    assert answered(who, asked, "foreign") == answered(who, asked, "none")


def test_aggregates_count_what_lists_show(world):
    """This includes an API token that is limited to some providers."""
    for resource in LISTED:
        name = plural(resource)
        query = f"""{{ list: {name}(maxAge: 3600) {{ totalCount }}
            {name}Aggregate(maxAge: 3600, groupBy: [{{field: REGION}}]) {{
                totals {{ count }} groups {{ measures {{ count }} }} }} }}"""
        seen = {}
        for who in Who:
            for limit in (None, Credential("api_token", "1", Scope.READ, frozenset({"none"}))):
                data = world.ask(who, query, credential=limit)["data"]
                if who is Who.NOBODY:
                    assert not any(data.values())
                    continue
                count = data["list"]["totalCount"]
                found = data[f"{name}Aggregate"]
                assert found["totals"]["count"] == count, (name, who, limit)
                assert sum(one["measures"]["count"] for one in found["groups"]) == count
                seen[who, limit is not None] = count
        assert seen[Who.SUPERUSER, False] > seen[Who.OWNER, False] > 0
        assert seen[Who.VIEWER, False] == seen[Who.OWNER, False]
        assert seen[Who.OWNER, True] == 0


def test_the_past_is_as_far_within_reach_as_the_present(world):
    """This includes an API token that is limited to some providers."""
    for resource in LISTED:
        name = plural(resource)
        query = f"""query ($at: DateTime) {{ now: {name}(maxAge: 3600) {{ nodes {{ id }} }}
            then: {name}(at: $at) {{ nodes {{ id }} sources {{ provider {{ id }} }} }}
            {name}Aggregate(at: $at) {{ totals {{ count }} }} }}"""
        seen = {}
        for who in Who:
            for limit in (None, Credential("api_token", "1", Scope.READ, frozenset({"none"}))):
                at = timezone.now().isoformat()
                data = world.ask(who, query, credential=limit, at=at)["data"]
                if who is Who.NOBODY:
                    assert not any(data.values())
                    continue
                assert data["then"]["nodes"] == data["now"]["nodes"], (name, who, limit)
                count = len(data["now"]["nodes"])
                assert data[f"{name}Aggregate"]["totals"]["count"] == count
                seen[who, limit is not None] = count
        assert seen[Who.SUPERUSER, False] > seen[Who.OWNER, False] > 0
        assert seen[Who.OWNER, True] == 0


def sees_named(who, asked, account):
    kind = {"Engine": "Provider", "Host": "Provider"}.get(asked.named, asked.named)
    return account != "none" and sees(who, kind, account)


def assert_refused(answer, name, code, where):
    assert answer["data"] == {name: None}, where
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == code, where
    assert set(error["extensions"]) - {"code"} == ({"hint"} if code == "UNAUTHENTICATED" else set())


def assert_counts(data, where):
    """A list counts what it shows, and nothing else."""
    if isinstance(data, list):
        for item in data:
            assert_counts(item, where)
    if isinstance(data, dict):
        if data.keys() >= {"totalCount", "nodes"}:
            assert data["totalCount"] == len(data["nodes"]), where
        for value in data.values():
            assert_counts(value, where)


def shown(world, answer):
    """The account and the kind of each object in the answer, found by its id."""
    text = json.dumps(answer["data"])
    return {
        (account.name, kind)
        for account in (world.own, world.foreign)
        for kind in KINDS
        if json.dumps(account.ids[kind]) in text  # one id may begin another
    }


def expected(world, who, asked, account):
    return {
        (owner.name, kind)
        for owner in (world.own, world.foreign)
        for kind in asked.shows
        if sees(who, kind, owner.name) and account in {owner.name, "none"}
        if not asked.names or account == owner.name
    }
