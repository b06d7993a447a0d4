"""The steps of an import, given the providers that its owner has already. Nothing here writes.

An account is known by its name, or by its credentials and regions. So an owner who renamed a
provider, or has the same account in two files, gets no second provider. A connected provider is
changed only if the import asks for it, and only by credentials of the same account: rows, jobs and
schedules of the provider are those of its account.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.core.errors import ExpectedError
from gateway.core.names import clean_name
from gateway.core.references import is_reference
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
        """The fields that differ in the file; regions only if the file names some."""
        regions = cleaned.found.account.regions
        every = self.provider.kind.wants_every_region(regions)
        same = every if self.provider.every_region else cleaned.regions == self.provider.regions
        others = regions is not None and not same
        return self.other_credentials(cleaned) + (["regions"] if others else [])

    def is_account_of(self, cleaned: Cleaned) -> bool | None:
        """False if the file has another account; None if only the cloud knows."""
        if self.provider.kind_slug != cleaned.found.account.kind:
            return False
        return self.provider.kind.is_one_account(self.values, cleaned.values)

    def asks_for(self, cleaned: Cleaned) -> bool:
        """True if it is the same account, and already has all regions of the file's account."""
        same = self.provider.kind_slug == cleaned.found.account.kind
        everywhere = set(cleaned.regions) <= set(self.provider.regions)
        return same and everywhere and not self.other_credentials(cleaned)


@dataclass(frozen=True, kw_only=True)
class Step:
    """The plan for one account. ``provider``: the existing one; None: the import creates one.

    ``differs``: the names of the fields that differ in the file. ``uncertain``: only the cloud
    knows whether the credentials are of the same account, and the user has not said so.
    """

    cleaned: Cleaned
    provider: Provider | None = None
    differs: tuple[str, ...] = ()
    uncertain: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    steps: tuple[Step, ...]
    left_out: tuple[LeftOut, ...]
    unread: tuple[LeftOut, ...] = ()

    @property
    def new(self) -> list[Step]:
        return [step for step in self.steps if step.provider is None]

    @property
    def differing(self) -> list[Step]:
        """Those that an update changes."""
        return [step for step in self.steps if step.differs and not step.uncertain]

    @property
    def uncertain(self) -> list[Step]:
        return [step for step in self.steps if step.uncertain]

    @property
    def as_they_are(self) -> list[Step]:
        return [step for step in self.steps if step.provider and not step.differs]


def plan_import(
    *, owner: Any, findings: Iterable[Finding], same_account: Collection[str] = ()
) -> Plan:
    """``same_account``: the names under which the user vouches that the account is the same.

    Raises DecryptionError where stored credentials do not open with the gateway's keys.
    """
    planner = _Planner(owner, frozenset(same_account))
    for finding in findings:
        planner.add(finding)
    return Plan(
        steps=tuple(planner.steps),
        left_out=tuple(one for one in planner.left_out if not one.unread),
        unread=tuple(one for one in planner.left_out if one.unread),
    )


class _Planner:
    """Takes one finding after the other, and remembers those before."""

    def __init__(self, owner: Any, same_account: frozenset[str]) -> None:
        self.steps: list[Step] = []
        self.left_out: list[LeftOut] = []
        self._owner = owner
        self._same_account = same_account
        self._stored = _stored(owner)
        self._planned: dict[str, Cleaned] = {}

    def add(self, finding: Finding) -> None:
        if isinstance(finding, LeftOut):
            self.left_out.append(finding)
            return
        try:
            cleaned = _cleaned(finding, self._owner)
            self._require_first(cleaned)
            self.steps.append(self._step(cleaned))
        except Unusable as unusable:
            left_out = LeftOut(origin=finding.origin, name=finding.name, reason=str(unusable))
            self.left_out.append(left_out)

    def _require_first(self, cleaned: Cleaned) -> None:
        """Raises Unusable if an earlier entry has the same account, or the same name."""
        name = cleaned.found.name
        for other in self._planned.values():
            if other.values == cleaned.values and other.regions == cleaned.regions:
                raise Unusable(f"the same account as {other.found.name} in {other.found.origin}")
        if name in self._planned:
            origin = self._planned[name].found.origin
            raise Unusable(
                f"{origin} has another account of this name; import this file by itself, with "
                f"--as {name}=NAME"
            )
        self._planned[name] = cleaned

    def _step(self, cleaned: Cleaned) -> Step:
        known = self._stored.get(cleaned.found.name)
        if known is None:
            same = (one for one in self._stored.values() if one.asks_for(cleaned))
            found = next(same, None)
            return Step(cleaned=cleaned, provider=found.provider if found else None)
        differs = tuple(known.differs_in(cleaned))
        one_account = known.is_account_of(cleaned)
        if one_account is False:
            others = ", ".join(known.other_credentials(cleaned))
            raise Unusable(
                f"your provider of this name is another account, of kind "
                f"{known.provider.kind_slug}: other {others}; --as {cleaned.found.name}=NAME "
                "connects this one beside it"
            )
        uncertain = one_account is None and cleaned.found.name not in self._same_account
        return Step(
            cleaned=cleaned,
            provider=known.provider,
            differs=differs,
            uncertain=uncertain and bool(known.other_credentials(cleaned)),
        )


def _stored(owner: Any) -> dict[str, Stored]:
    """The owner's providers and their credentials, by name."""
    credentials = Credentials.objects.filter(provider__owner=owner).select_related("provider")
    return {
        one.provider.name: Stored(provider=one.provider, values=one.values) for one in credentials
    }


def _cleaned(found: Found, owner: Any) -> Cleaned:
    """Raises Unusable if connecting would refuse the account."""
    account = found.account
    kind = _kind(account.kind)
    _require_plain_values(account.credentials)
    if account.regions and kind.wants_every_region(account.regions):
        [name] = account.regions
        raise Unusable(f"its region is named {name}, which means every region here")
    try:
        found = replace(found, name=clean_name(found.name, longest=LONGEST_NAME))
        values = kind.clean_credentials(account.credentials)
        regions = clean_regions(kind, account.regions, values)
    except CredentialProblem as problem:
        raise Unusable(f"{problem.field}: {problem.message}") from None
    except ExpectedError as error:
        raise Unusable(error.message) from None
    borrows = any(values.get(one.name) for one in kind.credentials if one.borrows)
    if borrows and not owner.is_superuser:
        raise Unusable(
            "it uses an identity of the gateway's own, which only a superuser may connect; name "
            "one with --owner"
        )
    return Cleaned(found=found, values=values, regions=regions)


def _require_plain_values(credentials: Mapping[str, str]) -> None:
    """Raises Unusable for a value that would be read from the gateway's environment or files.

    Whoever wrote the file would get a secret of the gateway's at an address of his own.
    """
    for name, value in credentials.items():
        if is_reference(value):
            raise Unusable(
                f"its {name} refers to the gateway's environment or files, which an import does "
                "not follow; connect it with connectProvider"
            )


def _kind(slug: str) -> ProviderKind:
    try:
        return get_kind(slug)
    except UnknownKind:
        known = ", ".join(kind.slug for kind in all_kinds())
        raise Unusable(f"there is no kind {slug!r} here; there are {known}") from None
