"""Giving and taking roles on a provider."""

import pytest

from gateway.core.accounts.models import Membership, Team
from gateway.core.ids import global_id
from inventory.models import Grant, Role
from tests.inventory.factories import make_simulator, make_user

pytestmark = pytest.mark.django_db(transaction=True)

GRANT = """mutation ($input: GrantProviderAccessInput!) { grantProviderAccess(input: $input) {
    grant { id role user { login } team { name } provider { id } grantedBy { login } }
    errors { field code message } } }"""
REVOKE = """mutation ($id: ID!) { revokeProviderAccess(input: {id: $id}) {
    id errors { field code message } } }"""
PROVIDERS = """{ providers { name viewerRole owner { login } grants {
    role user { login } team { name } } } }"""
NODE = "query ($id: ID!) { node(id: $id) { id } }"


@pytest.fixture
def mate(user):
    """Somebody in a team with the user."""
    mate = make_user("mate")
    team = Team.objects.create(name="ops")
    for member in (user, mate):
        Membership.objects.create(team=team, user=member)
    return mate


@pytest.fixture
def provider(user):
    return make_simulator(user, name="prod")


def user_id(row):
    return global_id("User", row.pk)


def give(ask, asker, provider, role="VIEWER", **whom):
    given = {"provider": provider.scope, "role": role, **whom}
    return ask(GRANT, asker, input=given).data["grantProviderAccess"]


def problem(payload):
    (error,) = payload["errors"]
    assert payload.get("grant") is None
    return error["field"], error["code"]


def test_an_owner_lets_a_mate_see_and_then_work(ask, user, mate, provider):
    assert ask(PROVIDERS, mate).data == {"providers": []}

    payload = give(ask, user, provider, user=user_id(mate))

    grant = payload["grant"]
    assert payload["errors"] == []
    assert grant | {"id": ""} == {
        "id": "",
        "role": "VIEWER",
        "user": {"login": "mate"},
        "team": None,
        "provider": {"id": provider.scope},
        "grantedBy": {"login": user.username},
    }
    (shown,) = ask(PROVIDERS, mate).data["providers"]
    assert shown == {
        "name": "prod",
        "viewerRole": "VIEWER",
        "owner": {"login": user.username},
        "grants": None,
    }
    again = give(ask, user, provider, "OPERATOR", user=user_id(mate))["grant"]
    assert (again["id"], again["role"]) == (grant["id"], "OPERATOR")
    assert Grant.objects.get().role == Role.OPERATOR


def test_a_team_is_given_a_role(ask, user, mate, provider):
    team = global_id("Team", Team.objects.get().pk)

    give(ask, user, provider, "ADMIN", team=team)

    (shown,) = ask(PROVIDERS, mate).data["providers"]
    assert shown["viewerRole"] == "ADMIN"
    assert shown["grants"] == [{"role": "ADMIN", "user": None, "team": {"name": "ops"}}]


def test_what_is_taken_back_is_gone_at_once(ask, user, mate, provider):
    grant = give(ask, user, provider, user=user_id(mate))["grant"]["id"]

    assert ask(REVOKE, user, id=grant).data["revokeProviderAccess"] == {"id": grant, "errors": []}

    assert ask(PROVIDERS, mate).data == {"providers": []}
    assert ask(NODE, mate, id=provider.scope).data == {"node": None}


def test_an_admin_grants_and_an_operator_does_not(ask, user, mate, provider):
    team = global_id("Team", Team.objects.get().pk)
    grant = give(ask, user, provider, "OPERATOR", user=user_id(mate))["grant"]["id"]
    assert problem(give(ask, mate, provider, team=team)) == (None, "FORBIDDEN")
    assert ask(NODE, mate, id=grant).data == {"node": None}
    assert problem(ask(REVOKE, mate, id=grant).data["revokeProviderAccess"]) == (
        "id",
        "NOT_FOUND",
    )

    give(ask, user, provider, "ADMIN", user=user_id(mate))

    assert ask(NODE, mate, id=grant).data == {"node": {"id": grant}}
    assert give(ask, mate, provider, team=team)["errors"] == []


def test_a_provider_out_of_reach_is_absent(ask, user, mate, provider):
    absent = global_id("Provider", "00000000-0000-4000-8000-000000000000")
    given = {"role": "ADMIN", "user": user_id(mate)}

    answers = [
        ask(GRANT, mate, input={"provider": scope, **given}).data
        for scope in (provider.scope, absent)
    ]

    assert answers[0] == answers[1]
    assert problem(answers[0]["grantProviderAccess"]) == ("provider", "NOT_FOUND")
    assert not Grant.objects.exists()


def test_whom_one_does_not_see_one_cannot_name(ask, user, mate, provider):
    stranger, nobody = make_user(), global_id("User", 10**9)

    for whom in (user_id(stranger), nobody):
        assert problem(give(ask, user, provider, user=whom)) == ("user", "NOT_FOUND")
    hidden = Team.objects.create(name="hidden")
    for team in (global_id("Team", hidden.pk), global_id("Team", 10**9)):
        assert problem(give(ask, user, provider, team=team)) == ("team", "NOT_FOUND")

    root = make_user("root", is_superuser=True)
    assert give(ask, root, provider, user=user_id(stranger))["errors"] == []


@pytest.mark.parametrize("whom", [{}, {"user": "x", "team": "x"}])
def test_either_a_user_or_a_team(ask, user, provider, whom):
    assert problem(give(ask, user, provider, **whom)) == ("user", "INVALID")


def test_an_owner_needs_no_role(ask, user, provider):
    assert problem(give(ask, user, provider, user=user_id(user))) == ("user", "CONFLICT")


def test_a_mates_repositories_are_not_shown(ask, user, mate):
    query = "{ users { nodes { login repositories { totalCount } } } }"

    found = {row["login"]: row["repositories"] for row in ask(query, user).data["users"]["nodes"]}

    assert found == {user.username: {"totalCount": 0}, "mate": None}
