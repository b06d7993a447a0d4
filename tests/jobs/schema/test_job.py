import pytest

from gateway.core.graphql import nodes
from gateway.core.ids import global_id
from jobs.models import Job
from jobs.models.states import JobState
from jobs.operations.outcomes import Done
from tests.jobs.factories import make_job, make_parent, make_user

pytestmark = pytest.mark.django_db

EVERYTHING = """
query ($id: ID!) { job(id: $id) {
  id operation label state attempts progress createdAt startedAt finishedAt deadlineAt result
  target { id } requestedBy { id login } parent { id } error { code message retryable }
  events { totalCount nodes { at kind message } }
  children { totalCount nodes { id } }
} }
"""


def test_a_job_with_all_its_fields(data, user, define):
    define(lambda _step: Done("Done."))
    target = global_id("User", user.pk)
    job = make_job(
        JobState.FAILED,
        requested_by=user,
        target=target,
        progress=40,
        error_code="TIMEOUT",
        error_message="The cloud does not answer.",
        error_retryable=True,
    )
    event = job.events.create(kind="FAILED", message="The cloud does not answer.")

    answer = data(EVERYTHING, id=job.public_id)["job"]

    assert answer == {
        "id": global_id("Job", job.pk),
        "operation": "test.operation",
        "label": "Test something",
        "state": "FAILED",
        "attempts": 1,
        "progress": 40,
        "createdAt": job.created_at.isoformat(),
        "startedAt": job.started_at.isoformat(),
        "finishedAt": job.finished_at.isoformat(),
        "deadlineAt": job.deadline_at.isoformat(),
        "result": None,
        "target": {"id": target},
        "requestedBy": {"id": target, "login": user.username},
        "parent": None,
        "error": {
            "code": "TIMEOUT",
            "message": "The cloud does not answer.",
            "retryable": True,
        },
        "events": {
            "totalCount": 1,
            "nodes": [
                {
                    "at": event.at.isoformat(),
                    "kind": "FAILED",
                    "message": "The cloud does not answer.",
                }
            ],
        },
        "children": {"totalCount": 0, "nodes": []},
    }


def test_a_new_job_has_no_error_and_no_result(data, user):
    job = make_job(requested_by=user)

    answer = data(EVERYTHING, id=job.public_id)["job"]

    assert (answer["state"], answer["error"], answer["result"]) == ("QUEUED", None, None)
    assert (answer["startedAt"], answer["finishedAt"], answer["target"]) == (None, None, None)


@pytest.mark.parametrize("result", [{"a": [1, None, True, 2.5]}, [], "text", 2**40, False])
def test_a_result_is_real_json(data, user, result):
    job = make_job(JobState.SUCCEEDED, requested_by=user, result=result)

    answer = data("query ($id: ID!) { job(id: $id) { result } }", id=job.public_id)

    assert answer["job"]["result"] == result


def test_a_job_of_another_and_an_absent_one_are_alike(data):
    others = make_job(requested_by=make_user())
    absent = global_id("Job", "00000000-0000-0000-0000-000000000000")

    for job_id in (others.public_id, absent, global_id("Job", "not-a-uuid")):
        assert data("query ($id: ID!) { job(id: $id) { id } }", id=job_id) == {"job": None}
        assert data("query ($id: ID!) { node(id: $id) { id } }", id=job_id) == {"node": None}


def test_a_job_is_a_node(data, user):
    job = make_job(requested_by=user)

    answer = data(
        "query ($id: ID!) { node(id: $id) { __typename id ... on Job { state } } }",
        id=job.public_id,
    )

    assert answer["node"] == {"__typename": "Job", "id": job.public_id, "state": "QUEUED"}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("garbage", "'garbage' is not an id of this gateway."),
        (global_id("User", 1), "is the id of a User, not of a Job."),
    ],
)
def test_an_id_that_is_none_is_told_so(ask, value, message):
    answer = ask("query ($id: ID!) { job(id: $id) { id } }", id=value)

    assert answer["data"] == {"job": None}
    (error,) = answer["errors"]
    assert message in error["message"]
    assert error["extensions"] == {"code": "INVALID", "field": "id"}


def test_a_target_that_is_gone_or_out_of_reach_is_null(data, user):
    query = "query ($id: ID!) { job(id: $id) { target { id } } }"
    gone = make_job(requested_by=user, target=global_id("User", 10**9))
    of_another = make_job(requested_by=user, target=global_id("User", make_user().pk))
    of_a_type_no_more = make_job(requested_by=user, target=global_id("Mainframe", 1))

    for job in (gone, of_another, of_a_type_no_more):
        assert data(query, id=job.public_id) == {"job": {"target": None}}


def test_events_come_in_pages_in_the_order_in_which_they_happened(data, user):
    job = make_job(requested_by=user)
    for number in range(5):
        job.events.create(kind="PROGRESS", message=str(number))
    query = """query ($id: ID!, $after: String) { job(id: $id) { events(first: 2, after: $after) {
        totalCount nodes { message } edges { cursor node { kind } }
        pageInfo { hasNextPage endCursor } } } }"""

    first = data(query, id=job.public_id)["job"]["events"]
    second = data(query, id=job.public_id, after=first["pageInfo"]["endCursor"])["job"]["events"]

    assert [node["message"] for node in first["nodes"] + second["nodes"]] == ["0", "1", "2", "3"]
    assert first["totalCount"] == second["totalCount"] == 5
    assert first["pageInfo"]["hasNextPage"]
    assert first["edges"][1] == {
        "cursor": first["pageInfo"]["endCursor"],
        "node": {"kind": "PROGRESS"},
    }


def test_children_in_the_order_given_and_their_parent(data, user):
    parent = make_parent(JobState.SUCCEEDED, JobState.RUNNING, JobState.QUEUED, requested_by=user)
    Job.objects.filter(parent=parent).update(requested_by=user)
    query = """query ($id: ID!, $after: String) { job(id: $id) {
        children(first: 2, after: $after) {
            totalCount pageInfo { endCursor hasNextPage } nodes { state parent { id } } } } }"""

    first = data(query, id=parent.public_id)["job"]["children"]
    rest = data(query, id=parent.public_id, after=first["pageInfo"]["endCursor"])["job"]["children"]

    nodes_of_both = first["nodes"] + rest["nodes"]
    assert [node["state"] for node in nodes_of_both] == ["SUCCEEDED", "RUNNING", "QUEUED"]
    assert {node["parent"]["id"] for node in nodes_of_both} == {parent.public_id}
    assert (first["totalCount"], rest["totalCount"]) == (3, 3)
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)


def test_the_type_is_registered_under_its_public_name():
    assert nodes.registered()["Job"].model is Job
