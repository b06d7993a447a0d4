"""What Prometheus reads at /metrics."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from gateway import metrics
from gateway.metrics import Family
from jobs.states import JobState
from tests.jobs.factories import make_job

pytestmark = pytest.mark.django_db

LINE = re.compile(
    r"# (HELP|TYPE) [a-z_]+ .+"
    r"|[a-z_]+(\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*\})? [-+0-9.e]+"
)


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
    assert 'gateway_jobs{state="SUCCEEDED"} 1' in found
    assert 'gateway_jobs{state="QUEUED"} 1' in found
    assert 'gateway_jobs{state="FAILED"} 0' in found
    assert "gateway_jobs_due 1" in found
    assert f"gateway_jobs_ended_total{labels} 1" in found
    assert f"gateway_job_wait_seconds_sum{labels} 0.25" in found
    assert f"gateway_job_wait_seconds_count{labels} 1" in found
    assert f"gateway_job_run_seconds_sum{labels} 4" in found


def test_every_line_is_in_prometheus_own_format(lines):
    make_job(JobState.SUCCEEDED)

    assert [line for line in lines() if not LINE.fullmatch(line)] == []


def test_many_who_ask_cost_one_look(lines, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(metrics._text, "_seconds", 3600)  # however slow the machine is
    with django_assert_num_queries(3):
        first = lines()
        second = lines()

    assert first == second


def test_labels_are_escaped():
    family = Family("a", "gauge", "Help.", [("", {"b": 'c"d\\e\nf'}, 1)])

    assert list(family.lines())[-1] == 'a{b="c\\"d\\\\e\\nf"} 1'
