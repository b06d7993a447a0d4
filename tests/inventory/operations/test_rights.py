"""Every operation checks its requester's right again before each step."""

from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from gateway.core.accounts.api_tokens import api_token_create, api_token_revoke, api_token_user
from gateway.core.accounts.credential import Scope
from gateway.core.accounts.models import ApiToken, Membership, Team
from inventory.models import Grant, Role
from inventory.operations import target_context
from jobs.api import retry
from tests.clouds.engine import engines  # noqa: F401 - a fixture
from tests.inventory.factories import make_simulator, make_user
from tests.inventory.operations.every import EVERY_OPERATION, cloud_of, covering, submit
from tests.inventory.operations.running import take_step

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("engines")]


def grant_to(user, provider, role=Role.OPERATOR):
    return Grant.objects.create(provider=provider, user=user, role=role.value)


def lower_role(bob, provider):
    Grant.objects.filter(provider=provider).update(role=Role.VIEWER.value)


def take_role(bob, provider):
    Grant.objects.filter(provider=provider).delete()


def disable(bob, provider):
    bob.is_active = False
    bob.save()


def delete(bob, provider):
    type(bob).objects.get(pk=bob.pk).delete()


LOSSES = {one.__name__: one for one in (lower_role, take_role, disable, delete)}


@pytest.fixture(params=EVERY_OPERATION)
def operation(request):
    return request.param


@pytest.fixture
def bob():
    return make_user("bob")


@pytest.fixture
def assert_denied(monkeypatch):
    """Takes a step, which must end the job before the next call to the cloud."""

    def assert_denied(job, cloud, reason=""):
        before = cloud.effects

        def no_call(*_arguments):
            raise AssertionError("The cloud was called.")

        with monkeypatch.context() as patched:
            patched.setattr(target_context, "connected", no_call)
            take_step(job)
        assert (job.state, job.error_code) == ("FAILED", "PERMISSION_DENIED"), job.error_message
        assert job.error_message.startswith("Its requester may not do this any more. ")
        assert reason in job.error_message
        assert not job.error_retryable
        assert cloud.effects == before

    return assert_denied


# Two jobs of these can run at once: only one group can be deleted, and a bucket is emptied first.
TWICE = [one for one in EVERY_OPERATION if one not in {"security_group.delete", "bucket.delete"}]


@pytest.mark.parametrize(("operation", "loss"), covering(product(TWICE, LOSSES)))
def test_a_right_that_was_lost_ends_the_job_before_its_next_step(
    operation, loss, bob, simulator_directory, assert_denied
):
    cloud = cloud_of(operation, simulator_directory)
    grant_to(bob, cloud.provider)
    queued, begun = submit(cloud, operation, bob), submit(cloud, operation, bob)
    take_step(begun)
    assert not begun.is_finished

    LOSSES[loss](bob, cloud.provider)

    assert_denied(queued, cloud)
    assert queued.error_message.endswith("Nothing had been done.")
    assert_denied(begun, cloud)
    assert "Done before that: " in begun.error_message


def test_who_keeps_the_right_keeps_the_job(operation, bob, simulator_directory):
    cloud = cloud_of(operation, simulator_directory)
    grant_to(bob, cloud.provider)
    job = submit(cloud, operation, bob)

    while not job.is_finished:
        take_step(job)

    assert job.state == "SUCCEEDED"


@pytest.fixture
def machines(simulator_directory):
    return cloud_of("virtual_machine.stop", simulator_directory)


def test_a_superuser_who_is_none_any_more(machines, assert_denied):
    root = make_user("root", is_superuser=True)
    job = submit(machines, "virtual_machine.stop", root)
    root.is_superuser = False
    root.save()

    assert_denied(job, machines, "This requires the role OPERATOR")


def test_a_member_who_left_the_team(machines, bob, assert_denied):
    team = Team.objects.create(name="ops")
    membership = Membership.objects.create(team=team, user=bob)
    Grant.objects.create(provider=machines.provider, team=team, role=Role.OPERATOR.value)
    job = submit(machines, "virtual_machine.stop", bob)
    membership.delete()

    assert_denied(job, machines, "on which you have none")


def with_token(user, **given):
    options = {"name": "ci", "scope": Scope.OPERATE, "days": 1} | given
    token, secret = api_token_create(user=user, **options)
    return token, api_token_user(secret=secret)


def revoke(token):
    api_token_revoke(token=token)


def expire(token):
    ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def forget(token):
    ApiToken.objects.filter(pk=token.pk).delete()


def narrow(token):
    ApiToken.objects.filter(pk=token.pk).update(scope=Scope.READ.value)


def limit_to_another(token):
    other = make_simulator(token.user)
    ApiToken.objects.filter(pk=token.pk).update(providers=[other.scope])


@pytest.mark.each_case
@pytest.mark.parametrize("end", [revoke, expire, forget, narrow, limit_to_another])
def test_a_token_that_would_not_do_any_more(machines, end, assert_denied):
    token, user = with_token(machines.provider.owner)
    job = submit(machines, "virtual_machine.stop", user)

    end(token)

    assert_denied(job, machines)


def test_a_token_that_is_limited_to_the_provider_is_enough(machines):
    _token, user = with_token(machines.provider.owner, providers=[machines.provider.scope])
    job = submit(machines, "virtual_machine.stop", user)

    while not job.is_finished:
        take_step(job)

    assert job.state == "SUCCEEDED"


def test_the_owner_s_token_ends_no_job_of_another_credential(machines):
    token, _user = with_token(machines.provider.owner)
    job = submit(machines, "virtual_machine.stop", machines.provider.owner)
    revoke(token)

    take_step(job)

    assert job.state == "RUNNING"


def test_a_retry_goes_by_the_rights_of_who_retries(machines, bob, assert_denied):
    grant_to(bob, machines.provider)
    job = submit(machines, "virtual_machine.stop", bob)
    take_role(bob, machines.provider)
    assert_denied(job, machines)
    _token, ann = with_token(machines.provider.owner)

    again = retry(job=job, requested_by=ann)
    assert again.requester_login == ann.get_username()
    revoke(_token)

    assert_denied(again, machines, "was revoked")


def test_half_a_purchase_says_what_it_leaves(machines, bob, assert_denied):
    grant_to(bob, machines.provider)
    job = submit(machines, "virtual_machine.provision", bob)
    take_step(job)
    take_role(bob, machines.provider)

    assert_denied(job, machines)

    (created,) = job.created
    assert created
    assert f"The cloud made {job.memory['external_id']}." in job.error_message


def test_a_job_of_the_gateway_s_own_has_no_requester_to_lose_a_right(machines):
    job = submit(machines, "virtual_machine.stop")

    take_step(job)

    assert job.state == "RUNNING"
