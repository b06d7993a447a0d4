"""A deployment waits for a conflict that passes; any other conflict ends the job."""

import pytest

from inventory.providers import ProviderErrorCode as Code
from inventory.providers import get_kind
from inventory.services.container_orders import DeployRequest
from inventory.services.containers import container_deploy
from inventory.services.providers import provider_connect
from tests.inventory.factories import make_user
from tests.inventory.operations.test_every_container_kind import RECORDED
from tests.inventory.operations.test_unclear_answers import take_step
from tests.inventory.providers.contract.refusing import refusing

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about what the cloud is sent and answers
]

CONFLICTS = [
    pytest.param(slug, row, id=f"{slug}-{row.sample[:40]}")
    for slug in RECORDED
    for row in get_kind(slug).refusals
    if row.code is Code.CONFLICT
]


def ordered(account, name):
    provider = provider_connect(
        owner=make_user(),
        kind=account.slug,
        name="recorded",
        credentials=account.given,
        regions=[account.region],
    )
    request = DeployRequest(name=name, image=account.image)
    return container_deploy(provider=provider, request=request, requested_by=None)


@pytest.mark.parametrize(("slug", "row"), CONFLICTS)
def test_a_conflict_ends_a_deployment_only_if_it_stays(request, monkeypatch, slug, row):
    account = RECORDED[slug](request)
    job = ordered(account, "made-here")
    # Kubernetes: no pod has the name, so that the one in the way is gone by now.
    is_gone = slug == "kubernetes" and row.word == "AlreadyExists"

    with refusing(account, row, monkeypatch, reads=False):
        take_step(job)

    assert job.is_finished is not (row.temporary or is_gone), job.error_message


def test_the_name_of_a_pod_that_is_being_deleted_is_waited_for(request):
    """The API server holds a pod for its grace period, 30 s, and its name with it."""
    account = RECORDED["kubernetes"](request)
    pods = account.cloud.pods
    pod = next(one for one in pods if one["metadata"]["namespace"] == account.region)
    pod["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    job = ordered(account, pod["metadata"]["name"])

    take_step(job)
    assert not job.is_finished
    pods.remove(pod)
    for _ in range(3):
        take_step(job)

    assert job.state == "SUCCEEDED", job.error_message
