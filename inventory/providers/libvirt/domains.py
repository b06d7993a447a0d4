"""Reads of domains, each a function of the driver. A machine's id is its domain's UUID.

The calls are described at libvirt.org/html/libvirt-libvirt-domain.html.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.identity import check_identity
from inventory.providers.libvirt import refusals, xdr
from inventory.providers.libvirt.conversation import Call
from inventory.providers.libvirt.procedures import Domain, Procedure, read_domains, read_state
from inventory.providers.libvirt.refusals import Failure, Refusal
from inventory.providers.libvirt.states import SHUT_OFF, word_of
from inventory.providers.libvirt.xdr import Reader

T = TypeVar("T")

NO_FLAGS = xdr.uint(0)
GONE = (-1, 0)  # the state of a domain that is not there any more


def every_domain(driver: Any) -> list[Domain]:
    arguments = xdr.integer(1) + NO_FLAGS  # with the domains themselves, and all of them
    return driver.ask(Call(Procedure.CONNECT_LIST_ALL_DOMAINS, arguments, read_domains))


def domain_named(driver: Any, external_id: str) -> Domain:
    """Raises ProviderError NOT_FOUND."""
    domain = find_domain(driver, external_id)
    if domain is None:
        message = f"There is no machine {external_id}."
        raise ProviderError(ProviderErrorCode.NOT_FOUND, message)
    return domain


def word_for(driver: Any, domain: Domain) -> str:
    [word] = words_of(driver, [domain])
    if isinstance(word, Failure):
        raise word
    return word


def is_persistent(driver: Any, domain: Domain) -> bool:
    return bool(driver.ask(Call(Procedure.DOMAIN_IS_PERSISTENT, domain.packed(), Reader.integer)))


def xml_of(driver: Any, domain: Domain, flags: bytes = NO_FLAGS) -> str:
    return str(driver.ask(xml_call(domain, flags)))


def xml_call(domain: Domain, flags: bytes = NO_FLAGS) -> Call[str]:
    return Call(Procedure.DOMAIN_GET_XML_DESC, domain.packed() + flags, Reader.text)


def find_domain(driver: Any, external_id: str) -> Domain | None:
    """The domain, or None. For a text that cannot be a UUID, nothing is sent."""
    try:
        uuid = UUID(external_id)
    except ValueError:
        return None
    if str(uuid) != external_id:
        return None
    try:
        domain: Domain = driver.ask(Call(Procedure.DOMAIN_LOOKUP_BY_UUID, uuid.bytes, Domain.read))
    except Refusal as refusal:
        if refusal.number == refusals.NO_DOMAIN:
            return None
        raise
    check_identity(str(domain.uuid), external_id)
    return domain


def words_of(driver: Any, domains: Sequence[Domain]) -> list[str | Failure]:
    """The words for the domains' states; empty for a domain that is gone."""
    states = ask_of_each(driver, domains, state_call, GONE)
    off = [
        domain
        for domain, found in zip(domains, states, strict=True)
        if not isinstance(found, Failure) and found[0] == SHUT_OFF
    ]
    images = ask_of_each(driver, off, _saved_call, 0)
    saved = dict(zip(off, images, strict=True))
    pairs = zip(domains, states, strict=True)
    return [_word(found, saved.get(domain, 0)) for domain, found in pairs]


def _word(found: tuple[int, int] | Failure, saved: int | Failure) -> str | Failure:
    """``found``: a state and its reason. ``saved``: whether there is a saved image of it."""
    if isinstance(found, Failure):
        return found
    if isinstance(saved, Failure):
        return saved
    return "" if found == GONE else word_of(*found, is_saved=bool(saved))


def ask_of_each(
    driver: Any, domains: Sequence[Domain], call: Callable[[Domain], Call[T]], gone: T
) -> list[T | Failure]:
    """The answers to one call each; ``gone`` for a domain that is not there any more."""
    found = driver.ask_each([call(domain) for domain in domains])
    return [
        gone if isinstance(one, Failure) and one.number == refusals.NO_DOMAIN else one
        for one in found
    ]


def state_call(domain: Domain) -> Call[tuple[int, int]]:
    return Call(Procedure.DOMAIN_GET_STATE, domain.packed() + NO_FLAGS, read_state)


def _saved_call(domain: Domain) -> Call[int]:
    arguments = domain.packed() + NO_FLAGS
    return Call(Procedure.DOMAIN_HAS_MANAGED_SAVE_IMAGE, arguments, Reader.integer)
