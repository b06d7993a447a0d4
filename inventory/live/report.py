"""The report of a check, as it is stored and shown. It holds no secret and names no account."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from inventory.live.health import credentials_valid, takes_credentials
from inventory.live.receipts import ReceiptError
from inventory.models import ProviderCheck
from inventory.providers import Capability
from inventory.providers.probe import Finding, Permission

# Seconds. AWS refuses what is signed more than five minutes before or after its own time ("Elements
# of an AWS API request signature", IAM User Guide); tokens are kept until five minutes before their
# end by our clock (inventory.providers.token_cache). A Date header has a precision of one second.
CLOCK_TOLERANCE = 300 - 1


@dataclass(frozen=True, slots=True)
class RegionReport:
    """One region. ``error``: why its machines or containers, or the region, did not answer."""

    region: str
    reachable: bool
    latency_ms: int | None
    clock_skew_seconds: int | None
    credentials_valid: bool | None
    error: ReceiptError | None
    permissions: tuple[Finding, ...]

    @property
    def clock_is_off(self) -> bool:
        return is_off(self.clock_skew_seconds)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        error = stored["error"]
        findings = (_finding(finding) for finding in stored["permissions"])
        return cls(
            **{
                **stored,
                "error": error and ReceiptError(**error),
                "permissions": tuple(finding for finding in findings if finding),
            }
        )


@dataclass(frozen=True, slots=True)
class MissingPermission:
    """A permission that the account does not have, and the regions where it is missing."""

    capability: Capability
    actions: tuple[str, ...]
    regions: list[str]


@dataclass(frozen=True, slots=True)
class Report:
    """A provider's latest check."""

    checked_at: datetime
    duration_ms: int
    regions: list[RegionReport]
    regions_error: ReceiptError | None = None

    @classmethod
    def of(cls, row: ProviderCheck) -> Self:
        regions = [RegionReport.from_json(region) for region in row.regions]
        error = row.regions_error and ReceiptError(**row.regions_error)
        return cls(row.checked_at, row.duration_ms, regions, error)

    @property
    def credentials_valid(self) -> bool | None:
        """The account's credentials, as its status has it; see ``inventory.live.health``."""
        shown = [region.credentials_valid for region in self.regions]
        if self.regions_error is not None and not self._clock_is_off:
            shown.append(takes_credentials(self.regions_error.code))
        return credentials_valid(shown)

    @property
    def _clock_is_off(self) -> bool:
        return any(region.clock_is_off for region in self.regions)

    @property
    def clock_skew_seconds(self) -> int | None:
        """The largest, whatever its sign."""
        skews = [region.clock_skew_seconds for region in self.regions]
        return max((skew for skew in skews if skew is not None), key=abs, default=None)

    @property
    def missing_permissions(self) -> list[MissingPermission]:
        found: dict[tuple[Capability, tuple[str, ...]], MissingPermission] = {}
        for region in self.regions:
            for finding in region.permissions:
                if finding.permission is Permission.DENIED:
                    key = (finding.capability, finding.actions)
                    found.setdefault(key, MissingPermission(*key, [])).regions.append(region.region)
        return list(found.values())

    @property
    def warnings(self) -> list[str]:
        return [*self._warnings_of_clocks(), *self._warnings_of_regions()]

    def _warnings_of_regions(self) -> list[str]:
        if self.regions_error is None:
            return []
        error = self.regions_error
        return [f"The regions of the account could not be listed ({error.code}): {error.message}"]

    def _warnings_of_clocks(self) -> list[str]:
        return [
            f"The clock of {region.region} is {_off(region.clock_skew_seconds)} the gateway's. "
            "From five minutes on, signed requests are refused and tokens end at a wrong time. "
            "Set the clock of the gateway's machine."
            for region in self.regions
            if region.clock_is_off
        ]


def is_off(skew: float | None) -> bool:
    """True if clocks differ so much that signatures and tokens break."""
    return skew is not None and abs(skew) >= CLOCK_TOLERANCE


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """As capabilities are declared."""
    order = list(Capability)
    return tuple(sorted(findings, key=lambda finding: order.index(finding.capability)))


def _finding(stored: Mapping[str, Any]) -> Finding | None:
    """None for a capability that this release does not know any more."""
    if stored["capability"] not in Capability.__members__:
        return None
    return Finding(
        Capability[stored["capability"]],
        Permission[stored["permission"]],
        tuple(stored["actions"]),
        stored["message"],
    )


def _off(skew: int | None) -> str:
    seconds = skew or 0
    return f"{abs(seconds)} seconds {'ahead of' if seconds > 0 else 'behind'}"
