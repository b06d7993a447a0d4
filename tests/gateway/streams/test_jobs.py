"""``jobUpdated`` over a stream of its own: the present state, every event, and the end."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gateway.core.accounts.models import Session
from gateway.core.accounts.sessions import session_end
from gateway.streams import group
from jobs.delegate import ScopeAccess
from jobs.models.states import JobState
from jobs.row import visibility
from jobs.row.selectors import current_job_keys
from jobs.row.transitions import move_job
from jobs.schema import subscriptions
from jobs.schema.subscriptions import JobUpdated
from tests.client import token_of
from tests.gateway.streams.client import answered, in_loop, in_thread, make_streams, opened
from tests.jobs.delegate import PermissiveDelegate
from tests.jobs.factories import make_job, make_parent, make_user

pytestmark = pytest.mark.django_db(transaction=True)

ONE = "subscription ($id: ID) { jobUpdated(id: $id) { id state progress } }"
ALL = "subscription { jobUpdated { id state } }"


@pytest.fixture
def ann():
    return make_user("ann")


@pytest.fixture
def token(ann):
    return token_of(ann)


def states(answers):
    return [answer["data"]["jobUpdated"]["state"] for answer in answers]


def ids(answers):
    return [answer["data"]["jobUpdated"]["id"] for answer in answers]


async def move(job, state):
    assert await in_thread(move_job, job.pk, state, message="It went on.")


def test_a_job_from_its_present_state_to_its_end(ann, token):
    job = make_job(requested_by=ann)

    async def watch(streams):
        async with opened(streams, token, ONE, variables={"id": job.public_id}) as response:
            await response.count(1)
            await move(job, JobState.RUNNING)
            await response.count(2)
            await move(job, JobState.SUCCEEDED)
            await response.end()
        assert (response.status, response.headers["content-type"]) == (
            200,
            "text/event-stream; charset=utf-8",
        )
        assert states(response.answers) == ["QUEUED", "RUNNING", "SUCCEEDED"]
        assert response.events[-1] == ("complete", None)

    in_loop(watch, make_streams())


def test_a_job_that_is_final_already_ends_the_stream_at_once(ann, token):
    job = make_job(JobState.FAILED, requested_by=ann)

    async def watch(streams):
        response = await answered(streams, token, ONE, variables={"id": job.public_id})
        assert [event for event, _data in response.events] == ["next", "complete"]
        assert states(response.answers) == ["FAILED"]

    in_loop(watch, make_streams())


def test_a_parent_moves_with_its_children(ann, token):
    parent = make_parent(requested_by=ann)
    first, second = (make_job(JobState.RUNNING, parent=parent, requested_by=ann) for _ in range(2))

    async def watch(streams):
        async with opened(streams, token, ONE, variables={"id": parent.public_id}) as response:
            await response.count(1)
            await move(first, JobState.SUCCEEDED)
            await response.count(2)
            await move(second, JobState.SUCCEEDED)
            await response.end()
        progress = [answer["data"]["jobUpdated"]["progress"] for answer in response.answers]
        assert (progress[0], progress[-1]) == (0, 100)
        assert 50 in progress

    in_loop(watch, make_streams())


def test_all_jobs_that_the_user_may_see_and_no_other(ann, token):
    mine = make_job(requested_by=ann)
    other = make_job(requested_by=make_user("bob"))

    async def watch(streams):
        async with opened(streams, token, ALL) as response:
            await response.count(1)
            await move(other, JobState.RUNNING)
            await move(mine, JobState.RUNNING)
            await response.count(2)
            later = await in_thread(make_job, requested_by=ann)
            await move(later, JobState.RUNNING)
            await response.until(lambda found: later.public_id in ids(found.answers))
        seen = list(dict.fromkeys(ids(response.answers)))  # a state may come twice
        assert seen == [mine.public_id, later.public_id]
        assert other.public_id not in response.text

    in_loop(watch, make_streams())


def ended(ago, **columns):
    at = timezone.now() - ago
    return make_job(JobState.SUCCEEDED, finished_at=at, created_at=at, **columns)


def test_a_job_that_ended_while_the_client_was_away_is_sent_when_it_is_back(ann, token):
    job = make_job(JobState.RUNNING, requested_by=ann)

    async def watch(streams):
        async with opened(streams, token, ALL) as response:
            assert states(await response.count(1)) == ["RUNNING"]
        await move(job, JobState.SUCCEEDED)
        async with opened(streams, token, ALL) as response:
            assert states(await response.count(1)) == ["SUCCEEDED"]
            assert ids(response.answers) == [job.public_id]

    in_loop(watch, make_streams())


def test_the_present_state_has_the_jobs_that_ended_lately_and_then_the_unfinished(
    ann, token, monkeypatch
):
    monkeypatch.setattr(subscriptions, "MOST_CURRENT", 3)
    monkeypatch.setattr(subscriptions, "CHUNK", 2)
    minutes = [timedelta(minutes=number) for number in range(20)]
    done = [ended(ago, requested_by=ann) for ago in (minutes[16], *reversed(minutes[2:6]))]
    ended(minutes[1], requested_by=make_user("bob"))
    going = [make_job(requested_by=ann) for _ in range(4)]

    async def watch(streams):
        async with opened(streams, token, ALL) as response:
            found = ids(await response.count(6))
            last = await in_thread(make_job, requested_by=ann)
            await move(last, JobState.RUNNING)
            await response.count(7)
        assert ids(response.answers)[6:] == [last.public_id]
        assert found == [job.public_id for job in (*done[-3:], *reversed(going[-3:]))]

    in_loop(watch, make_streams())


def test_a_parent_of_which_only_some_parts_are_seen_has_ended_with_the_last_of_them(monkeypatch):
    class OnlyA(PermissiveDelegate):
        def scope_access(self, user):
            return ScopeAccess(within=["a"], beyond=["b"], known=lambda _scopes: set())

    user = make_user("limited")
    monkeypatch.setattr(visibility, "get_delegate", OnlyA)
    parent = make_parent(requested_by=user)
    now = timezone.now()
    ended(timedelta(minutes=1), parent=parent, scope="a")
    make_job(JobState.RUNNING, parent=parent, scope="b")
    old = make_parent(requested_by=user)
    ended(timedelta(minutes=20), parent=old, scope="a")
    make_job(JobState.RUNNING, parent=old, scope="b")

    def keys():
        since = now - subscriptions.ENDED_LATELY
        return current_job_keys(user=user, ended_since=since, most=10)

    found = keys()

    assert parent.pk in found
    assert old.pk not in found


@pytest.mark.parametrize("whose", ["another's", "nobody's"])
def test_a_job_that_one_may_not_see_is_answered_like_one_that_is_not_there(token, whose):
    job = make_job(requested_by=make_user("bob"))
    wanted = job.public_id
    if whose == "nobody's":
        job.delete()

    async def watch(streams):
        response = await answered(streams, token, ONE, variables={"id": wanted})
        [answer] = response.answers
        assert answer["errors"][0]["message"] == "There is no job with this id."
        assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
        assert response.events[-1] == ("complete", None)

    in_loop(watch, make_streams())


def test_an_event_that_comes_while_the_present_state_is_read_is_sent_after_it(
    ann, token, monkeypatch
):
    job = make_job(requested_by=ann)
    current = JobUpdated.current

    def read_and_move(self, *given):
        found = current(self, *given)
        assert move_job(job.pk, JobState.RUNNING, message="It went on.")
        return found

    monkeypatch.setattr(JobUpdated, "current", read_and_move)

    async def watch(streams):
        async with opened(streams, token, ONE, variables={"id": job.public_id}) as response:
            assert states(await response.count(2)) == ["QUEUED", "RUNNING"]

    in_loop(watch, make_streams())


def test_equal_subscriptions_of_one_token_are_asked_once(ann, token, monkeypatch):
    job = make_job(requested_by=ann)
    asked = []
    changed = group.Subscription.changed
    monkeypatch.setattr(
        group.Subscription, "changed", lambda *given: asked.append(given) or changed(*given)
    )

    async def watch(streams):
        async with opened(streams, token, ALL) as one, opened(streams, token, ALL) as other:
            await one.count(1)
            await other.count(1)
            await move(job, JobState.RUNNING)
            assert states(await one.count(2)) == states(await other.count(2))
        assert len(asked) == 1

    in_loop(watch, make_streams())


def revoke(token_owner):
    for session in Session.objects.filter(user=token_owner):
        session_end(session_id=session.pk)


def test_a_revoked_token_ends_the_stream_and_says_so(ann, token):
    job = make_job(requested_by=ann)

    async def watch(streams):
        async with opened(streams, token, ALL) as response:
            await response.count(1)
            await in_thread(revoke, ann)
            await move(job, JobState.RUNNING)
            await response.end()
        [error] = response.answers[1]["errors"]
        assert error["extensions"]["code"] == "UNAUTHENTICATED"
        assert response.events[-1] == ("complete", None)
        assert "RUNNING" not in response.text

    in_loop(watch, make_streams())


def test_a_revoked_token_ends_a_stream_on_which_nothing_happens(ann, token, monkeypatch):
    monkeypatch.setattr(group, "CHECK_SECONDS", 0.05)
    make_job(requested_by=ann)

    async def watch(streams):
        async with opened(streams, token, ALL) as response:
            await response.count(1)
            await in_thread(revoke, ann)
            await response.end()
        assert response.answers[-1]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"

    in_loop(watch, make_streams())


def test_what_fails_unexpectedly_is_masked_and_ends_the_stream(ann, token, monkeypatch, caplog):
    make_job(requested_by=ann)

    def fail(**_named):
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr("jobs.schema.subscriptions.job_list", fail)

    async def watch(streams):
        response = await answered(streams, token, ALL)
        [answer] = response.answers
        assert answer["errors"][0]["extensions"]["code"] == "INTERNAL"
        assert response.events[-1] == ("complete", None)
        assert "swordfish" not in response.text

    in_loop(watch, make_streams())
    assert "swordfish" in caplog.text


@pytest.mark.parametrize(
    ("query", "variables"), [(ONE, {"id": None}), (ALL.replace("Updated", "Updated(id: null)"), {})]
)
def test_an_id_that_is_null_is_refused_and_ends_the_stream(ann, token, query, variables):
    """A script whose id was never set would follow every job without end."""
    make_job(requested_by=ann)

    async def watch(streams):
        response = await answered(streams, token, query, variables=variables)
        [answer] = response.answers
        assert answer["errors"][0]["extensions"] == {"code": "INVALID", "field": "id"}
        assert response.events[-1] == ("complete", None)

    in_loop(watch, make_streams())


def test_a_variable_without_a_value_follows_every_job(ann, token):
    job = make_job(requested_by=ann)

    async def watch(streams):
        async with opened(streams, token, ONE, variables={}) as response:
            [answer] = await response.count(1)
        assert answer["data"]["jobUpdated"]["id"] == job.public_id

    in_loop(watch, make_streams())
