"""A cloud's reports on the outcome of accepted requests: a list of reports on each object.

The driver reads them: ``reports(external_id)`` returns those on an object, of which the newest
comes first, or None; ``report(external_id, operation)`` the one of an operation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inventory.providers.accepted import RequestOutcome
from inventory.providers.capability import Capability
from inventory.providers.identity import id_at, is_same, same_object
from inventory.types import Failure


@dataclass(frozen=True, slots=True)
class Reports:
    """``field``: of a report, what was requested; ``words``: what stands there, by capability.

    ``object_id``: where it has the id of its object. ``failed``: the status of a failure.
    ``unexplained``: the message of a report without a reason, with a place for ``field``.
    ``in_progress``: the status of an operation that runs, of a cloud whose replies name it.
    """

    field: str
    words: Mapping[Capability, tuple[str, ...]]
    object_id: tuple[str, ...]
    failed: str
    unexplained: str
    in_progress: str = ""

    def failure(self, driver: Any, capability: Capability, external_id: str) -> Failure | None:
        """The failure of the latest request for this action. None: no failure of it is reported."""
        if not external_id.isdecimal():
            return None
        words = self.words.get(capability, ())
        for one in driver.reports(external_id) or []:
            if one.get(self.field) in words and is_same(id_at(one, *self.object_id), external_id):
                return self._failure_of(one)
        return None

    def outcome(self, driver: Any, external_id: str, operation: str) -> RequestOutcome:
        """The outcome of the operation. Raises NOT_FOUND.

        Raises MalformedResponseError for a report on another object.
        """
        report = same_object(driver.report(external_id, operation), external_id, *self.object_id)
        return RequestOutcome(report.get("status") == self.in_progress, self._failure_of(report))

    def _failure_of(self, report: Mapping[str, Any]) -> Failure | None:
        if report.get("status") != self.failed:
            return None
        message = report.get("message") or self.unexplained.format(report.get(self.field))
        return Failure(self.failed, str(message), str(report.get("id") or ""))
