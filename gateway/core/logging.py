"""Log lines: one line of key=value each, with the job's id where there is one, and no secrets."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from gateway.core.redaction import redact

_job_id: ContextVar[str] = ContextVar("job_id", default="")


@contextmanager
def bound_job(job_id: str) -> Iterator[None]:
    """Every line logged inside carries ``job=<id>``."""
    token = _job_id.set(job_id)
    try:
        yield
    finally:
        _job_id.reset(token)


class RedactingFilter(logging.Filter):
    """Removes secrets from the message; the formatter does so from the traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = redact(record.getMessage())
        record.args = None
        return True


class LineFormatter(logging.Formatter):
    """``time level logger [job=id] message``, times in UTC."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        job = _job_id.get()
        record.job = f"job={job} " if job else ""
        return redact(super().format(record))

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(job)s%(message)s")
