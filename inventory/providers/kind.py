"""The declaration of a kind of provider, which everything else reads.

``credentials`` declares the fields of an account. ``table`` declares the verbs that the kind has
through this gateway, and the function of each.
"""

import importlib
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from inventory.providers.account import (
    AccountFields,
    account_digest,
    account_digests,
    account_fields,
    is_one_account,
)
from inventory.providers.capability import BY_KEY, LIST, LISTINGS, Capability
from inventory.providers.credential import CredentialField, CredentialProblem
from inventory.providers.dry_runs import DryRun
from inventory.providers.generic import libcloud_method, table_over_libcloud
from inventory.providers.login_users import Users
from inventory.providers.order_marker import tagged
from inventory.providers.overrides import Overrides, overridden
from inventory.providers.preparation import prepare_once
from inventory.providers.prices import NO_PRICES, Prices
from inventory.providers.refusals import Refusal
from inventory.providers.secret_parts import parts_of
from inventory.providers.store_rules import StoreRules
from inventory.providers.table import Table
from inventory.providers.tags import EXACT_TAGS, TagRules, exactly
from inventory.types import Completeness, ContainerState, ContainerType, MachineState, VMBackend

# A region's name is part of a machine's id, before a colon, and of data that is signed.
REGION_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,99}")  # Chameleon has KVM@TACC
EVERY_REGION = "all"
UNKNOWN_REGION = ""  # of an object whose region could not be read
LONGEST_NAME = 255  # EC2's limit for a tag's value, which is where its names live
# The one region of a cloud that lists an account's machines everywhere in one answer.
GLOBAL = "global"

Values = Mapping[str, Any]
NO_TABLE = Table()


def listed_sizes_only(_name: str) -> bool:
    """For ``ProviderKind.takes_unlisted_size``: the cloud lists every size that it offers."""
    return False


@dataclass(frozen=True, slots=True)
class NameRule:
    """The names that a cloud takes for a new object, or its rule for another text.

    ``sentence`` states the rule for people.
    """

    pattern: re.Pattern[str]
    sentence: str


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A token bucket: ``burst`` tasks at once, ``per_second`` in the long run.

    ``pause``: seconds for which a cloud that throttles must not be asked again where it names no
    time; 0: it is asked again in a moment, as vendors' SDKs do.
    """

    per_second: float
    burst: int
    pause: float = 0.0


class CodeHost(NamedTuple):
    """``host``: of the addresses of its repositories. ``owner``: the one whose repositories an
    account is connected for; None: all that it reaches.
    """

    host: str
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class ProviderKind:
    """A kind of cloud. ``driver(credentials, region, timeout)`` builds a fresh libcloud driver.

    ``driver.prepare()``, where there is one, loads what all of its drivers need: see ``prepare``.

    ``table``: its functions by resource and verb. Without one, it does by libcloud's common
    interface what ``capabilities`` names. ``capabilities`` need not be given with a table; if they
    are, they limit it. ``overrides``: deprecated, functions in place of libcloud's interface.
    ``states`` maps the cloud's own words for machines to ours, ``container_states`` those for
    containers. ``known_regions``: the names that may be
    connected, given the credentials; None: any. ``every_region``: what the word "all" stands for,
    where the kind takes it. ``prices_as_of``: the day of its prices, where it has a list of them.
    ``prices``: that list, and what a stopped machine costs.
    ``judge`` raises CredentialProblem for fields that are right each, and not together.
    ``unconfirmed``: the cloud's words for a new size that ``confirm_resize`` has to confirm.
    ``unorderable``: parts of an order, as NewMachine names them, that the cloud has no place for.
    ``takes_spot``: whether its machines can be ordered from spare capacity: ``NewMachine.spot``.
    ``spot_price_above``: in US dollars; a maximum price per hour must be above it.
    ``permissions``: the least that the credentials must be allowed. ``limits``: what is known not
    to work, or to work otherwise than elsewhere; both are sentences for docs/providers.md.
    ``actions``: what the cloud itself calls that which a capability needs to be allowed, where the
    functions of the table do not say it.
    ``dry_run``: how the cloud's own dry run is requested, and the evidence that it does not act.
    A kind whose table has ``dry_run`` beside it needs it; others send the cloud nothing but reads.
    ``tags``: how the cloud compares tags. ``id_key(external_id)``: the text by which it compares
    the ids of machines or containers.
    ``refusals``: which of the cloud's refusals are temporary and which are final.
    ``unsupported(capability, external_id)``: why one machine does not take an action that others
    of the kind do; None: it does. ``blockers``: what ``blocker`` beside the table reads, and which
    actions that blocks; sentences for docs/providers.md. ``not_covered``: machines, or containers,
    that an account may have and that the list does not show; sentences for docs/providers.md. Each
    shipped kind has them.
    ``repeatable``: orders that may be sent again after an unclear answer, because the vendor
    documents that one client token, or one name, makes one object. Other orders are sent once, and
    these too where the driver's ``is_vendors_endpoint`` is false.
    ``takes_unlisted_size(name)``: whether a machine may be given a size that is not in the region's
    list of sizes. The default is yes: a list may be shorter than what the cloud offers.
    ``longest_name``: the characters that the name of an order may have.
    ``order_trace(name, mark)``: by what a person finds, at the cloud, what an order has made: a
    clause that begins with "it" or "its".
    ``regions_hold_objects``: a region that is not in the account's list of regions does not exist,
    and nothing can be in it. A refusal to list such a region is an empty list if the region is not
    in a list of regions that is read after the refusal.
    ``account``: which credentials say whose account it is; None: every one that is no secret.
    ``simulated(credentials)``: how many machines the gateway itself makes up in each region, and
    how many regions the credentials name; None for a cloud that is elsewhere.
    ``reuses_ids``: an object that is made later may have the id of one that is gone. Its records
    have the creation time, and ``instance_id`` where the cloud has such an id.
    ``proven_lists``: resources whose list is libcloud's own method, and for which a test with two
    pages shows that it follows them, or for which the cloud documents one answer. Answers built
    from other lists of libcloud are not complete: see ``completeness``.
    ``cut_lists``: resources whose list is known to be the first page: no owner can vouch for it.
    ``name_rules``: by resource, the names that the cloud takes for new objects. ``key_types``: the
    types of public keys that it takes. ``text_rules``: as ``name_rules``, by resource and argument,
    as ``volumes.device``. ``login_users``: the users that its images let in, see
    ``login_users.py``. ``unmarkable``: objects that are not created here, because
    the cloud keeps no mark by which one is found after a lost answer: a sentence each.
    ``not_taken``: by resource and argument of a creation or an edit, as ``volumes.encrypted`` or
    ``key_pairs.tags``, what the cloud has no place for: a sentence each.
    ``attaches_across_zones``: a volume may be attached to a machine of another zone.
    ``store``: the rules of its store of objects, for a kind that has buckets. Settings that the
    store does not have are in ``not_taken``, as ``buckets.versioning`` or ``objects.maxSize``.
    ``variants``: for a kind that stands for several, each with credentials and capabilities of its
    own, by the value of the credential ``variant_field``. ``refused``: values that are known and
    cannot be connected, and why. ``variant``: of one of them, its name.
    """

    slug: str
    label: str
    description: str
    driver: Callable[[Values, str, float], Any]
    credentials: tuple[CredentialField, ...]
    default_regions: tuple[str, ...]
    table: Table = NO_TABLE
    capabilities: frozenset[Capability] = frozenset()
    backend: VMBackend = VMBackend.OTHER
    states: Mapping[str, MachineState] = field(default_factory=dict)
    container_type: ContainerType | None = None
    container_states: Mapping[str, ContainerState] = field(default_factory=dict)
    known_regions: Callable[[Values], Sequence[str] | None] = lambda _credentials: None
    every_region: Callable[[Values], Sequence[str]] | None = None
    prices_as_of: Callable[[], date | None] = lambda: None
    prices: Prices = NO_PRICES
    # The limit for one account in one region; None: there is no limit.
    rate: RateLimit | None = None
    overrides: Overrides | None = None
    judge: Callable[[Values], None] = lambda _credentials: None
    unconfirmed: frozenset[str] = frozenset()
    unorderable: frozenset[str] = frozenset()
    takes_spot: bool = False
    spot_price_above: Decimal = Decimal(0)
    permissions: tuple[str, ...] = ()
    actions: Mapping[Capability, tuple[str, ...]] = field(default_factory=dict)
    limits: tuple[str, ...] = ()
    dry_run: DryRun | None = None
    tags: TagRules = EXACT_TAGS
    id_key: Callable[[str], str] = exactly
    refusals: tuple[Refusal, ...] = ()
    unsupported: Callable[[Capability, str], str | None] = lambda _capability, _external_id: None
    simulated: Callable[[Values], tuple[int, int]] | None = None
    blockers: tuple[str, ...] = ()
    not_covered: tuple[str, ...] = ()
    repeatable: frozenset[Capability] = frozenset()
    takes_unlisted_size: Callable[[str], bool] = lambda _name: True
    longest_name: int = LONGEST_NAME
    order_trace: Callable[[str, str], str] = tagged
    regions_hold_objects: bool = False
    reuses_ids: bool = False
    account: AccountFields | None = None
    proven_lists: frozenset[str] = frozenset()
    cut_lists: frozenset[str] = frozenset()
    name_rules: Mapping[str, NameRule] = field(default_factory=dict)
    text_rules: Mapping[str, NameRule] = field(default_factory=dict)
    key_types: frozenset[str] = frozenset({"rsa", "ed25519", "ecdsa"})
    login_users: Users = field(default_factory=dict)
    unmarkable: Mapping[Capability, str] = field(default_factory=dict)
    not_taken: Mapping[str, str] = field(default_factory=dict)
    attaches_across_zones: bool = False
    store: StoreRules | None = None
    variants: Mapping[str, "ProviderKind"] = field(default_factory=dict)
    variant_field: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)
    variant: str = ""
    code_host: Callable[[Values], CodeHost] | None = None

    def __post_init__(self) -> None:
        table = self.table
        if table is NO_TABLE:
            table = table_over_libcloud(self.states)
            if self.overrides is not None:
                table = overridden(table, self.overrides)
        if self.capabilities:
            table = table.limited_to(self.capabilities)
        else:
            object.__setattr__(self, "capabilities", table.capabilities)
        object.__setattr__(self, "table", table)
        object.__setattr__(self, "actions", table.actions | dict(self.actions))

    def chosen_by(self, given: Mapping[str, str]) -> "ProviderKind":
        """The variant that the credentials name; a kind without variants is its own.

        Raises CredentialProblem with the choices.
        """
        if not self.variants:
            return self
        name = given.get(self.variant_field, "").strip()
        if name in self.refused:
            message = f"{name} cannot be connected. {self.refused[name]}"
            raise CredentialProblem(self.variant_field, message)
        if name not in self.variants:
            problem = f"there is no {name[:40]!r}" if name else "is required"
            message = f"{problem}; there are {', '.join(self.variants)}."
            raise CredentialProblem(self.variant_field, message)
        return self.variants[name]

    def clean_credentials(self, given: Mapping[str, str]) -> dict[str, Any]:
        """Every field's typed value. Raises CredentialProblem."""
        fields = {credential.name: credential for credential in self.credentials}
        for name in given:
            if name not in fields:
                known = ", ".join(fields)
                raise CredentialProblem(name, f"is not a field of {self.slug}. Fields: {known}.")
        cleaned = {name: known.clean(given.get(name)) for name, known in fields.items()}
        self.judge(cleaned)
        return cleaned

    def clean_regions(self, regions: Sequence[str] | None, credentials: Values) -> list[str]:
        """The regions without repetition, or the default ones. Raises CredentialProblem.

        "all" alone stands for every region that the kind knows: all that can be said before the
        cloud has listed those of the account.
        """
        if self.wants_every_region(regions):
            return self._every_region(credentials)
        chosen = [region.strip() for region in regions or self.default_regions]
        known = self.known_regions(credentials)
        for region in chosen:
            if not REGION_PATTERN.fullmatch(region):
                raise CredentialProblem("regions", f"{region!r} cannot be the name of a region.")
            if known is not None and region not in known:
                message = f"there is no region {region!r}; there are {', '.join(known)}."
                raise CredentialProblem("regions", message)
        return list(dict.fromkeys(chosen))

    def _every_region(self, credentials: Values) -> list[str]:
        if self.every_region is not None:
            return list(self.every_region(credentials))
        if Capability.LIST_REGIONS in self.capabilities:
            return list(self.default_regions)
        message = f"{self.label} has no list of its regions; name them."
        raise CredentialProblem("regions", message)

    def wants_every_region(self, regions: Sequence[str] | None) -> bool:
        return [region.strip() for region in regions or ()] == [EVERY_REGION]

    def secrets(self, credentials: Values) -> list[str]:
        """The texts that must not be seen anywhere: secrets, and what names the account."""
        return [
            part
            for known in self.credentials
            if (known.secret or known.names_account) and credentials.get(known.name)
            for part in parts_of(str(credentials[known.name]))
        ]

    def account_digest(self, credentials: Values) -> str:
        """The digest that names the credentials' account; see ``inventory.providers.account``."""
        return account_digest(account_fields(self.account, self.credentials), credentials)

    def is_one_account(self, before: Values, after: Values) -> bool | None:
        """True or False if two sets of credentials show it; None if only the cloud knows."""
        return is_one_account(account_fields(self.account, self.credentials), before, after)

    def account_digests(self, credentials: Values) -> frozenset[str]:
        """Each digest of them that may have been noted, by this release or an earlier one."""
        return account_digests(account_fields(self.account, self.credentials), credentials)

    def order_settings(self, credentials: Values) -> dict[str, Any]:
        """The credentials that are sent with an order; see ``inventory.providers.account``."""
        names = account_fields(self.account, self.credentials).order_settings
        return {name: credentials.get(name) for name in names}

    def completeness(self, resource: str) -> Completeness:
        """UNPROVEN: the list of ``resource`` is libcloud's own, and no test shows that it follows
        every page. A function of the kind itself follows them.
        """
        listing = self.table.functions.get((resource, LIST))
        is_own = listing is None or libcloud_method(listing) is None
        proven = is_own or resource in self.proven_lists
        return Completeness.PROVEN if proven else Completeness.UNPROVEN

    def prepare(self) -> None:
        """Import and load what the driver needs: once in a process, before a deadline begins.

        In a busy process it takes seconds, which must not count as the cloud's. A failure here
        occurs again, and is reported, when the driver is built.
        """
        prepare = getattr(self.driver, "prepare", None)
        if prepare is not None:
            with suppress(Exception):
                prepare_once(prepare)

    @property
    def acting_capabilities(self) -> list[Capability]:
        """The capabilities that are no source, in order: nearly all change something."""
        return sorted(one for one in self.capabilities if one not in LISTINGS)

    @property
    def lists_machines(self) -> bool:
        return Capability.LIST_MACHINES in self.capabilities

    @property
    def lists_containers(self) -> bool:
        return Capability.LIST_CONTAINERS in self.capabilities

    @property
    def lists_repositories(self) -> bool:
        return BY_KEY["repositories", LIST] in self.capabilities

    @property
    def lists_buckets(self) -> bool:
        return ("buckets", LIST) in self.table.functions

    def state_of(self, raw_state: str) -> MachineState:
        return self.states.get(raw_state, MachineState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class DriverAt:
    """A driver that is imported when it is prepared or built."""

    module: str
    name: str

    def __call__(self, credentials: Values, region: str, timeout: float) -> Any:
        return getattr(importlib.import_module(self.module), self.name)(
            credentials, region, timeout
        )

    def prepare(self) -> None:
        importlib.import_module(self.module)


def driver_at(module: str, name: str) -> Callable[[Values, str, float], Any]:
    """The driver of that name, imported when the first account of its kind is asked.

    Libcloud's drivers are large, and few gateways use them all.
    """
    return DriverAt(module, name)


def only_global(_credentials: Values) -> Sequence[str]:
    """The known regions of a kind that has no others."""
    return [GLOBAL]
