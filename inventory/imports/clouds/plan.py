"""What an import would do, beside what its owner has connected already. Nothing here writes.

An account is known by its name, or by its credentials and regions: who renamed a provider, or has
the same account in two files, gets no second one. What is connected is changed only when asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.core.errors import ExpectedError
from gateway.core.names import clean_name
from inventory.imports.clouds.found import Finding, Found, LeftOut, Unusable
from inventory.models import Credentials, Provider
from inventory.providers import CredentialProblem, ProviderKind, UnknownKind, all_kinds, get_kind
from inventory.services.providers import LONGEST_NAME
from inventory.services.regions import clean_regions


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """A found account as it would be stored."""

    found: Found
    values: dict[str, Any] = field(repr=False)
    regions: list[str]

    @property
    def filled_in(self) -> list[str]:
        """The credentials that are set, by name."""
        return [name for name, value in self.values.items() if value not in (None, "")]


@dataclass(frozen=True, kw_only=True)
class Stored:
    provider: Provider
    values: dict[str, Any] = field(repr=False)

    def other_credentials(self, cleaned: Cleaned) -> list[str]:
        """The credentials, by name, that the file has otherwise."""
        return [name for name in cleaned.values if cleaned.values[name] != self.values.get(name)]

    def differs_in(self, cleaned: Cleaned) -> list[str]:
        """What the file has otherwise; regions only where it names some."""
        regions = cleaned.found.account.regions
        every = self.provider.kind.wants_every_region(regions)
        same = every if self.provider.every_region else cleaned.regions == self.provider.regions
        others = regions is not None and not same
        return self.other_credentials(cleaned) + (["regions"] if others else [])

    def asks_for(self, cleaned: Cleaned) -> bool:
        """Whether it is the same account, asked already wherever the file's would be."""
        same = self.provider.kind_slug == cleaned.found.account.kind
        everywhere = set(cleaned.regions) <= set(self.provider.regions)
        return same and everywhere and not self.other_credentials(cleaned)


@dataclass(frozen=True, kw_only=True)
class Step:
    """What becomes of one account. ``provider``: the one that is there; None: there will be one.

    ``differs``: what the file has otherwise, by name.
    """

    cleaned: Cleaned
    provider: Provider | None = None
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Plan:
    steps: tuple[Step, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def new(self) -> list[Step]:
        return [step for step in self.steps if step.provider is None]

    @property
    def differing(self) -> list[Step]:
        return [step for step in self.steps if step.differs]

    @property
    def as_they_are(self) -> list[Step]:
        return [step for step in self.steps if step.provider and not step.differs]


def plan_import(*, owner: Any, findings: Iterable[Finding]) -> Plan:
    """Raises DecryptionError where stored credentials do not open with the gateway's keys."""
    planner = _Planner(_stored(owner))
    for finding in findings:
        planner.add(finding)
    return Plan(steps=tuple(planner.steps), left_out=tuple(planner.left_out))


class _Planner:
    """Takes one finding after the other, and remembers those before."""

    def __init__(self, stored: Mapping[str, Stored]) -> None:
        self.steps: list[Step] = []
        self.left_out: list[LeftOut] = []
        self._stored = stored
        self._planned: dict[str, Cleaned] = {}

    def add(self, finding: Finding) -> None:
        if isinstance(finding, LeftOut):
            self.left_out.append(finding)
            return
        try:
            cleaned = _cleaned(finding)
            self._require_first(cleaned)
            self.steps.append(self._step(cleaned))
        except Unusable as unusable:
            left_out = LeftOut(origin=finding.origin, name=finding.name, reason=str(unusable))
            self.left_out.append(left_out)

    def _require_first(self, cleaned: Cleaned) -> None:
        """Of the same account, or the same name, the first one counts."""
        name = cleaned.found.name
        for other in self._planned.values():
            if other.values == cleaned.values and other.regions == cleaned.regions:
                raise Unusable(f"the same account as {other.found.name} in {other.found.origin}")
        if name in self._planned:
            origin = self._planned[name].found.origin
            raise Unusable(f"{origin} has another account of this name; import it by itself")
        self._planned[name] = cleaned

    def _step(self, cleaned: Cleaned) -> Step:
        known = self._stored.get(cleaned.found.name)
        if known is None:
            same = (one for one in self._stored.values() if one.asks_for(cleaned))
            found = next(same, None)
            return Step(cleaned=cleaned, provider=found.provider if found else None)
        if known.provider.kind_slug != cleaned.found.account.kind:
            kind = known.provider.kind_slug
            raise Unusable(f"you have a provider of this name already, of kind {kind}; rename that")
        differs = tuple(known.differs_in(cleaned))
        return Step(cleaned=cleaned, provider=known.provider, differs=differs)


def _stored(owner: Any) -> dict[str, Stored]:
    """What the owner has connected, by name."""
    credentials = Credentials.objects.filter(provider__owner=owner).select_related("provider")
    return {
        one.provider.name: Stored(provider=one.provider, values=one.values) for one in credentials
    }


def _cleaned(found: Found) -> Cleaned:
    """Raises Unusable for what connecting would refuse."""
    account = found.account
    kind = _kind(account.kind)
    if account.regions and kind.wants_every_region(account.regions):
        [name] = account.regions
        raise Unusable(f"its region is named {name}, which means every region here")
    try:
        clean_name(found.name, longest=LONGEST_NAME)
        values = kind.clean_credentials(account.credentials)
        regions = clean_regions(kind, account.regions, values)
    except CredentialProblem as problem:
        raise Unusable(f"{problem.field}: {problem.message}") from None
    except ExpectedError as error:
        raise Unusable(error.message) from None
    return Cleaned(found=found, values=values, regions=regions)


def _kind(slug: str) -> ProviderKind:
    try:
        return get_kind(slug)
    except UnknownKind:
        known = ", ".join(kind.slug for kind in all_kinds())
        raise Unusable(f"there is no kind {slug!r} here; there are {known}") from None
