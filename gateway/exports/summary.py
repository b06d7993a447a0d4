"""The headers and the trailer: whether an export is complete, and which sources are missing."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

# Characters: proxies take 4 KiB or 8 KiB of headers. The trailer has all sources.
MOST_IN_HEADER = 2_000
HEADERS = ("X-Complete", "X-Rows", "X-Missing-Sources", "X-Missing-Count")
OF_RECEIPTS = ("provider", "region", "resource", "status", "error")


@dataclass(slots=True)
class Summary:
    """``listed``: the rows of the list when the export began; ``rows``: those that were written.

    ``missing``: the sources whose answers are not complete. ``cuts``: lists in rows that have more
    than is shown. ``error``: why the export ended early, as code and message.
    """

    began_at: datetime
    listed: int = 0
    rows: int = 0
    missing: list[dict[str, Any]] = field(default_factory=list)
    cuts: int = 0
    error: Mapping[str, str] | None = None
    ended_at: datetime | None = None

    @property
    def complete_at_start(self) -> bool:
        return not self.missing

    @property
    def complete(self) -> bool:
        return self.complete_at_start and self.is_whole

    @property
    def is_whole(self) -> bool:
        """True if it has all rows that ``listed`` announced."""
        return self.rows == self.listed and not self.cuts and self.error is None

    @property
    def headers(self) -> dict[str, str]:
        found = {
            "X-Complete": "true" if self.complete_at_start else "false",
            "X-Rows": str(self.listed),
        }
        if self.missing:
            found["X-Missing-Sources"] = _short(self.missing)
            found["X-Missing-Count"] = str(len(self.missing))
        return found

    def trailer(self) -> dict[str, Any]:
        return {
            "complete": self.complete,
            "rows": self.rows,
            "listed": self.listed,
            "beganAt": self.began_at.isoformat(),
            "endedAt": self.ended_at.isoformat() if self.ended_at else None,
            "missing": self.missing,
            "cutLists": self.cuts,
            "error": self.error,
        }


def missing_of(receipts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The sources whose answers are not complete, in the words of their receipts."""
    return [{name: one[name] for name in OF_RECEIPTS} for one in receipts if not one["complete"]]


def _short(missing: Sequence[Mapping[str, Any]]) -> str:
    """The first sources, as JSON that fits into a header."""
    found = ""
    for count in range(1, len(missing) + 1):
        longer = json.dumps([_named(one) for one in missing[:count]])
        if len(longer) > MOST_IN_HEADER:
            break
        found = longer
    return found or "[]"


def _named(missing: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "provider": missing["provider"]["name"],
        "region": missing["region"],
        "resource": missing["resource"],
        "code": missing["error"]["code"] if missing["error"] else missing["status"],
    }
