"""Measures how soon a region answers, and checks the account's permissions there without acting.

The kind determines how the permissions are checked:

- ``missing_permissions``: the cloud reports which of its own actions the account may not do;
- ``dry_run``: the cloud is asked for each action whether it would do it;
- neither: a permission is not known before the action is tried, and is not guessed.

Lists are asked for really, which is not done here, except for the list of regions.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from inventory.providers.adapter import Cloud
from inventory.providers.capability import OF_CONTAINERS, OF_STORAGE, Capability
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.kind import ProviderKind
from inventory.providers.response_timing import ResponseTiming
from inventory.types import MachineRecord, MachineState, MeaningfulEnum, NewMachine, Verdict

NOBODY = "gateway-check"  # stands for an id, a name, a token and a tag: of what never comes to be
NO_NUMBER = "0"  # the number of no repository
GONE = {MachineState.TERMINATED, MachineState.MISSING}


class Permission(MeaningfulEnum):
    """Shows if an account may do something."""

    ALLOWED = "ALLOWED", "The account may do it."
    DENIED = "DENIED", "The account does not have the permission."
    UNKNOWN = "UNKNOWN", "Only an attempt would show it; the message says why."


@dataclass(frozen=True, slots=True)
class Finding:
    """``actions``: the cloud's own names of the missing permissions, or else of all needed ones."""

    capability: Capability
    permission: Permission
    actions: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Probe:
    """``timing``: of the smallest question there is, over a connection that was open already.

    None: there was no answer. ``error``: why the question was not answered as it should.
    """

    timing: ResponseTiming | None
    error: ProviderError | None
    findings: tuple[Finding, ...]


def probe(cloud: Cloud, machine: MachineRecord | None) -> Probe:
    """Raises nothing: the result has the failures. ``machine``: one to ask about, if known."""
    timing, error = _time_response(cloud)
    known = machine

    @cache
    def lookup() -> MachineRecord | None:
        return known or next(
            (one for one in cloud.read("virtual_machines") if one.state not in GONE), None
        )

    findings = list(_actions(cloud, lookup))
    if Capability.LIST_REGIONS in cloud.kind.capabilities:
        failure = _failure(lambda: cloud.read("regions"))
        findings.append(finding_of_answer(cloud.kind, Capability.LIST_REGIONS, failure))
    return Probe(timing, error, tuple(findings))


def finding_of_answer(
    kind: ProviderKind, capability: Capability, code: ProviderErrorCode | str | None
) -> Finding:
    """The finding of a real question that failed with ``code``; None: it was answered."""
    if code is None:
        return found(kind, capability, Permission.ALLOWED, "It was asked, and answered.")
    if code == ProviderErrorCode.PERMISSION_DENIED:
        return found(kind, capability, Permission.DENIED, "It was asked, and refused.")
    return found(kind, capability, Permission.UNKNOWN, f"The question ended with {code}.")


def found(
    kind: ProviderKind,
    capability: Capability,
    permission: Permission,
    message: str,
    actions: Sequence[str] | None = None,
) -> Finding:
    named = kind.actions.get(capability, ()) if actions is None else actions
    return Finding(capability, permission, tuple(named), message)


def _time_response(cloud: Cloud) -> tuple[ResponseTiming | None, ProviderError | None]:
    """Asked twice, because the first time a connection is made and somebody signs in."""
    question = _smallest_question(cloud)
    timing: ResponseTiming | None = None
    error: ProviderError | None = None
    for _ in range(2):
        with cloud.listening() as heard:
            asked_at = time.monotonic()
            error = _error(question)
            seconds = time.monotonic() - asked_at
            answered = heard() or (ResponseTiming(seconds, None) if error is None else None)
        timing = answered or timing
        if error is not None:
            break
    return timing, error


def _smallest_question(cloud: Cloud) -> Callable[[], Any]:
    if Capability.LIST_LOCATIONS in cloud.kind.capabilities:
        return lambda: cloud.read("locations")
    if cloud.kind.lists_machines:
        return lambda: cloud.find("virtual_machines", NOBODY)
    if cloud.kind.lists_repositories:
        return lambda: cloud.find("repositories", NO_NUMBER)
    if cloud.kind.lists_buckets:
        return lambda: cloud.find("buckets", NOBODY)
    return lambda: cloud.find("containers", NOBODY)


def _actions(cloud: Cloud, lookup: Callable[[], MachineRecord | None]) -> Sequence[Finding]:
    kind = cloud.kind
    asked = kind.acting_capabilities
    try:
        lacking = cloud.lacking(lookup)
    except ProviderError as error:
        message = f"Asking what the account may do ended with {error.code}."
        return [found(kind, one, Permission.UNKNOWN, message) for one in asked]
    if lacking is None:
        return [_tried(cloud, one, lookup) for one in asked]
    return [_told(kind, one, lacking.get(one)) for one in asked]


def _told(kind: ProviderKind, capability: Capability, lacking: Sequence[str] | None) -> Finding:
    if lacking is None:
        return found(kind, capability, Permission.UNKNOWN, "The cloud does not tell.")
    if lacking:
        message = "The cloud reports that the account may not."
        return found(kind, capability, Permission.DENIED, message, lacking)
    return found(kind, capability, Permission.ALLOWED, "The cloud says that the account may.")


def _tried(
    cloud: Cloud, capability: Capability, lookup: Callable[[], MachineRecord | None]
) -> Finding:
    if not cloud.can_check or capability in OF_CONTAINERS | OF_STORAGE:
        message = "This kind of cloud cannot be asked."
        return found(cloud.kind, capability, Permission.UNKNOWN, message)
    if capability.resource != "virtual_machines":
        message = "It was not asked: that requires an object to ask about."
        return found(cloud.kind, capability, Permission.UNKNOWN, message)
    try:
        machine = lookup()
        verdict = None if machine is None else _verdict(cloud, capability, machine)
    except ProviderError as error:
        message = f"The question ended with {error.code}."
        return found(cloud.kind, capability, Permission.UNKNOWN, message)
    if machine is None:
        message = "There is no machine here to ask about."
        return found(cloud.kind, capability, Permission.UNKNOWN, message)
    return found(cloud.kind, capability, *_judged(verdict))


def _verdict(cloud: Cloud, capability: Capability, machine: MachineRecord) -> Verdict | None:
    """The verdict on a change of this machine, or on an order of a similar one."""
    if capability is Capability.PROVISION:
        order = NewMachine(
            name=NOBODY,
            size_id=machine.size_id or "",
            image_id=machine.image_id or "",
            client_token=NOBODY,
            location_id=machine.location_id,
        )
        return cloud.check(capability, order=order)
    details: dict[Capability, dict[str, Any]] = {
        Capability.RESIZE: {"size": machine.size_id or ""},
        Capability.TAG: {"wanted": {NOBODY: NOBODY}, "unwanted": (NOBODY,)},
    }
    return cloud.check(capability, machine.external_id, **details.get(capability, {}))


def _judged(verdict: Verdict | None) -> tuple[Permission, str]:
    if verdict is None:
        return Permission.UNKNOWN, "This cloud cannot be asked without the risk of acting."
    if verdict.allowed:
        return Permission.ALLOWED, "The cloud would do it."
    if verdict.code == ProviderErrorCode.PERMISSION_DENIED:
        return Permission.DENIED, "The cloud reports that the account may not."
    return Permission.UNKNOWN, f"The cloud would refuse for another reason: {verdict.code}."


def _error(ask: Callable[[], Any]) -> ProviderError | None:
    try:
        ask()
    except ProviderError as error:
        return error
    return None


def _failure(ask: Callable[[], Any]) -> ProviderErrorCode | None:
    error = _error(ask)
    return None if error is None else error.code
