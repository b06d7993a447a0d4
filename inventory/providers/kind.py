"""What a kind of provider is: a declaration that everything else reads.

A ``CredentialField`` alone drives validation, the connect form, encryption and redaction (secret or
not), and the driver's argument. ``capabilities`` says what the kind can do through this gateway.
"""

import importlib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from gateway.core.http import egress
from inventory.types import MachineState, MeaningfulEnum, VMBackend

LONGEST_VALUE = 20_000
# A region's name stands in machines' ids, before a colon, and in what is signed.
REGION_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,99}")  # Chameleon has KVM@TACC
EVERY_REGION = "all"
# The one region of a cloud that lists an account's machines everywhere in one answer.
GLOBAL = "global"
DEFAULT_PORTS = {"http": 80, "https": 443}
HOST_PATTERN = re.compile(r"[A-Za-z0-9._:-]+")

Values = Mapping[str, Any]


class CredentialProblem(ValueError):
    """What is wrong with what a user entered, and where."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class Capability(MeaningfulEnum):
    """What can be done with a kind of provider."""

    LIST_MACHINES = "LIST_MACHINES", "List its virtual machines."
    START = "START", "Start a machine."
    STOP = "STOP", "Stop a machine."
    REBOOT = "REBOOT", "Restart a machine."
    SUSPEND = "SUSPEND", "Suspend a machine to disk."
    RESUME = "RESUME", "Resume a suspended machine."
    RESIZE = "RESIZE", "Change a machine's size."
    TAG = "TAG", "Change a machine's tags."
    TERMINATE = "TERMINATE", "Delete a machine for good."
    PROVISION = "PROVISION", "Buy a new machine."
    LIST_SIZES = "LIST_SIZES", "List the sizes that can be bought."
    LIST_IMAGES = "LIST_IMAGES", "List the images that machines can be made from."
    LIST_LOCATIONS = "LIST_LOCATIONS", "List the zones of a region."
    LIST_REGIONS = "LIST_REGIONS", "List the regions that the account may use."


# What every cloud that sells machines can do.
USUAL = frozenset(
    {
        Capability.LIST_MACHINES,
        Capability.START,
        Capability.STOP,
        Capability.REBOOT,
        Capability.TERMINATE,
        Capability.PROVISION,
        Capability.LIST_SIZES,
        Capability.LIST_IMAGES,
        Capability.LIST_LOCATIONS,
    }
)


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One thing to know about an account. ``type`` is str, int, float or bool.

    ``url``: it must be an http or https address, where the gateway may connect to (a name is judged
    when it is resolved, at the moment of use). ``lines``: a text of several lines, as a PEM key.
    ``sample``: what the check of declarations gives a driver that is particular about it.
    """

    name: str
    label: str
    help: str = ""
    secret: bool = False
    required: bool = True
    default: str | int | float | bool | None = None
    type: type = str
    minimum: float | None = None
    maximum: float | None = None
    url: bool = False
    lines: bool = False
    sample: str | None = None

    @property
    def names_account(self) -> bool:
        """Whether it says whose account it is: text that only its owner can know."""
        return self.type is str and self.required and self.default is None and not self.url

    def clean(self, text: str | None) -> Any:
        """The typed value of what was entered, or the default. Raises CredentialProblem."""
        if text is None or not text.strip():
            if self.required and self.default is None:
                raise CredentialProblem(self.name, "is required.")
            return self.default
        if len(text) > LONGEST_VALUE:
            raise CredentialProblem(self.name, f"is longer than {LONGEST_VALUE} characters.")
        if self.type is bool:
            return self._boolean(text)
        if self.type in (int, float):
            return self._number(text)
        if not self._is_text(text.strip()):
            raise CredentialProblem(self.name, "contains a line break or a control character.")
        return self._address(text.strip()) if self.url else text.strip()

    def _is_text(self, text: str) -> bool:
        parts = text.splitlines() if self.lines else [text]
        return all(part.isprintable() for part in parts)

    def _boolean(self, text: str) -> bool:
        word = text.strip().lower()
        if word not in {"true", "false"}:
            raise CredentialProblem(self.name, f"must be true or false{self._not(text)}.")
        return word == "true"

    def _number(self, text: str) -> int | float:
        noun = "a whole number" if self.type is int else "a number"
        try:
            number: int | float = self.type(text)
        except ValueError:
            raise CredentialProblem(self.name, f"must be {noun}{self._not(text)}.") from None
        low, high = self.minimum, self.maximum
        in_range = (low is None or number >= low) and (high is None or number <= high)
        if not in_range or not math.isfinite(number):
            bounds = f"from {_bound(low, '-')} to {_bound(high, '')}"
            raise CredentialProblem(self.name, f"must be {bounds}{self._not(text)}.")
        return number

    def _not(self, text: str) -> str:
        """What was entered, for a message; never a secret, and not all of a long text."""
        return "" if self.secret else f", not {text.strip()[:40]!r}"

    def _address(self, text: str) -> str:
        if not _is_plain_address(text):
            raise CredentialProblem(
                self.name, "must be an address as https://host:port/path, without a password."
            )
        parts = urlsplit(text)
        try:
            egress.check_literal(parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme])
        except egress.EgressRefused as refusal:
            raise CredentialProblem(self.name, f"is not allowed: {refusal}") from None
        return text.rstrip("/")


def _bound(number: float | None, sign: str) -> str:
    return f"{sign}infinity" if number is None else f"{number:g}"


def _is_plain_address(text: str) -> bool:
    """Whether it names a host by http or https, and neither a user nor a query."""
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    named = parts.scheme in {"http", "https"} and HOST_PATTERN.fullmatch(host) is not None
    return named and not (parts.username or parts.password or parts.query or parts.fragment)


@dataclass(frozen=True, slots=True)
class Overrides:
    """Where a kind does not do as libcloud's common interface has it. Each takes the driver first.

    ``find(driver, external_id) -> record | None`` and ``list(driver) -> records`` give our records;
    the actions take an external id.
    """

    list: Callable[..., Sequence[Any]] | None = None
    find: Callable[..., Any] | None = None
    create: Callable[..., Any] | None = None
    start: Callable[..., Any] | None = None
    stop: Callable[..., Any] | None = None
    reboot: Callable[..., Any] | None = None
    suspend: Callable[..., Any] | None = None
    resume: Callable[..., Any] | None = None
    resize: Callable[..., Any] | None = None
    confirm: Callable[..., Any] | None = None
    tag: Callable[..., Any] | None = None
    check: Callable[..., Any] | None = None
    terminate: Callable[..., Any] | None = None
    sizes: Callable[..., Sequence[Any]] | None = None
    images: Callable[..., Sequence[Any]] | None = None
    locations: Callable[..., Sequence[Any]] | None = None
    regions: Callable[..., Sequence[str]] | None = None


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A token bucket: ``burst`` tasks at once, ``per_second`` in the long run."""

    per_second: float
    burst: int


@dataclass(frozen=True, slots=True)
class ProviderKind:
    """A kind of cloud. ``driver(credentials, region, timeout)`` builds a fresh libcloud driver.

    ``states`` maps the cloud's own words to ours. ``known_regions``: the names that may be
    connected, given the credentials; None: any. ``every_region``: what the word "all" stands for,
    where the kind takes it. ``prices_as_of``: the day of its prices, where it has a list of them.
    ``judge`` raises CredentialProblem for fields that are right each, and not together.
    ``unconfirmed``: the cloud's words for a new size that ``overrides.confirm`` has to confirm.
    ``unorderable``: parts of an order, as NewMachine names them, that the cloud has no place for.
    ``permissions``: the least that the credentials must be allowed. ``limits``: what is known not
    to work, or to work otherwise than elsewhere; both are sentences for docs/providers.md.
    """

    slug: str
    label: str
    description: str
    driver: Callable[[Values, str, float], Any]
    credentials: tuple[CredentialField, ...]
    capabilities: frozenset[Capability]
    default_regions: tuple[str, ...]
    backend: VMBackend = VMBackend.OTHER
    states: Mapping[str, MachineState] = field(default_factory=dict)
    known_regions: Callable[[Values], Sequence[str] | None] = lambda _credentials: None
    every_region: Callable[[Values], Sequence[str]] | None = None
    prices_as_of: Callable[[], date | None] = lambda: None
    # Of one account in one region; None: it may be asked as often as anybody likes.
    rate: RateLimit | None = None
    overrides: Overrides = Overrides()
    judge: Callable[[Values], None] = lambda _credentials: None
    unconfirmed: frozenset[str] = frozenset()
    unorderable: frozenset[str] = frozenset()
    permissions: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()

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

        "all" alone stands for every region that the kind knows; an account that can be asked may
        know better, see ``discover_regions``.
        """
        if self.wants_every_region(regions) and self.every_region is not None:
            return list(self.every_region(credentials))
        chosen = [region.strip() for region in regions or self.default_regions]
        known = self.known_regions(credentials)
        for region in chosen:
            if not REGION_PATTERN.fullmatch(region):
                raise CredentialProblem("regions", f"{region!r} cannot be the name of a region.")
            if known is not None and region not in known:
                message = f"there is no region {region!r}; there are {', '.join(known)}."
                raise CredentialProblem("regions", message)
        return list(dict.fromkeys(chosen))

    def wants_every_region(self, regions: Sequence[str] | None) -> bool:
        return [region.strip() for region in regions or ()] == [EVERY_REGION]

    def secrets(self, credentials: Values) -> list[str]:
        """The values that must not be seen anywhere: secrets, and what names the account."""
        return [
            str(credentials[known.name])
            for known in self.credentials
            if (known.secret or known.names_account) and credentials.get(known.name)
        ]

    def state_of(self, raw_state: str) -> MachineState:
        return self.states.get(raw_state, MachineState.UNKNOWN)


def driver_at(module: str, name: str) -> Callable[[Values, str, float], Any]:
    """The driver of that name, imported when the first account of its kind is asked.

    Libcloud's drivers are large, and few gateways use them all.
    """

    def build(credentials: Values, region: str, timeout: float) -> Any:
        return getattr(importlib.import_module(module), name)(credentials, region, timeout)

    return build


def only_global(_credentials: Values) -> Sequence[str]:
    """The known regions of a kind that has no others."""
    return [GLOBAL]
