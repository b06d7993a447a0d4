"""Django's system checks of jobs."""

from typing import Any

from django.core.checks import CheckMessage, Error

from jobs import delegate


def check_delegate(**_: Any) -> list[CheckMessage]:
    """Other mistakes of the registration are exceptions: see ``register_delegate``."""
    if delegate.is_registered():
        return []
    return [Error(delegate.NOT_REGISTERED, id="jobs.E001")]
