"""After a revoke, and under a token for some providers: nothing of the others is in any answer.

Every query that the schema allows is sent. An object out of reach has a canary in its names: no
answer has the canary, and every answer stays as it is when all of these objects are deleted.
"""

import json

import pytest
from django.db import transaction

from gateway.core.accounts.api_tokens import api_token_create
from gateway.core.accounts.credential import Credential, Scope
from gateway.core.ids import split_id
from gateway.schema import OPERATE
from inventory.models import Grant
from jobs.api import Job, JobState
from tests.matrix.mutation_rules import FLAT, MUTATIONS
from tests.matrix.out_of_reach import CANARY, Left
from tests.matrix.people import Who
from tests.matrix.selections import ARGUMENTS, SCHEMA, node_query, root_query, type_of
from tests.matrix.test_mutations import written

# The root fields whose arguments name an object.
NAMING = [name for name, given in ARGUMENTS.items() if "«id»" in given]
IN_STATE = "{ jobs(filter: {state: [%s]}) { totalCount nodes { id state } } }"


@pytest.fixture(autouse=True)
def _no_limits(settings):
    settings.GRAPHQL_LIMITS = dict.fromkeys(settings.GRAPHQL_LIMITS, 10**9)


def everything(left, credential=None):
    """The answer to every query, by query; no answer has the canary."""
    queries = [root_query(name) for name in SCHEMA.query_type.fields if name not in NAMING]
    ids = sorted({*left.world.own.ids.values(), *left.ids.values()})
    queries += [IN_STATE % state for state in JobState]
    asked = [(query, {}) for query in queries]
    asked += [
        (f"query ($id: ID!) {query}".replace('"«id»"', "$id"), {"id": one})
        for one in ids
        for query in naming(split_id(one)[0])
    ]
    return {
        (query, *given.values()): silent(left, query, credential, **given) for query, given in asked
    }


def naming(type_name):
    """The queries that name an object of the type. Of a node, they ask what its type has."""
    return [node_query(type_name)] + [
        root_query(name) for name in NAMING if type_of(name) == type_name
    ]


def silent(left, query, credential=None, **given):
    answer = left.world.ask(left.who, query, credential=credential, **given)
    text = json.dumps(answer, default=str)
    found = text.lower().find(CANARY)
    assert found < 0, (query[:80], text[max(0, found - 300) : found + 100])
    return answer


def assert_same(before, after):
    for query, answer in before.items():
        assert answer == after[query], (query[0][:80], *query[1:])


@pytest.fixture
def revoked(world):
    """The operator's, after a revoke."""
    left = Left(world, Who.OPERATOR)
    Grant.objects.filter(user=left.user).delete()
    left.hide()
    return left


@pytest.mark.any_database  # rights on rows are the same filter there: test_queries asks both
def test_after_a_revoke_no_query_shows_what_is_out_of_reach(revoked):
    before = everything(revoked)

    revoked.erase()
    assert_same(before, everything(revoked))


def test_after_a_revoke_a_job_is_as_its_visible_children_make_it(revoked):
    query = """query ($id: ID!) { job(id: $id) { state progress result startedAt finishedAt
        error { code } children { totalCount } events { totalCount } } }"""

    def job(one):
        answer = revoked.world.ask(Who.OPERATOR, query, id=one.public_id)
        return answer["data"]["job"]

    part = revoked.mixed.children.get(scope=revoked.mine.scope)
    assert job(revoked.mixed) == {
        "state": "SUCCEEDED",
        "progress": 100,
        "result": {"succeeded": 1, "failed": 0, "canceled": 0},
        "startedAt": part.started_at.isoformat(),
        "finishedAt": part.finished_at.isoformat(),
        "error": None,
        "children": {"totalCount": 1},
        "events": {"totalCount": 0},
    }
    lost = job(revoked.lost)
    assert (lost["state"], lost["error"]) == ("FAILED", {"code": "PERMISSION_DENIED"})
    assert job(revoked.single) is None


OWN_JOBS = ("Job", "LostJob", "LostSingle")


def test_after_a_revoke_no_mutation_shows_what_is_out_of_reach(revoked):
    asked = [
        f"mutation {{ {name}(input: {{{written(revoked.world, name, 'own')}}}) "
        "{ errors { field code message } } }"
        for name in MUTATIONS
        if MUTATIONS[name].kind is not None
    ]
    payload = "job { id state result events { nodes { message } } } errors { field code message }"
    asked += [
        f'mutation {{ {name}(input: {{id: "{revoked.ids[one]}"}}) {{ {payload} }} }}'
        for name in ("cancelJob", "retryJob")
        for one in OWN_JOBS
    ]
    schedule = f'id: "{revoked.ids["Schedule"]}"'
    shown = "schedule { machineNames { name providerName } } dryRun { checks { message } }"
    asked += [
        f"mutation {{ runSchedule(input: {{{schedule}}}) {{ {payload} }} }}",
        f"mutation {{ updateSchedule(input: {{{schedule}}}) {{ {shown} errors {{ message }} }} }}",
    ]
    for query in asked:
        with transaction.atomic():
            silent(revoked, query)
            transaction.set_rollback(True)


def codes(left, mutation, credential=None):
    answer = silent(left, f"mutation {{ {mutation} {{ errors {{ code }} }} }}", credential)
    (payload,) = answer["data"].values()
    return [error["code"] for error in payload["errors"]]


def test_what_is_out_of_reach_is_neither_canceled_nor_tried_again(revoked):
    hidden = Job.objects.filter(scope=revoked.other.scope)
    before = list(hidden.order_by("pk").values_list("pk", "state"))
    for name in ("cancelJob", "retryJob"):
        for one in OWN_JOBS:
            code = "NOT_FOUND" if one == "LostSingle" else "CONFLICT"
            assert codes(revoked, f'{name}(input: {{id: "{revoked.ids[one]}"}})') == [code]
    assert list(hidden.order_by("pk").values_list("pk", "state")) == before


def test_the_visible_part_of_a_job_is_canceled_and_tried_again(revoked):
    mine = revoked.mixed.children.filter(scope=revoked.mine.scope)
    mine.update(state="QUEUED", finished_at=None, started_at=None)
    given = f'(input: {{id: "{revoked.ids["Job"]}"}})'

    assert codes(revoked, f"cancelJob{given}") == []
    assert mine.get().state == JobState.CANCELED
    hidden = revoked.mixed.children.exclude(scope=revoked.mine.scope)
    assert set(hidden.values_list("state", flat=True)) == {"RUNNING"}

    assert codes(revoked, f"retryJob{given}") == []
    again = Job.objects.get(retried_from=revoked.mixed)
    assert [child.scope for child in again.children.all()] == [revoked.mine.scope]


def test_a_key_does_not_bring_back_a_job_that_is_out_of_reach(revoked):
    stop = 'stopVirtualMachine(input: {id: "%s", idempotencyKey: "k"})'
    Job.objects.filter(pk=revoked.single.pk).update(idempotency_key="k", request_digest="x")

    assert codes(revoked, stop % revoked.ids["VirtualMachine"]) == ["CONFLICT"]


@pytest.fixture(params=[Who.OWNER, Who.SUPERUSER])
def limited(world, request):
    """A user with a token for ``mine``, and what the token shows."""
    left = Left(world, request.param)
    token, _secret = api_token_create(
        user=left.user, name="ours", scope=Scope.OPERATE, days=1, providers=[left.mine.scope]
    )
    left.token = token
    left.credential = Credential(
        "api_token", str(token.pk), Scope.OPERATE, frozenset([left.mine.scope])
    )
    Job.objects.filter(pk=left.kept.pk).update(credential=str(left.credential))
    left.hide()
    return left


@pytest.mark.any_database  # rights on rows are the same filter there: test_queries asks both
def test_a_limited_token_shows_nothing_of_other_providers(limited):
    before = everything(limited, limited.credential)

    limited.erase()
    limited.erase_beyond_token(limited.token)
    assert_same(before, everything(limited, limited.credential))


def test_a_limited_token_lists_itself_alone(limited):
    query = "{ apiTokens { name } sessions { id } users { totalCount } teams { id } viewer { id } }"
    answer = silent(limited, query, limited.credential)["data"]

    assert (answer["apiTokens"], answer["sessions"]) == ([{"name": "ours"}], [])
    assert (answer["users"], answer["teams"]) == ({"totalCount": 1}, [])
    assert answer["viewer"] is not None


def test_no_mutation_by_a_limited_token_shows_other_providers(limited):
    asked = [f"{name}(input: {{{written(limited.world, name, 'own')}}})" for name in OPERATE - FLAT]
    for mutation in asked:
        assert codes(limited, mutation, limited.credential) == ["NOT_FOUND"], mutation
    one = f'(input: {{id: "{limited.ids["LostJob"]}"}})'
    assert codes(limited, f"cancelJob{one}", limited.credential) == ["NOT_FOUND"]
    create = 'mutation { createRepository(url: "u", name: "own-repo", fullName: "own-org/own-repo")'
    answer = silent(limited, create + " { id } }", limited.credential)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


def test_a_limited_token_cancels_only_what_it_shows(limited):
    mine = limited.mixed.children.filter(scope=limited.mine.scope)
    mine.update(state="QUEUED", finished_at=None, started_at=None)

    given = f'(input: {{id: "{limited.ids["Job"]}"}})'
    assert codes(limited, f"cancelJob{given}", limited.credential) == []
    assert mine.get().state == JobState.CANCELED
    hidden = limited.mixed.children.exclude(scope=limited.mine.scope)
    assert set(hidden.values_list("state", flat=True)) == {"RUNNING"}
