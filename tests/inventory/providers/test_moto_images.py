"""Images of an AWS account, on moto over HTTP."""

import pytest

from inventory.providers import connect, get_kind
from inventory.providers.capability import BY_KEY
from inventory.records.image import ImageState, NewImage, not_own, snapshots_left
from tests.clouds.moto import IMAGE

KIND = get_kind("aws")
MARK = (("gateway-job", "job-1"),)
SENT = "before-parameter-build.ec2.CreateImage"


@pytest.fixture
def cloud(moto, region):
    with connect(KIND, KIND.clean_credentials(moto.credentials), region, 30) as cloud:
        yield cloud


def test_an_image_is_created_without_a_restart_and_deleted_with_its_snapshots_left(
    cloud, moto, region
):
    """boto3's own client checks it: the instance runs all the time."""
    [machine] = moto.launch(region)
    sent = []
    cloud._driver.client.meta.events.register(SENT, lambda params, **_: sent.append(dict(params)))
    order = NewImage("web 2026", machine, "token", description="By hand.", tags=MARK)

    made = cloud.create("images", "create", order)

    assert (made.own, made.machine_id, set(made.tags)) == (True, machine, set(MARK))
    assert [one["NoReboot"] for one in sent] == [True]
    [found] = [one for one in cloud.read("images") if set(MARK) <= set(one.tags)]
    assert found == cloud.find("images", made.external_id)
    assert (found.external_id, found.name) == (made.external_id, "web 2026")
    assert (found.state, found.description) == (ImageState.AVAILABLE, "By hand.")
    assert (found.own, found.public, found.machine_id) == (True, False, machine)
    assert found.architecture == "x86_64"
    assert found.created_at is not None
    assert found.size > 0
    assert found.snapshot_ids
    assert all(one in snapshots_left(found) for one in found.snapshot_ids)

    verdict = cloud.check(BY_KEY["images", "delete"], made.external_id)
    assert verdict.allowed
    cloud.do("images", "delete", made.external_id)

    assert cloud.find("images", made.external_id) is None
    snapshots = {one.external_id for one in cloud.read("snapshots")}
    assert set(found.snapshot_ids) <= snapshots


def test_an_image_of_another_owner_is_not_the_accounts(cloud):
    image = cloud.find("images", IMAGE)

    assert (image.own, image.public) == (False, True)
    assert "only its owner" in not_own(image)
    assert not any(one.own for one in cloud.read("images", image.name))
