import pytest
from celery import current_app

from jobs import tasks
from jobs.dispatch import RUN_TASK
from jobs.operations.outcomes import Done
from tests.jobs.factories import in_seconds, make_job

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_bell_and_beat_name_tasks_that_exist():
    beat = current_app.conf.beat_schedule["sweep"]["task"]

    assert current_app.tasks[RUN_TASK] is current_app.tasks[tasks.run.name]
    assert current_app.tasks[beat] is current_app.tasks[tasks.sweep.name]


def test_run_takes_a_step(define):
    steps = define(lambda _step: Done("Done."))
    job = make_job()

    tasks.run(str(job.pk))

    job.refresh_from_db()
    assert len(steps) == 1
    assert job.state == "SUCCEEDED"


def test_sweep_rings(sent_messages):
    job = make_job(run_after=in_seconds(-60))

    tasks.sweep()

    assert sent_messages() == [(str(job.pk), False)]
