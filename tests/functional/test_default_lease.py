"""With the settings as they are shipped, a killed worker is replaced within half a minute."""

import time

import pytest
from django.conf import settings as configured

from jobs.api import Job, submit
from jobs.conf import SWEEP_GRACE
from tests.functional.job_operations import effects
from tests.functional.workers import (  # noqa: F401 - fixtures among them
    broker,
    kill,
    start,
    start_worker,
    wait_until,
)

pytestmark = [
    pytest.mark.functional,
    pytest.mark.any_database,  # it looks at a setting; test_jobs_worker does, how leases work
    pytest.mark.django_db(transaction=True),
]

SHIPPED = configured.JOB_LEASE_SECONDS
SWEEP_SECONDS = configured.CELERY_BEAT_SCHEDULE["sweep"]["schedule"]


def test_a_killed_worker_s_job_is_taken_up_within_half_a_minute(
    settings, start, start_worker, tmp_path
):
    settings.JOB_LEASE_SECONDS = SHIPPED
    path = str(tmp_path / "effects")
    start("beat", "--schedule", str(tmp_path / "schedule"))
    doomed, other = start_worker(), start_worker()
    job = submit(
        operation="functional.act_slowly",
        arguments={"path": path, "seconds": 600},
        requested_by=None,
    )
    wait_until(lambda: effects(path))
    # Whichever of the two has it; the other one goes on.
    has_it = Job.objects.get(pk=job.pk).lease_owner.split(":")[1] == str(doomed.pid)
    kill(doomed if has_it else other)
    killed_at = time.monotonic()

    wait_until(lambda: Job.objects.get(pk=job.pk).state == "SUCCEEDED")

    # The gateway's own waits; a busy machine adds time to them.
    assert SHIPPED + SWEEP_GRACE + SWEEP_SECONDS < 30
    assert time.monotonic() - killed_at > 1, "it was not killed"
    assert Job.objects.get(pk=job.pk).result == {"interrupted": True}
    assert effects(path) == [str(job.pk)]
