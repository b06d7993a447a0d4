"""Runs a job's steps in this process, without a worker: polls come at once."""

from django.utils import timezone

from inventory.providers.simulator.store import Store
from jobs.api import Job, run_job

MOST_STEPS = 60


def take_step(job):
    """Take the job's next step now, and bring ``job`` up to date."""
    Job.objects.filter(pk=job.pk).update(run_after=timezone.now())
    run_job(str(job.pk))
    job.refresh_from_db()


def run_to_its_end(job, *, most_steps=MOST_STEPS):
    """Take step after step until the job has ended; the job as it is then."""
    for _ in range(most_steps):
        job = Job.objects.get(pk=job.pk)
        if job.is_finished:
            return job
        Job.objects.filter(pk=job.pk).update(run_after=timezone.now())
        run_job(str(job.pk))
    raise AssertionError(f"The job is {job.state} after {most_steps} steps: {job.memory}")


def effects_of(directory, provider):
    """The actions that the simulated cloud accepted and did, in order."""
    seed = provider.credentials.values["seed"]
    return [effect.action for effect in Store(directory, seed).effects()]


def messages_of(job):
    return list(job.events.order_by("pk").values_list("message", flat=True))
