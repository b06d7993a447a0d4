"""``/metrics``: what Prometheus scrapes, in its text format, version 0.0.4.

Everything is read from the database, so every web process answers the same, and none has to be
asked for its own part. Of many who ask at once one looks.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from gateway.kept import Kept
from jobs import metrics as jobs

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
KEPT_SECONDS = 5.0  # more often than anybody scrapes; the sums look at every job

Sample = tuple[str, dict[str, str], float]


@dataclass(frozen=True, slots=True)
class Family:
    """Samples of one name: (suffix, labels, value) each."""

    name: str
    kind: str  # counter, gauge or summary
    help: str
    samples: list[Sample]

    def lines(self) -> Iterator[str]:
        yield f"# HELP {self.name} {self.help}"
        yield f"# TYPE {self.name} {self.kind}"
        for suffix, labels, value in self.samples:
            written = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
            yield (
                f"{self.name}{suffix}{{{written}}} {value:.17g}"
                if labels
                else (f"{self.name}{suffix} {value:.17g}")
            )


def metrics(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        _text.get(), content_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"}
    )


def _families() -> Iterable[Family]:
    backlog, ended = jobs.backlog(), jobs.durations()
    yield Family(
        "gateway_jobs",
        "gauge",
        "Jobs by state.",
        [("", {"state": state}, count) for state, count in jobs.count_by_state().items()],
    )
    yield Family(
        "gateway_jobs_due",
        "gauge",
        "Jobs that could take a step now and that no worker has taken up.",
        [("", {}, backlog.due)],
    )
    yield Family(
        "gateway_jobs_due_oldest_seconds",
        "gauge",
        "For how long the oldest of them has been due.",
        [("", {}, backlog.oldest_seconds)],
    )
    yield Family(
        "gateway_jobs_ended_total",
        "counter",
        "Jobs that have ended, by operation and final state.",
        [("", _labels(row), row.ended) for row in ended],
    )
    yield Family(
        "gateway_job_wait_seconds",
        "summary",
        "From being asked for to the first step, of jobs that have ended.",
        [sample for row in ended for sample in _summary(row, row.waited)],
    )
    yield Family(
        "gateway_job_run_seconds",
        "summary",
        "From the first step to the end, of jobs that have ended.",
        [sample for row in ended for sample in _summary(row, row.ran)],
    )


def _summary(row: jobs.Durations, total: float) -> list[Sample]:
    return [("_sum", _labels(row), total), ("_count", _labels(row), row.begun)]


def _labels(row: jobs.Durations) -> dict[str, str]:
    return {"operation": row.operation, "state": row.state}


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _look() -> str:
    return "".join(f"{line}\n" for family in _families() for line in family.lines())


_text = Kept(_look, KEPT_SECONDS)
