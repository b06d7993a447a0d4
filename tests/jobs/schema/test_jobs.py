from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from gateway.core.ids import global_id
from jobs.models.states import JobState
from jobs.operations.registry import operation_names
from tests.jobs.factories import make_job, make_parent, make_user

pytestmark = pytest.mark.django_db


def ids_of(answer):
    return [node["id"] for node in answer["jobs"]["nodes"]]


def test_the_newest_come_first(data, user):
    jobs = [
        make_job(requested_by=user, created_at=timezone.now() - timedelta(minutes=age))
        for age in (3, 1, 2)
    ]

    answer = data("{ jobs { totalCount nodes { id } } }")

    assert ids_of(answer) == [jobs[index].public_id for index in (1, 2, 0)]
    assert answer["jobs"]["totalCount"] == 3


def test_pages_neither_repeat_nor_hide_a_job_that_was_created_at_the_same_time(data, user):
    now = timezone.now()
    jobs = {make_job(requested_by=user, created_at=now).public_id for _ in range(5)}
    query = """query ($after: String) { jobs(first: 2, after: $after) {
        nodes { id } pageInfo { hasNextPage endCursor } } }"""
    seen, after = [], None

    for _ in range(3):
        answer = data(query, after=after)
        seen += ids_of(answer)
        after = answer["jobs"]["pageInfo"]["endCursor"]

    assert len(seen) == 5
    assert set(seen) == jobs
    assert not answer["jobs"]["pageInfo"]["hasNextPage"]


def test_one_sees_one_s_own_and_a_superuser_all(data, user):
    mine = make_job(requested_by=user)
    make_job(requested_by=make_user())

    query = "{ jobs { totalCount nodes { id } } }"

    assert ids_of(data(query)) == [mine.public_id]
    admin = make_user(is_superuser=True)
    assert data(query, as_user=admin)["jobs"]["totalCount"] == 2


def test_each_filter(data, user):
    provider, target = global_id("Provider", "p"), global_id("VirtualMachine", "p:r:i-1")
    wanted = make_job(
        JobState.RUNNING, requested_by=user, operation="test.stop", scope=provider, target=target
    )
    make_job(requested_by=user)
    query = "query ($filter: JobFilter) { jobs(filter: $filter) { totalCount nodes { id } } }"

    for given in (
        {"state": ["RUNNING", "FAILED"]},
        {"operation": ["test.stop"]},
        {"provider": [provider]},
        {"target": [target]},
        {"state": ["RUNNING"], "requestedBy": [global_id("User", user.pk)]},
    ):
        assert ids_of(data(query, filter=given)) == [wanted.public_id], given
    for given in (
        {"state": []},
        {"state": ["CANCELED"]},
        {"requestedBy": [global_id("User", 10**30)]},
        {"requestedBy": [global_id("User", "abc")]},
        {"provider": [provider], "state": ["QUEUED"]},
    ):
        assert data(query, filter=given)["jobs"] == {"totalCount": 0, "nodes": []}, given
    assert len(ids_of(data(query, filter={"state": None, "target": None}))) == 2


@pytest.mark.each_case
@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"createdAfter": "2026-03-02T12:00:00Z"}, "bc"),
        ({"createdAfter": "2026-03-02T13:00:00+01:00"}, "bc"),
        ({"createdAfter": "2026-03-02T12:00:00"}, "bc"),
        ({"createdBefore": "2026-03-02T12:00:00Z"}, "a"),
        ({"createdAfter": "2026-03-02T00:00:00Z", "createdBefore": "2026-03-03T00:00:00Z"}, "b"),
        ({"createdAfter": None, "createdBefore": None}, "abc"),
    ],
)
def test_the_time_at_which_they_were_asked_for(data, user, given, found):
    days = {"a": 1, "b": 2, "c": 3}
    jobs = {
        make_job(
            requested_by=user, created_at=datetime(2026, 3, day, 12, tzinfo=UTC)
        ).public_id: name
        for name, day in days.items()
    }
    query = "query ($filter: JobFilter) { jobs(filter: $filter) { nodes { id } } }"

    answer = data(query, filter=given)

    assert {jobs[job_id] for job_id in ids_of(answer)} == set(found)


def test_a_time_outside_of_the_calendar_is_refused(ask):
    late = "9999-12-31T23:59:59-10:00"

    answer = ask(f'{{ jobs(filter: {{createdBefore: "{late}"}}) {{ nodes {{ id }} }} }}')

    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "INVALID"


def test_a_time_that_is_none_is_refused(ask):
    answer = ask('{ jobs(filter: {createdAfter: "yesterday"}) { nodes { id } } }')

    assert "yesterday" in answer["errors"][0]["message"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"target": ["garbage"]}, "filter.target"),
        ({"provider": ["garbage"]}, "filter.provider"),
        ({"requestedBy": [global_id("Job", 1)]}, "filter.requestedBy"),
    ],
)
def test_an_id_in_the_filter_that_is_none_is_told_so(ask, given, field):
    answer = ask("query ($f: JobFilter) { jobs(filter: $f) { totalCount } }", f=given)

    assert answer["data"] == {"jobs": None}
    assert answer["errors"][0]["extensions"] == {"code": "INVALID", "field": field}


@pytest.mark.parametrize(
    "arguments", ["first: -1", "first: 1001", 'after: "garbage"', 'after: "WyJhIl0="']
)
def test_a_page_that_cannot_be_is_refused(ask, arguments):
    answer = ask(f"{{ jobs({arguments}) {{ nodes {{ id }} }} }}")

    assert answer["errors"][0]["extensions"]["code"] == "INVALID"


def test_a_state_that_is_none_is_refused(ask):
    answer = ask("{ jobs(filter: {state: [DONE]}) { totalCount } }")

    assert "data" not in answer
    assert "DONE" in answer["errors"][0]["message"]


NESTED = """{ jobs(first: 50) { totalCount nodes {
    id state requestedBy { id login } parent { id state } error { code }
    events(first: 3) { totalCount nodes { at kind message } }
    children(first: 3) { totalCount nodes {
        id requestedBy { login } parent { id } events(first: 2) { totalCount nodes { kind } } } }
} } }"""


def test_a_page_costs_the_same_number_of_queries_however_many_jobs_it_has(
    data, user, django_assert_num_queries
):
    def fill(parents):
        for _ in range(parents):
            parent = make_parent(
                JobState.SUCCEEDED, JobState.RUNNING, JobState.QUEUED, JobState.QUEUED
            )
            for job in (parent, *parent.children.all()):
                job.requested_by = user
                job.save()
                for number in range(5):
                    job.events.create(kind="PROGRESS", message=str(number))

    for parents in (1, 9):
        fill(parents)
        # Jobs and their total; events, children and the children's events, and a total of each; and
        # of which parents, on the page or of a job on it, the user sees all children.
        with django_assert_num_queries(10):
            answer = data(NESTED)["jobs"]

    assert answer["totalCount"] == 50
    for node in answer["nodes"]:
        assert [event["message"] for event in node["events"]["nodes"]] == ["0", "1", "2"]
        assert node["events"]["totalCount"] == 5
        is_parent = node["parent"] is None
        assert node["children"]["totalCount"] == (4 if is_parent else 0)
        assert len(node["children"]["nodes"]) == (3 if is_parent else 0)
        for child in node["children"]["nodes"]:
            assert child["parent"]["id"] == node["id"]
            assert child["events"] == {"totalCount": 5, "nodes": [{"kind": "PROGRESS"}] * 2}


def test_jobs_on_one_target_look_it_up_once(data, user, django_assert_num_queries):
    admin = make_user(is_superuser=True)
    for _ in range(5):
        make_job(JobState.SUCCEEDED, target=global_id("User", user.pk))

    with django_assert_num_queries(2):
        answer = data("{ jobs { nodes { target { id } } } }", as_user=admin)

    assert [job["target"]["id"] for job in answer["jobs"]["nodes"]] == [
        global_id("User", user.pk)
    ] * 5


def test_an_operation_that_there_is_not_is_refused_with_those_that_there_are(ask, user):
    query = "query ($filter: JobFilter) { jobs(filter: $filter) { totalCount } }"
    make_job(requested_by=user, operation="of.an_old_release")
    make_job(requested_by=make_user("bob"), operation="of.another")

    def totals(*names):
        answer = ask(query, filter={"operation": list(names)})
        return answer["data"]["jobs"], answer.get("errors", [])

    assert totals("of.an_old_release", *operation_names()) == ({"totalCount": 1}, [])
    for wrong in ("OF.AN_OLD_RELEASE", "", "of.another"):
        found, [error] = totals("of.an_old_release", wrong)
        assert found is None
        assert error["extensions"] == {"code": "INVALID", "field": "filter.operation"}
        assert error["message"].startswith(f"There is no operation {wrong!r}. There are: ")
        for name in ("of.an_old_release", *operation_names()):
            assert name in error["message"]
