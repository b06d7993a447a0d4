"""An order whose answer is lost, at a cloud that honours no client token: moto makes a machine each
time that it is asked. EC2 itself does not.
"""

import uuid

import pytest
from django.utils import timezone

from inventory.operations import create as operation
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.services.machines import machine_provision
from inventory.services.orders import ProvisionRequest
from inventory.services.providers import provider_connect
from jobs.api import Job, run_job
from tests.clouds.moto import IMAGE
from tests.inventory.cloud_patches import patch_cloud, plain_cloud
from tests.inventory.factories import make_user
from tests.inventory.operations.running import run_to_its_end

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.functional,
    pytest.mark.any_database,  # it is about what the cloud answers
]


class Killed(BaseException):
    """Nothing in a worker survives it, as nothing survives SIGKILL."""


@pytest.fixture
def job(moto, region):
    provider = provider_connect(
        owner=make_user(),
        kind="aws",
        name="account",
        credentials=moto.credentials,
        regions=[region],
    )
    order = ProvisionRequest(name="web", size="t3.micro", image=IMAGE, tags=[("team", "red")])
    return machine_provision(provider=provider, request=order, requested_by=provider.owner)


def names_of(moto, region):
    return {
        external_id: {tag["Key"]: tag["Value"] for tag in instance["Tags"]}
        for external_id, instance in moto.instances(region).items()
    }


def test_moto_honours_no_token(moto, region):
    """If moto honoured a token, the other tests here would show nothing."""
    client = moto.ec2(region)
    for _ in range(2):
        client.run_instances(
            ImageId=IMAGE, MinCount=1, MaxCount=1, ClientToken=str(uuid.UUID(int=1))
        )
    client.close()

    assert len(moto.instances(region)) == 2


def test_a_worker_killed_before_it_noted_the_machine_is_replaced_by_one_that_finds_it(
    monkeypatch, moto, region, job
):
    def die(*_arguments, **_options):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(operation, "store_one", die)
        with pytest.raises(Killed):
            run_job(str(job.pk))
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now())  # it lapses

    ended = run_to_its_end(job)

    assert ended.state == "SUCCEEDED"
    assert names_of(moto, region) == {
        ended.result["externalId"]: {"Name": "web", "team": "red", "gateway-job": str(job.pk)}
    }


LOOKS = 3


@pytest.mark.parametrize("hidden", [0, LOOKS], ids=["listed at once", "listed late"])
def test_an_answer_that_never_came_buys_no_second_machine(monkeypatch, moto, region, job, hidden):
    create, listing, looks = (
        plain_cloud("virtual_machines", "provision"),
        plain_cloud("virtual_machines", "list"),
        [],
    )

    def list_late(cloud):
        looks.append(cloud)
        return listing(cloud) if len(looks) > hidden else []

    def create_and_lose_the_answer(cloud, order):
        create(cloud, order)
        raise ProviderError(ProviderErrorCode.TIMEOUT, "No answer in time.")

    with monkeypatch.context() as patched:
        patch_cloud(patched, "virtual_machines", "provision", create_and_lose_the_answer)
        run_job(str(job.pk))
    patch_cloud(monkeypatch, "virtual_machines", "list", list_late)

    ended = run_to_its_end(job)

    assert (ended.state, ended.attempts) == ("SUCCEEDED", 1)
    assert len(looks) == hidden + 1
    assert list(names_of(moto, region)) == [ended.result["externalId"]]
