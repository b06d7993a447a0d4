"""The actions that are impossible in a domain's state, or for a transient domain.

"Persistent and transient domains" at libvirt.org/formatdomain.html and virsh(1): libvirt forgets a
transient domain as soon as it stops. libvirt itself lets a transient domain be shut down, which
deletes it; it refuses a managed save: ``qemuDomainManagedSave`` in src/qemu/qemu_driver.c.
"""

from typing import Any

from inventory.providers.capability import Capability
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.libvirt.domains import (
    domain_named,
    find_domain,
    is_persistent,
    word_for,
)
from inventory.providers.libvirt.procedures import Domain
from inventory.providers.libvirt.states import OFF, SAVED, state_of
from inventory.providers.refusals import blocked
from inventory.providers.table import beside
from inventory.types import MachineState, Verdict

UP = {"running", "idle", "in shutdown"}
NEEDS_DEFINITION = {Capability.STOP, Capability.SUSPEND}
RUNNING_ONLY = {Capability.STOP, Capability.REBOOT, Capability.SUSPEND}
SUSPENDED = "A suspended machine cannot be shut down without losing its memory: resume it."
TRANSIENT = (
    "The machine is a transient domain: libvirt keeps no definition of it, so it would be deleted "
    "when it stops. Terminate it, or make it persistent with `virsh define`."
)


def blocker_of(capability: Capability, word: str, *, stays_defined: bool) -> Verdict | None:
    """Why the action is refused; None: it is not. ``word``: of the domain's state."""
    if capability in {Capability.START, Capability.RESUME} and word in UP:
        return blocked("The machine is already running.", temporary=True)
    if capability == Capability.STOP and state_of(word) is MachineState.SUSPENDED:
        return blocked(SUSPENDED)
    if capability in RUNNING_ONLY and (word in OFF or word == SAVED):
        return blocked(f"The machine is {word}.")
    if capability == Capability.RESIZE and word not in OFF:
        return blocked("Only a machine that is shut off can be resized.", temporary=True)
    if capability in NEEDS_DEFINITION and not stays_defined:
        return blocked(TRANSIENT)
    return None


@beside("blocker")
def find_blocker(driver: Any, capability: Capability, external_id: str) -> Verdict | None:
    domain = find_domain(driver, external_id)
    if domain is None:
        return None
    return _blocker(driver, domain, capability, word_for(driver, domain))


def ready(driver: Any, external_id: str, capability: Capability) -> tuple[Domain, str]:
    """The domain and its state's word. Raises ProviderError if that rules the action out."""
    domain = domain_named(driver, external_id)
    word = word_for(driver, domain)
    if blocker := _blocker(driver, domain, capability, word):
        code = ProviderErrorCode.CONFLICT
        raise ProviderError(code, blocker.message, retryable=blocker.is_temporary)
    return domain, word


def _blocker(driver: Any, domain: Domain, capability: Capability, word: str) -> Verdict | None:
    stays = capability not in NEEDS_DEFINITION or is_persistent(driver, domain)
    return blocker_of(capability, word, stays_defined=stays)
