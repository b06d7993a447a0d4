"""How a cloud reports that an accepted request has failed: a list of what became of requests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from inventory.providers.capability import Capability
from inventory.providers.identity import id_at, is_same
from inventory.types import Failure


@dataclass(frozen=True, slots=True)
class Reports:
    """``read(driver, external_id)``: the reports on an object, of which the newest comes first.

    ``field``: of a report, what was requested; ``words``: what stands there, by capability.
    ``object_id``: where it has the id of its object. ``failed``: the status of a failure.
    ``unexplained``: the message of a report without a reason, with a place for ``field``.
    """

    read: Callable[[Any, str], Any]
    field: str
    words: Mapping[Capability, tuple[str, ...]]
    object_id: tuple[str, ...]
    failed: str
    unexplained: str

    def failure(self, driver: Any, capability: Capability, external_id: str) -> Failure | None:
        """How the latest request for this action failed. None: no failure of it is reported."""
        if not external_id.isdecimal():
            return None
        words = self.words.get(capability, ())
        for one in self.read(driver, external_id) or []:
            if one.get(self.field) in words and is_same(id_at(one, *self.object_id), external_id):
                return self.failure_of(one)
        return None

    def failure_of(self, report: Mapping[str, Any]) -> Failure | None:
        if report.get("status") != self.failed:
            return None
        message = report.get("message") or self.unexplained.format(report.get(self.field))
        return Failure(self.failed, str(message), str(report.get("id") or ""))
