"""API tokens: every root field × every scope, and every list with a token for other providers."""

import json
import re

import pytest

from gateway.core.accounts.credential import Credential, Scope
from gateway.schema import OPERATE, PUBLIC, schema
from tests.matrix.kinds import KINDS, OF_A_PROVIDER
from tests.matrix.mutation_rules import FLAT, MUTATIONS
from tests.matrix.people import EVERYBODY, Who
from tests.matrix.query_rules import QUERIES
from tests.matrix.test_mutations import outcome

# Mutations that manage accounts, rights, credentials and schedules: no API token may use them. A
# schedule goes on when a token has ended, and runs with all of its owner's rights.
MANAGE = {
    "changePassword",
    "connectProvider",
    "createApiToken",
    "createSchedule",
    "createTeam",
    "createUser",
    "createWebhook",
    "deleteSchedule",
    "deleteTeam",
    "deleteWebhook",
    "addTeamMember",
    "disconnectProvider",
    "grantProviderAccess",
    "redeliverWebhook",
    "removeTeamMember",
    "renameTeam",
    "revokeApiToken",
    "revokeProviderAccess",
    "revokeSession",
    "rotateWebhookSecret",
    "runSchedule",
    "setPriceBook",
    "testWebhook",
    "updateProvider",
    "updateSchedule",
    "updateUser",
    "updateWebhook",
}
DRY = [
    name
    for name in MUTATIONS
    if name in OPERATE
    and "dryRun"
    in str(schema.graphql_schema.type_map.get(f"{name[0].upper()}{name[1:]}Input").fields.keys())
]


def test_every_mutation_is_for_tokens_or_not():
    assert schema.graphql_schema.mutation_type.fields.keys() == PUBLIC | OPERATE | MANAGE
    assert not OPERATE & MANAGE


def naming_own(world, text):
    """``text`` with the owner's ids put in."""
    return re.sub(r"§(\w+)§", lambda found: world.own.ids.get(found[1], "own"), text)


def token(scope, *providers):
    return Credential("api_token", "1", scope, frozenset(providers) or None)


@pytest.mark.any_database  # rights are decided in Python
@pytest.mark.parametrize("scope", list(Scope))
def test_what_a_token_of_a_scope_can_do(world, scope):
    for name in MUTATIONS:
        allowed = name in OPERATE and scope is Scope.OPERATE
        found = outcome(world, name, Who.OWNER, "own", credential=token(scope))
        assert found == ("OK" if allowed else "FORBIDDEN"), (name, scope)
    for name in DRY:
        found = outcome(
            world, name, Who.OWNER, "none", more="dryRun: true", credential=token(scope)
        )
        assert found == ("FORBIDDEN" if scope is Scope.READ else "NOT_FOUND"), (name, scope)
    assert len(DRY) >= 17


@pytest.mark.any_database  # rights are decided in Python
def test_every_query_is_for_every_token(world):
    for name, cases in QUERIES.items():
        for asked in cases:
            query = re.sub(
                r"§(\w+)§", lambda found: world.own.ids.get(found[1], "own"), asked.query
            )
            answers = [
                world.ask(Who.OWNER, f"{{ {query} }}", credential=credential)
                for credential in (None, token(Scope.READ), token(Scope.OPERATE))
            ]
            assert (answers[0]["errors"] == []) is (Who.OWNER in asked.who), name
            if name != "sessions":  # one of them is the current one
                assert answers[0] == answers[1] == answers[2], name


@pytest.mark.any_database  # rights on rows are the same filter there: test_queries asks both
@pytest.mark.parametrize("who", [Who.OWNER, Who.ADMIN, Who.VIEWER, Who.SUPERUSER])
def test_a_token_for_another_provider_shows_nothing_of_this_one(world, who):
    limited = token(Scope.OPERATE, world.none["Provider"])
    hidden = [kind for kind, rule in KINDS.items() if rule is OF_A_PROVIDER] + ["Grant"]
    for name, cases in QUERIES.items():
        for asked in cases:
            query = re.sub(
                r"§(\w+)§", lambda found: world.own.ids.get(found[1], "own"), asked.query
            )
            answer = world.ask(who, f"{{ {query} }}", credential=limited)
            codes = [error["extensions"]["code"] for error in answer["errors"]]
            expected = [] if asked.who == EVERYBODY else ["FORBIDDEN"]
            assert codes == ([asked.absent] if asked.absent else expected), name
            text = json.dumps(answer["data"])
            for kind in hidden:
                assert world.own.ids[kind] not in text, (name, kind)
    for kind in hidden:
        node = world.ask(
            who,
            "query ($id: ID!) { node(id: $id) { id } }",
            credential=limited,
            id=world.own.ids[kind],
        )
        assert node == {"data": {"node": None}, "errors": []}
    for name in OPERATE - FLAT:
        assert outcome(world, name, who, "own", credential=limited) == "NOT_FOUND", name


def test_a_token_for_this_provider_works_here(world):
    ids = world.own.ids
    limited = token(Scope.OPERATE, ids["Provider"], ids["Engine"], ids["Host"])
    for name in OPERATE - FLAT:
        assert outcome(world, name, Who.OPERATOR, "own", credential=limited) == "OK", name
        assert outcome(world, name, Who.VIEWER, "own", credential=limited) == "FORBIDDEN", name
