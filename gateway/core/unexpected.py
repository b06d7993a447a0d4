"""Unexpected exceptions: the log gets the traceback under an id, the caller gets the id."""

import logging
import uuid


def log_unexpected(log: logging.Logger, error: BaseException, *, context: str = "") -> str:
    """Log ``error`` with its traceback under a new id; returns the id.

    ``context``: the work that failed; only the log shows it.
    """
    error_id = uuid.uuid4().hex[:12]
    where = f" ({context})" if context else ""
    log.error("Unexpected error %s%s", error_id, where, exc_info=error)
    return error_id
