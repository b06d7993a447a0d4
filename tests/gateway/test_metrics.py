"""The metrics that Prometheus reads at /metrics."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from gateway import metrics
from gateway.core.webhooks.models import Webhook
from gateway.core.webhooks.services import webhook_test
from jobs.api import JobState
from tests.gateway.core.webhooks.factories import make_webhook
from tests.jobs.factories import make_job, make_user

pytestmark = pytest.mark.django_db

# Names, types and help texts that dashboards and alerts refer to.
FAMILIES = [
    ("gateway_jobs", "gauge", "Jobs by state."),
    (
        "gateway_jobs_due",
        "gauge",
        "Jobs that could take a step now and that no worker has taken up.",
    ),
    (
        "gateway_jobs_due_oldest_seconds",
        "gauge",
        "For how long the oldest of them has been due.",
    ),
    (
        "gateway_jobs_ended_total",
        "counter",
        "Jobs that have ended, by operation and final state.",
    ),
    (
        "gateway_job_wait_seconds",
        "summary",
        "From being asked for to the first step, of jobs that have ended.",
    ),
    (
        "gateway_job_run_seconds",
        "summary",
        "From the first step to the end, of jobs that have ended.",
    ),
    ("gateway_webhooks", "gauge", "Webhooks by state."),
    ("gateway_webhook_deliveries", "gauge", "Deliveries that are kept, by state."),
    (
        "gateway_webhook_events_waiting",
        "gauge",
        "Events of which no deliveries were made yet.",
    ),
    (
        "gateway_webhook_events_failed",
        "gauge",
        "Events of which no deliveries could be made, that are kept; the log has the errors.",
    ),
    (
        "gateway_webhook_deliveries_due_oldest_seconds",
        "gauge",
        "For how long the oldest delivery that could be sent has been due; 0 if there is none.",
    ),
]


@pytest.fixture(autouse=True)
def _fresh():
    metrics._text.forget()
    yield
    metrics._text.forget()


@pytest.fixture
def lines():
    """Asks, and returns the lines of the answer."""

    def _lines():
        response = Client().get("/metrics")
        assert response.status_code == 200
        assert response["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert response["Cache-Control"] == "no-store"
        return response.content.decode().splitlines()

    return _lines


def test_jobs_are_counted_by_state_and_timed_by_operation(lines):
    now = timezone.now()
    make_job(
        JobState.SUCCEEDED,
        operation="virtual_machine.stop",
        created_at=now,
        started_at=now + timedelta(seconds=0.25),
        finished_at=now + timedelta(seconds=4.25),
    )
    make_job(run_after=now - timedelta(seconds=5))

    found = lines()

    labels = '{operation="virtual_machine.stop",state="SUCCEEDED"}'
    assert 'gateway_jobs{state="SUCCEEDED"} 1.0' in found
    assert 'gateway_jobs{state="QUEUED"} 1.0' in found
    assert 'gateway_jobs{state="FAILED"} 0.0' in found
    assert "gateway_jobs_due 1.0" in found
    assert f"gateway_jobs_ended_total{labels} 1.0" in found
    assert f"gateway_job_wait_seconds_sum{labels} 0.25" in found
    assert f"gateway_job_wait_seconds_count{labels} 1.0" in found
    assert f"gateway_job_run_seconds_sum{labels} 4.0" in found


def test_names_types_and_help_texts_are_kept(lines):
    make_job(JobState.SUCCEEDED)

    comments = [line for line in lines() if line.startswith("#")]

    assert comments == [
        line
        for name, kind, text in FAMILIES
        for line in (f"# HELP {name} {text}", f"# TYPE {name} {kind}")
    ]


def test_webhooks_are_counted(lines):
    webhook = make_webhook(make_user("ann"), url="https://a.example/")
    webhook_test(webhook=webhook)

    found = lines()

    assert 'gateway_webhooks{state="ACTIVE"} 1.0' in found
    assert 'gateway_webhook_deliveries{state="PENDING"} 1.0' in found
    assert "gateway_webhook_events_waiting 0.0" in found
    assert "gateway_webhook_events_failed 0.0" in found
    oldest = next(line for line in found if line.startswith("gateway_webhook_deliveries_due"))
    assert 0 < float(oldest.split()[1]) < 60
    Webhook.objects.update(state="PAUSED")
    metrics._text.forget()
    assert "gateway_webhook_deliveries_due_oldest_seconds 0.0" in lines()


def test_samples_are_read_back_with_their_labels(lines):
    make_job(JobState.SUCCEEDED, operation='a"b\\c\nd')

    families = text_string_to_metric_families("\n".join(lines()) + "\n")

    samples = [sample for family in families for sample in family.samples]
    labels = {"operation": 'a"b\\c\nd', "state": "SUCCEEDED"}
    assert [sample.name for sample in samples if sample.labels == labels] == [
        "gateway_jobs_ended_total",
        "gateway_job_wait_seconds_count",
        "gateway_job_wait_seconds_sum",
        "gateway_job_run_seconds_count",
        "gateway_job_run_seconds_sum",
    ]


def test_many_who_ask_cost_one_look(lines, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(metrics._text, "_seconds", 3600)  # however slow the machine is
    with django_assert_num_queries(7):
        first = lines()
        second = lines()

    assert first == second
