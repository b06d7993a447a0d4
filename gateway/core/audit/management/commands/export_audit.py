"""The audit as JSON lines, oldest first: ``manage.py export_audit --since 2026-01-01``."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

import orjson
from django.core.management.base import BaseCommand

from gateway.core.audit.selectors import AuditFilters, event_list
from gateway.core.db import in_chunks

ROWS_AT_ONCE = 1000


class Command(BaseCommand):
    help = "Write the audit to standard output, an event a line, in JSON, oldest first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=_moment, help="only events at this time or later")
        parser.add_argument("--until", type=_moment, help="only events before this time")

    def handle(self, **options: Any) -> None:
        filters = AuditFilters(since=options["since"], until=options["until"])
        for event in in_chunks(event_list(filters).order_by("at", "pk"), ROWS_AT_ONCE):
            self.stdout.write(orjson.dumps(event.as_json()).decode())


def _moment(text: str) -> datetime:
    """A day or a time of ISO 8601, in UTC if it has no offset."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
