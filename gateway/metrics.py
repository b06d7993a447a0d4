"""``/metrics``: the metrics for Prometheus, in its text format, version 0.0.4.

All values are read from the database, so every web process gives the same answer, and
prometheus_client's multiprocess mode is not needed. If many requests come at once, one of them
reads the database for all.
"""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from gateway.core.webhooks.metrics import Counts
from gateway.core.webhooks.metrics import counts as webhook_counts
from gateway.kept import Kept
from jobs import api as jobs

KEPT_SECONDS = 5.0  # shorter than usual scrape intervals; the sums read every job


def metrics(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        _text.get(), content_type=CONTENT_TYPE_PLAIN_0_0_4, headers={"Cache-Control": "no-store"}
    )


class RowCollector(Collector):
    """Metrics of the jobs and webhooks in the database. ``collect`` raises django.db.Error."""

    def collect(self) -> Iterator[Metric]:
        by_state = GaugeMetricFamily("gateway_jobs", "Jobs by state.", labels=["state"])
        for state, count in jobs.count_by_state().items():
            by_state.add_metric([state], count)
        yield by_state
        backlog = jobs.backlog()
        yield GaugeMetricFamily(
            "gateway_jobs_due",
            "Jobs that could take a step now and that no worker has taken up.",
            value=backlog.due,
        )
        yield GaugeMetricFamily(
            "gateway_jobs_due_oldest_seconds",
            "For how long the oldest of them has been due.",
            value=backlog.oldest_seconds,
        )
        yield from _ended(jobs.durations())
        yield from _webhooks(webhook_counts())


def _ended(rows: list[jobs.Durations]) -> Iterator[Metric]:
    labels = ["operation", "state"]
    ended = CounterMetricFamily(
        "gateway_jobs_ended_total",
        "Jobs that have ended, by operation and final state.",
        labels=labels,
    )
    waited = SummaryMetricFamily(
        "gateway_job_wait_seconds",
        "From being asked for to the first step, of jobs that have ended.",
        labels=labels,
    )
    ran = SummaryMetricFamily(
        "gateway_job_run_seconds",
        "From the first step to the end, of jobs that have ended.",
        labels=labels,
    )
    for row in rows:
        values = [row.operation, row.state]
        ended.add_metric(values, row.ended)
        waited.add_metric(values, count_value=row.begun, sum_value=row.waited)
        ran.add_metric(values, count_value=row.begun, sum_value=row.ran)
    yield from (ended, waited, ran)


def _webhooks(counted: Counts) -> Iterator[Metric]:
    for name, text, by_state in (
        ("gateway_webhooks", "Webhooks by state.", counted.webhooks),
        ("gateway_webhook_deliveries", "Deliveries that are kept, by state.", counted.deliveries),
    ):
        family = GaugeMetricFamily(name, text, labels=["state"])
        for state, count in by_state.items():
            family.add_metric([state], count)
        yield family
    yield GaugeMetricFamily(
        "gateway_webhook_events_waiting",
        "Events of which no deliveries were made yet.",
        value=counted.events,
    )
    yield GaugeMetricFamily(
        "gateway_webhook_events_failed",
        "Events of which no deliveries could be made, that are kept; the log has the errors.",
        value=counted.failed_events,
    )
    yield GaugeMetricFamily(
        "gateway_webhook_deliveries_due_oldest_seconds",
        "For how long the oldest delivery that could be sent has been due; 0 if there is none.",
        value=counted.oldest_seconds,
    )


def _look() -> bytes:
    return generate_latest(RowCollector())


_text = Kept(_look, KEPT_SECONDS)
