"""The reads and actions of libvirt, as functions that take the driver first.

A machine's id is its domain's UUID. libvirt.org/html/libvirt-libvirt-domain.html describes each
call, and when libvirt refuses it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from inventory.providers.capability import Capability
from inventory.providers.libvirt import xdr
from inventory.providers.libvirt.blockers import ready
from inventory.providers.libvirt.conversation import Call
from inventory.providers.libvirt.domains import (
    NO_FLAGS,
    ask_of_each,
    domain_named,
    every_domain,
    find_domain,
    is_persistent,
    state_call,
    word_for,
    words_of,
    xml_call,
    xml_of,
)
from inventory.providers.libvirt.metadata import PREFIX, URI, Note
from inventory.providers.libvirt.parse import record_of
from inventory.providers.libvirt.permissions import named
from inventory.providers.libvirt.procedures import (
    Domain,
    Procedure,
    read_addresses,
)
from inventory.providers.libvirt.refusals import Failure
from inventory.providers.libvirt.states import SHUT_OFF, state_of
from inventory.providers.markup import parsed
from inventory.providers.table import beside, does, reads
from inventory.types import LocationRecord, MachineRecord, MachineState

T = TypeVar("T")

# VIR_DOMAIN_AFFECT_LIVE, VIR_DOMAIN_AFFECT_CONFIG
LIVE, CONFIG = 1, 2
STORED_XML = xdr.uint(2)  # VIR_DOMAIN_XML_INACTIVE
WHOLE_XML = xdr.uint(1 | 2)  # _SECURE too, with its secrets: as it could be defined again
METADATA_ELEMENT = xdr.integer(2)  # VIR_DOMAIN_METADATA_ELEMENT
# Where addresses are known from: leases of libvirt's own DHCP, the host's ARP table. The guest's
# agent is not asked: one that hangs would hold up every list.
LEASES, ARP = 0, 2
PM_SUSPENDED = "pmsuspended"
# A suspend writes a machine's memory to disk. Its job looks how it goes.
SECONDS_FOR_REFUSAL = 2.0
STARTING = named("domain.start", "domain.suspend", "domain.pm-control")


@reads(
    "virtual_machines", permissions=named("connect.search-domains", "domain.getattr", "domain.read")
)
def list_machines(driver: Any) -> list[MachineRecord]:
    return _records(driver, every_domain(driver))


@beside("find", "virtual_machines")
def find_machine(driver: Any, external_id: str) -> MachineRecord | None:
    domain = find_domain(driver, external_id)
    records = [] if domain is None else _records(driver, [domain])
    return records[0] if records else None


@does("virtual_machines", "start", permissions=STARTING)
@does("virtual_machines", "resume", permissions=STARTING)
def start_machine(driver: Any, external_id: str) -> None:
    """Out of whatever it is in; what was suspended comes back with its memory."""
    domain = domain_named(driver, external_id)
    word = word_for(driver, domain)
    if word == PM_SUSPENDED:
        driver.ask(Call(Procedure.DOMAIN_PM_WAKEUP, domain.packed() + NO_FLAGS))
    elif word.startswith("paused"):
        driver.ask(Call(Procedure.DOMAIN_RESUME, domain.packed()))
    else:
        driver.ask(Call(Procedure.DOMAIN_CREATE, domain.packed()))


@does("virtual_machines", "stop", permissions=named("domain.init-control"))
def stop_machine(driver: Any, external_id: str) -> None:
    """Press the power button, by ACPI or the guest's agent: a wish, which a guest may ignore."""
    domain, word = ready(driver, external_id, Capability.STOP)
    if word.startswith("paused"):  # a guest that stands still does not see the button
        driver.ask(Call(Procedure.DOMAIN_RESUME, domain.packed()))
    driver.ask(Call(Procedure.DOMAIN_SHUTDOWN, domain.packed()))


@does("virtual_machines", "reboot", permissions=named("domain.reset"))
def reboot_machine(driver: Any, external_id: str) -> None:
    """Press the reset button. A polite request to reboot has no effect that can be seen."""
    domain, _word = ready(driver, external_id, Capability.REBOOT)
    driver.ask(Call(Procedure.DOMAIN_RESET, domain.packed() + NO_FLAGS))


@does("virtual_machines", "suspend", permissions=named("domain.hibernate"))
def suspend_machine(driver: Any, external_id: str) -> None:
    domain, _word = ready(driver, external_id, Capability.SUSPEND)
    call: Call[None] = Call(Procedure.DOMAIN_MANAGED_SAVE, domain.packed() + NO_FLAGS)
    driver.talk.begin(call, seconds=SECONDS_FOR_REFUSAL)


@does("virtual_machines", "tag", permissions=named("domain.write", "domain.save"))
def tag_machine(
    driver: Any, external_id: str, wanted: Mapping[str, str], unwanted: Sequence[str]
) -> None:
    domain = domain_named(driver, external_id)
    note = Note.of(parsed(xml_of(driver, domain)), domain.uuid)
    said = note.tagged(wanted, list(unwanted)).text()
    arguments = METADATA_ELEMENT + b"".join(map(xdr.optional, (said, PREFIX, URI)))
    flags = xdr.uint(where_it_is(driver, domain))
    driver.ask(Call(Procedure.DOMAIN_SET_METADATA, domain.packed() + arguments + flags))


@reads("locations", permissions=named("connect.getattr"))
def list_locations(driver: Any) -> list[LocationRecord]:
    name = driver.ask_host_name()  # each time: what a check of the provider measures is this
    return [LocationRecord(name, name)]


def answers(found: Iterable[T | Failure], *, but: frozenset[int], instead: T) -> list[T]:
    """The answers, with ``instead`` for refusals by a number of ``but``; others are raised."""
    kept = []
    for answer in found:
        if isinstance(answer, Failure):
            if answer.number not in but:
                raise answer
            kept.append(instead)
        else:
            kept.append(answer)
    return kept


def _records(driver: Any, domains: Sequence[Domain]) -> list[MachineRecord]:
    """The records of the domains that still exist when they are read."""
    documents = ask_of_each(driver, domains, xml_call, "")
    words = words_of(driver, domains)
    addresses = _addresses(driver, domains, words)
    return [
        record_of(domain, document, word, addresses=found, host_name=driver.host_name)
        for domain, document, word, found in zip(domains, documents, words, addresses, strict=True)
        if document and word
    ]


def _addresses(
    driver: Any, domains: Sequence[Domain], words: Sequence[str | Failure]
) -> list[list[str]]:
    """The addresses of each running machine, in the daemon's order, each once."""
    up = [
        domain
        for domain, word in zip(domains, words, strict=True)
        if not isinstance(word, Failure) and state_of(word) is MachineState.RUNNING
    ]
    calls = [_addresses_call(domain, source) for domain in up for source in (LEASES, ARP)]
    # The machines are there even if a daemon cannot report their addresses.
    found = [[] if isinstance(one, Failure) else one for one in driver.ask_each(calls)]
    pairs = zip(up, found[::2], found[1::2], strict=True)
    known = {domain: list(dict.fromkeys([*leases, *arp])) for domain, leases, arp in pairs}
    return [known.get(domain, []) for domain in domains]


def _addresses_call(domain: Domain, source: int) -> Call[list[str]]:
    arguments = domain.packed() + xdr.uint(source) + NO_FLAGS
    return Call(Procedure.DOMAIN_INTERFACE_ADDRESSES, arguments, read_addresses)


def where_it_is(driver: Any, domain: Domain) -> int:
    """The target of a change: the running domain, the stored one, or both."""
    persistent = is_persistent(driver, domain)
    if driver.ask(state_call(domain))[0] == SHUT_OFF:
        return CONFIG
    return LIVE | CONFIG if persistent else LIVE
