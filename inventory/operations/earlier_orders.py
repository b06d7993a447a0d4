"""The orders of the other jobs of a lineage, with which a retry goes on.

::

    the mark is listed ──────────────────────────────> go on with that product
    not listed; the order is open, and
        it may be repeated ──────────────────────────> order again with the same client token
        its answer is missing for < LOOK_SECONDS ────> look for it, see ``unclear_orders``
    not listed; made a moment ago ───────────────────> look again
    else ────────────────────────────────────────────> a new order

A job may end before its product is listed: by its deadline, by a cancel, or because its requester
has lost the right to it. A retry that ordered anew after one look would make a second product.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inventory.operations.unclear_orders import LOOK_SECONDS, is_open_by, mark_of, trace_of
from jobs.api import Step, Wait

# A cloud may not know its own new object for a moment.
UNKNOWN_SECONDS = 60.0
PAUSE_SECONDS = 5.0
NO_ANSWER = "The earlier job ended before the answer came"


@dataclass(frozen=True, slots=True)
class EarlierOrder:
    mark: str
    region: str
    memory: Mapping[str, Any]

    @property
    def is_open(self) -> bool:
        """True if the product may have been created, and its id is not known."""
        return is_open_by(self.memory)

    @property
    def unclear_at(self) -> float:
        return float(self.memory.get("unclear_at", self.memory["asked_at"]))

    @property
    def was_refused(self) -> bool:
        """True if the cloud has refused it clearly, and no answer was ever missing."""
        is_unmade = "external_id" not in self.memory and "unclear_at" not in self.memory
        return is_unmade and self.memory.get("order_open") is False


def orders_of(step: Step) -> list[EarlierOrder]:
    """The orders of the other jobs of the lineage, each order once.

    Orders that were clearly refused made nothing, and are left out.
    """
    found: dict[str, EarlierOrder] = {}
    for job in step.earlier_jobs():
        if "asked_at" not in job.memory:
            continue
        order = EarlierOrder(mark_of(job.memory, job.job_id), job.memory["region"], job.memory)
        if not order.was_refused and (order.mark not in found or not order.is_open):
            found[order.mark] = order
    return list(found.values())


def go_on_with(step: Step, unlisted: Sequence[tuple[EarlierOrder, bool]]) -> Wait | None:
    """Go on with an order whose product is not listed. Each is paired with: may be repeated.

    Returns the pause before the next look. None: the look back is over.
    """
    now = time.time()
    for order, may_repeat in unlisted:
        if order.is_open and (may_repeat or now - order.unclear_at < LOOK_SECONDS):
            _take_over(step, order)
            return None
    for order, _may_repeat in unlisted:
        if now - order.memory.get("created_at", 0.0) < UNKNOWN_SECONDS:
            external_id = order.memory["external_id"]
            message = f"An earlier job had {external_id} made, which is not listed yet."
            return Wait(PAUSE_SECONDS, message)
    step.remember(looked_back=True)
    return None


def _take_over(step: Step, order: EarlierOrder) -> None:
    """Note the order as this job's own: its mark, its doubt, and since when there is doubt."""
    step.remember(
        looked_back=True,
        order_id=order.mark,
        order_open=True,
        asked_at=order.memory["asked_at"],
        unclear_at=order.unclear_at,
        unclear_why=order.memory.get("unclear_why", NO_ANSWER),
        region=order.region,
        placed=order.memory.get("placed", {}),
        order_settings=order.memory.get("order_settings"),
        order_trace=order.memory.get("order_trace"),
    )
    step.report(
        "The answer to an earlier job's order is missing. This job goes on with that order. If "
        f"something was made, {trace_of(order.memory, order.mark)}."
    )
