import pytest

from jobs.models import Job
from jobs.operations.outcomes import Done, OperationFailed, Wait
from jobs.run.runner import run_job
from tests.jobs.factories import make_job

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_remembered_is_stored_at_once(define):
    stored = []

    def note(step):
        step.remember(asked_at=1.5)
        stored.append(Job.objects.get(pk=step.job_id).memory)
        step.remember(machine="i-1")
        assert step.memory == {"asked_at": 1.5, "machine": "i-1"}
        return Wait(0)

    define(note)
    job = make_job()

    run_job(str(job.pk))

    assert stored == [{"asked_at": 1.5}]
    job.refresh_from_db()
    assert job.memory == {"asked_at": 1.5, "machine": "i-1"}


def test_it_is_there_in_the_next_step_after_a_failure_too(define):
    seen = []

    def fail_once(step):
        seen.append(dict(step.memory))
        if not step.memory:
            step.remember(asked=True)
            raise OperationFailed("TIMEOUT", "No answer.", retryable=True)
        return Done("Done.")

    define(fail_once)
    job = make_job()

    run_job(str(job.pk))
    Job.objects.update(run_after=job.run_after)
    run_job(str(job.pk))

    assert seen == [{}, {"asked": True}]


def test_memory_cannot_be_changed_behind_its_back(define):
    def write_past_it(step):
        with pytest.raises(TypeError):
            step.memory["asked"] = True
        return Done("Done.")

    define(write_past_it)
    job = make_job()

    run_job(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.memory) == ("SUCCEEDED", {})


def test_a_report_is_an_event_and_may_tell_the_progress(define, kinds):
    progress = []

    def report(step):
        step.report("Asked the cloud.", 30)
        progress.append(Job.objects.get(pk=step.job_id).progress)
        step.report("It answered.")
        progress.append(Job.objects.get(pk=step.job_id).progress)
        return Wait(0)

    define(report)
    job = make_job()

    run_job(str(job.pk))

    assert progress == [30, 30]
    assert kinds(job) == ["RUNNING", "PROGRESS", "PROGRESS"]
    assert list(job.events.values_list("message", flat=True)) == [
        "Begun.",
        "Asked the cloud.",
        "It answered.",
    ]


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_text_that_no_database_stores_is_replaced(define, text):
    facts = {"before": [[text, {text: text}]]}
    stored = {"before": [["a\ufffdb", {"a\ufffdb": "a\ufffdb"}]]}

    def note(step):
        step.remember(**facts)
        assert step.memory == stored
        return Done("Done.", result=facts)

    define(note)
    job = make_job()

    run_job(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.memory, job.result) == ("SUCCEEDED", stored, stored)
