import pytest

from gateway.core.accounts.models import Membership, Team
from gateway.core.ids import global_id

CREATE = """mutation ($name: String!) { createTeam(input: {name: $name}) {
    team { id name } errors { field code message } } }"""
RENAME = """mutation ($id: ID!, $name: String!) { renameTeam(input: {id: $id, name: $name}) {
    team { name } errors { field code message } } }"""
DELETE = """mutation ($id: ID!) { deleteTeam(input: {id: $id}) {
    id errors { field code message } } }"""
MEMBER = """mutation ($team: ID!, $user: ID!) { %s(input: {team: $team, user: $user}) {
    team { members { totalCount nodes { login } } } errors { field code message } } }"""
ADD, REMOVE = MEMBER % "addTeamMember", MEMBER % "removeTeamMember"
TEAMS = "{ teams { id name members { nodes { login } } } }"
NODE = "query ($id: ID!) { node(id: $id) { id } }"


@pytest.fixture
def team(db):
    return Team.objects.create(name="ops")


def gid(row):
    return global_id(type(row).__name__, row.pk)


def logins(payload):
    return [user["login"] for user in payload["team"]["members"]["nodes"]]


def test_a_superuser_makes_a_team_and_fills_it(run, root, ann, bob):
    made = run(root, CREATE, name="  ops ")["createTeam"]
    team = made["team"]["id"]
    assert (made["team"]["name"], made["errors"]) == ("ops", [])

    run(root, ADD, team=team, user=gid(bob))
    run(root, ADD, team=team, user=gid(ann))
    again = run(root, ADD, team=team, user=gid(ann))["addTeamMember"]

    assert logins(again) == ["ann", "bob"]
    assert logins(run(root, REMOVE, team=team, user=gid(bob))["removeTeamMember"]) == ["ann"]
    assert list(Membership.objects.values_list("user", flat=True)) == [ann.pk]


def test_a_team_is_seen_by_its_members_and_superusers(run, root, ann, bob, team):
    Membership.objects.create(team=team, user=ann)
    shown = [{"id": gid(team), "name": "ops", "members": {"nodes": [{"login": "ann"}]}}]

    assert run(ann, TEAMS)["teams"] == run(root, TEAMS)["teams"] == shown
    assert run(bob, TEAMS)["teams"] == []
    assert run(ann, NODE, id=gid(team))["node"] == {"id": gid(team)}
    assert run(bob, NODE, id=gid(team))["node"] is None


def test_those_in_a_team_see_each_other_and_nobody_else(run, root, ann, bob, team):
    users = "{ users { totalCount nodes { login } } }"
    assert run(ann, users)["users"] == {"totalCount": 1, "nodes": [{"login": "ann"}]}

    for user in (ann, bob):
        Membership.objects.create(team=team, user=user)

    assert [user["login"] for user in run(ann, users)["users"]["nodes"]] == ["ann", "bob"]
    assert run(ann, NODE, id=gid(bob))["node"] == {"id": gid(bob)}
    assert run(ann, NODE, id=gid(root))["node"] is None
    assert run(root, users)["users"]["totalCount"] == 3


def test_a_name_is_one_teams(refused, root, team):
    assert refused(root, CREATE, name="ops") == (
        "name",
        "CONFLICT",
        "There is a team named 'ops' already.",
    )
    assert refused(root, CREATE, name=" ")[:2] == ("name", "INVALID")
    assert Team.objects.count() == 1


def test_renaming_and_deleting(run, root, ann, team):
    Membership.objects.create(team=team, user=ann)

    assert run(root, RENAME, id=gid(team), name="dev")["renameTeam"]["team"] == {"name": "dev"}
    assert run(root, DELETE, id=gid(team))["deleteTeam"] == {"id": gid(team), "errors": []}

    assert not Team.objects.exists()
    ann.refresh_from_db()


def test_who_is_no_superuser_changes_nothing_and_learns_nothing(refused, ann, bob, team):
    Membership.objects.create(team=team, user=ann)
    forbidden = (None, "FORBIDDEN", "Only a superuser may do this.")

    for here in (gid(team), global_id("Team", 10**9), "x"):
        assert refused(ann, RENAME, id=here, name="mine") == forbidden
        assert refused(ann, DELETE, id=here) == forbidden
        assert refused(ann, ADD, team=here, user=gid(bob)) == forbidden
        assert refused(ann, REMOVE, team=here, user=gid(ann)) == forbidden
    assert refused(ann, CREATE, name="mine") == forbidden

    team.refresh_from_db()
    assert team.name == "ops"
    assert list(Membership.objects.values_list("user", flat=True)) == [ann.pk]


def test_what_is_not_there(refused, root, ann, team):
    nobody, no_team = global_id("User", 10**9), global_id("Team", 10**9)

    assert refused(root, ADD, team=gid(team), user=nobody)[:2] == ("user", "NOT_FOUND")
    assert refused(root, ADD, team=no_team, user=gid(ann))[:2] == ("team", "NOT_FOUND")
    assert refused(root, REMOVE, team=gid(team), user=gid(ann))[:2] == ("user", "NOT_FOUND")
    assert refused(root, DELETE, id=gid(ann))[:2] == ("id", "INVALID")
