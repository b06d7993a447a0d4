"""A retry of an action is refused while another one runs, or after it is done."""

import pytest

from gateway.core.errors import Conflict
from jobs.api import Job, RetriedAlready, retry
from tests.clouds.engine import engines  # noqa: F401 - a fixture
from tests.inventory.factories import make_user
from tests.inventory.operations.every import EVERY_OPERATION, cloud_of, submit
from tests.inventory.operations.running import run_to_its_end

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("engines")]


# The simulator counts each request of a deletion of a bucket, of which there is one for each page.
@pytest.mark.parametrize("operation", [one for one in EVERY_OPERATION if one != "bucket.delete"])
def test_a_failed_action_is_tried_again_once(operation, simulator_directory):
    ann = make_user(is_superuser=True)
    cloud = cloud_of(operation, simulator_directory)
    failed = submit(cloud, operation, ann)
    Job.objects.filter(pk=failed.pk).update(state="FAILED", error_code="QUOTA_EXCEEDED")
    failed.refresh_from_db()

    again = retry(job=failed, requested_by=ann)
    with pytest.raises(Conflict) as while_it_runs:
        retry(job=failed, requested_by=ann)
    ended = run_to_its_end(again)
    effects = cloud.effects
    with pytest.raises(RetriedAlready) as afterwards:
        retry(job=failed, requested_by=ann)

    assert ended.state == "SUCCEEDED"
    for refusal in (while_it_runs.value, afterwards.value):
        assert again.public_id in refusal.message
        assert refusal.job.pk == again.pk
    assert len(effects) == len(set(effects)) > 0
    assert cloud.effects == effects
