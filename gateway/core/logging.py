"""Log lines: one line of key=value each, with the job's id where there is one, and no secrets."""

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_job_id: ContextVar[str] = ContextVar("job_id", default="")

REDACTED = "[redacted]"
SECRETS = (
    # A JSON Web Token: three base64url parts, the first an encoded JSON object.
    (re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+"), REDACTED),
    # An API token of this gateway.
    (re.compile(r"cgw_[\w-]{20,}"), REDACTED),
    # A password inside a URL.
    (re.compile(r"(://[^/\s:@]*):[^/\s@]+@"), rf"\1:{REDACTED}@"),
    # key=value and "key": "value" whose key tells that the value is secret.
    (
        re.compile(
            r"(?i)(password|passwd|secret\w*|token|api_key)([\"']?\s*[=:]\s*[\"']?)[^\s\"',&]+"
        ),
        rf"\1\2{REDACTED}",
    ),
)


def redact(text: str) -> str:
    for pattern, replacement in SECRETS:
        text = pattern.sub(replacement, text)
    return text


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
