"""The costs before and after an action, as far as prices and volumes are known."""

from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from inventory.live.api import RESOURCES
from inventory.models import Provider, VirtualMachine
from inventory.models.priced import GONE, STOPPED, UNCLEAR
from inventory.prices.pricer import order_price, resized
from inventory.records.price import HOURS_PER_MONTH, micros
from inventory.types import NewMachine

MACHINES, VOLUMES = "virtual_machines", "volumes"
OF_AN_ORDER = (
    "The price is that of the size with a free Linux; volumes, addresses and the licence of the "
    "image are not in it."
)
OF_A_SPOT_ORDER = (
    "This is the most that it can cost: its maximum price, or the price on demand of the size with "
    "a free Linux; volumes, addresses and the licence of the image are not in it."
)
NO_VOLUMES = "Volumes of this provider are not listed: what they cost is not in it."
UNREAD_VOLUMES = "The list of volumes was not read: what they cost is not in it."
MAYBE_DELETED = "Of volumes counted as unpriced it is not known whether they are deleted with it."


@dataclass(frozen=True, slots=True)
class CostSum:
    """``monthly``: micro-dollars of the ``priced`` objects; ``unpriced``: objects not in it."""

    monthly: int = 0
    priced: int = 0
    unpriced: int = 0

    def __add__(self, other: "CostSum") -> "CostSum":
        return CostSum(
            self.monthly + other.monthly,
            self.priced + other.priced,
            self.unpriced + other.unpriced,
        )

    @property
    def known(self) -> int | None:
        """None: there are objects, and of none the cost is known."""
        return None if self.unpriced and not self.priced else self.monthly


@dataclass(frozen=True, slots=True)
class CostChange:
    """``complete``: whether everything that it concerns is known; if not, ``note`` says what is
    not.
    """

    now: CostSum
    after: CostSum
    complete: bool = True
    note: str | None = None


def cost_sum(costs: Iterable[int | None]) -> CostSum:
    found = list(costs)
    known = [cost for cost in found if cost is not None]
    return CostSum(sum(known), len(known), len(found) - len(known))


def cost_in(row: Any, state: str) -> int | None:
    """The cost of a month in this state, as the column ``monthly_cost`` has it."""
    if state in GONE:
        return 0
    if state == STOPPED:
        cost: int | None = row.cost_stopped
        return cost
    if state in UNCLEAR and row.cost_stopped != row.cost_running:
        return None
    running: int | None = row.cost_running
    return running


def change_of_state(machine: VirtualMachine, now: str, after: str) -> CostChange:
    """The cost of the machine and its volumes in the state ``now``, and in the state ``after``."""
    volumes, unknown = _volumes_of(machine)
    before = cost_sum([cost_in(machine, now), *(one.monthly_cost for one in volumes)])
    kept = [_kept_cost(one) for one in volumes] if after in GONE else None
    rest = [one.monthly_cost for one in volumes] if kept is None else kept
    own = [] if after in GONE else [cost_in(machine, after)]
    is_open = kept is not None and any(one.deleted_with_machine is None for one in volumes)
    note = unknown or (MAYBE_DELETED if is_open else None)
    left = [cost for one, cost in zip(volumes, rest, strict=True) if _stays(one, after)]
    return CostChange(before, cost_sum([*own, *left]), note is None, note)


def change_of_size(machine: VirtualMachine, state: str, size_id: str) -> CostChange:
    """The cost of the machine and its volumes in ``state``, with its size and with another one."""
    volumes, unknown = _volumes_of(machine)
    disks = [one.monthly_cost for one in volumes]
    is_same = size_id == machine.size_id
    other = machine if is_same else SimpleNamespace(**resized(machine, size_id))
    now, after = (cost_sum([cost_in(row, state), *disks]) for row in (machine, other))
    return CostChange(now, after, unknown is None, unknown)


def cost_of_order(provider: Provider, region: str, order: NewMachine, count: int) -> CostChange:
    """The cost of ``count`` new machines."""
    price = order_price(provider, region, order.size_id, order.location_id)
    cost = None if price is None else price.usd * HOURS_PER_MONTH
    if order.spot is None:
        return CostChange(CostSum(), cost_sum([cost] * count), False, OF_AN_ORDER)
    limit = order.spot.max_price_per_hour
    if limit is not None:
        cost = micros(limit * HOURS_PER_MONTH)
    return CostChange(CostSum(), cost_sum([cost] * count), False, OF_A_SPOT_ORDER)


def total(changes: Iterable[CostChange | None]) -> CostChange | None:
    """The costs of several machines together; None if there are none."""
    known = [one for one in changes if one is not None]
    if not known:
        return None
    first, *others = known
    for one in others:
        note = first.note or one.note
        complete = first.complete and one.complete
        first = CostChange(first.now + one.now, first.after + one.after, complete, note)
    return first


def _volumes_of(machine: VirtualMachine) -> tuple[list[Any], str | None]:
    """The volumes that are attached to it, and why they may not be all."""
    source = machine.provider.sources.filter(resource=VOLUMES, region=machine.region).first()
    if source is None:
        return [], NO_VOLUMES
    rows = RESOURCES[VOLUMES].rows.filter(source=source, machine_id=machine.external_id)
    found = list(rows.exclude(state__in=GONE).order_by("pk"))
    return found, UNREAD_VOLUMES if source.fetched_at is None or source.failed else None


def _kept_cost(volume: Any) -> int | None:
    """None also where it is not known whether it stays."""
    cost: int | None = volume.monthly_cost
    return None if volume.deleted_with_machine is None else cost


def _stays(volume: Any, after: str) -> bool:
    return after not in GONE or volume.deleted_with_machine is not True
