"""The jobs that a user sees, and may stop or repeat, by the role on the provider."""

import pytest

from gateway.core.errors import Forbidden, NotFound
from inventory.models import Grant, Role
from jobs.api import Job, JobState, job_get, parent_of, visible_jobs
from jobs.delegate import get_delegate
from jobs.submit.cancel import check_cancel
from tests.inventory.factories import make_simulator, make_user
from tests.jobs.factories import make_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_user()


@pytest.fixture
def guest():
    return make_user()


@pytest.fixture
def provider(owner):
    return make_simulator(owner)


def grant(provider, user, role=Role.VIEWER):
    return Grant.objects.create(provider=provider, user=user, role=role)


def buy(provider, user, **columns):
    return make_job(
        operation="virtual_machine.provision",
        scope=provider.scope,
        requested_by=user,
        **columns,
    )


def test_a_role_shows_the_jobs_of_the_provider(owner, guest, provider):
    job = buy(provider, owner)
    assert job_get(user=guest, job_id=str(job.pk)) is None

    grant(provider, guest)

    assert job_get(user=guest, job_id=str(job.pk)) == job
    assert list(visible_jobs(user=make_user())) == []


def test_who_loses_the_provider_loses_their_jobs_there(owner, guest, provider):
    role = grant(provider, guest, Role.OPERATOR)
    there, elsewhere = buy(provider, guest), buy(make_simulator(guest), guest)
    assert set(visible_jobs(user=guest)) == {there, elsewhere}

    role.delete()

    assert list(visible_jobs(user=guest)) == [elsewhere]
    assert list(visible_jobs(user=owner)) == [there]


def test_a_job_outlives_its_provider_for_its_requester_alone(owner, guest, provider):
    grant(provider, guest)
    job = buy(provider, owner)

    provider.delete()

    assert list(visible_jobs(user=owner)) == [job]
    assert not visible_jobs(user=guest).exists()
    check_cancel(job, owner)


def test_a_superuser_sees_all_in_any_case(owner, provider):
    job = buy(provider, owner)

    assert list(visible_jobs(user=make_user(is_superuser=True))) == [job]


def test_a_part_of_a_larger_job_does_not_show_the_whole(owner, guest, provider):
    grant(provider, guest)
    whole = make_job(JobState.RUNNING, operation="virtual_machine.stop", requested_by=owner)
    part = buy(provider, owner, parent=whole)

    assert list(visible_jobs(user=guest)) == [part]
    assert parent_of(part, user=guest) is None
    assert parent_of(part, user=owner) == whole
    assert parent_of(part, user=make_user(is_superuser=True)) == whole
    same = buy(provider, owner, parent=buy(provider, owner))
    assert parent_of(same, user=guest) == same.parent


@pytest.mark.parametrize("role", list(Role))
def test_only_operators_stop_and_repeat(owner, guest, provider, role):
    grant(provider, guest, role)
    job = buy(provider, owner)

    for check in (check_cancel, get_delegate().check_retry):
        if role is Role.VIEWER:
            with pytest.raises(Forbidden, match="requires the role OPERATOR"):
                check(job, guest)
        else:
            check(job, guest)


def test_a_whole_is_stopped_by_who_may_stop_the_parts_that_they_see(owner, guest, provider):
    whole = make_job(
        JobState.RUNNING, operation="virtual_machine.stop", requested_by=guest, run_after=None
    )
    part = buy(provider, guest, parent=whole, state=JobState.RUNNING)
    check_cancel(whole, guest)

    grant(provider, guest, Role.VIEWER)

    with pytest.raises(Forbidden, match=provider.name):
        check_cancel(whole, guest)
    Job.objects.filter(pk=part.pk).update(state=JobState.SUCCEEDED)
    check_cancel(whole, guest)


def test_what_is_out_of_reach_is_repeated_as_what_is_gone(owner, guest, provider):
    with pytest.raises(NotFound, match="not there any more"):
        get_delegate().check_retry(buy(provider, owner), guest)
