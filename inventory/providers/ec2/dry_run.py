"""Asks EC2 if it would accept an action: its own DryRun, with the action's own parameters.

A dry run must never act. Amazon honours DryRun for every action here. Another server may not know
the word, and would act. The gateway asks such a server only about an action for which the same
server has just honoured DryRun on an instance that cannot exist. There, tags and orders get no
verdict: they cannot be tried without harm, as a tag may be put on nothing, and an order makes
something.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from libcloud.common.types import MalformedResponseError

from inventory.providers.capability import Capability, Key
from inventory.providers.dry_runs import DryRun, Parameter, Place
from inventory.providers.ec2 import (
    calls,
    key_pairs,
    own_images,
    security_groups,
    snapshots,
    volumes,
)
from inventory.providers.ec2.blockers import READ
from inventory.providers.ec2.calls import Call
from inventory.providers.ec2.deeds import BUILDERS, NOWHERE
from inventory.providers.ec2.driver import EC2Driver
from inventory.providers.exceptions import ProviderError
from inventory.providers.table import beside
from inventory.types import Verdict

NAME, VALUE = "DryRun", "true"
# Reads for the request itself: the device that is free, the instance that a volume is attached to,
# and the first zone.
READS = (READ, "DescribeInstances", "DescribeVolumes", "DescribeAvailabilityZones")
DRY_RUN = DryRun(
    parameters=(Parameter("POST", Place.FORM, NAME, VALUE),),
    reads=tuple(Parameter("POST", Place.FORM, "Action", name) for name in READS),
    evidence=(
        "EC2 documents `DryRun` for every action used here as a check of the permissions "
        '"without actually making the request", for example '
        "[TerminateInstances](https://docs.aws.amazon.com/AWSEC2/latest/APIReference/"
        "API_TerminateInstances.html) and "
        "[RunInstances](https://docs.aws.amazon.com/AWSEC2/latest/APIReference/"
        "API_RunInstances.html). Only Amazon's own endpoints are trusted to do so. Another "
        "endpoint is asked about a machine only after it has answered `DryRunOperation` to the "
        "same action on an instance that cannot exist, and never about tags and orders "
        "([decision 6](decisions/0006-dry-run-by-the-same-call.md)). Tested against moto."
    ),
)
# Said by EC2 when it would have done it: "Error codes for the Amazon EC2 API". The whole word: one
# that only begins so may say the opposite.
WOULD_SUCCEED = "DryRunOperation"
# How a refusal begins: other servers, and other services of AWS, say AccessDeniedException.
NOT_ALLOWED = ("UnauthorizedOperation", "AccessDenied")
CREATES: Mapping[Key, Callable[[EC2Driver, Any], Call]] = {
    Capability.PROVISION.key: lambda _driver, order: calls.create(order),
    Capability.CREATE_VOLUME.key: volumes.create_call,
    Capability.CREATE_SNAPSHOT.key: snapshots.create_call,
    Capability.CREATE_IMAGE.key: own_images.create_call,
    Capability.IMPORT_KEY_PAIR.key: key_pairs.import_call,
    Capability.CREATE_SECURITY_GROUP.key: security_groups.create_call,
}


@beside("dry_run")
def check(
    driver: EC2Driver,
    capability: Capability,
    external_id: str | None,
    *,
    order: Any = None,
    size: str = "",
    wanted: Mapping[str, str] | None = None,
    unwanted: Sequence[str] = (),
    arguments: Sequence[Any] = (),
) -> Verdict | None:
    """None: this server cannot be asked without the risk of acting. A refusal raises.

    ``arguments``: of an action on what is no machine, as the action takes them.
    """
    harmless: Call | None = None
    if order is not None:
        asked = [CREATES[capability.key](driver, order)]
    elif external_id is None:
        return None
    elif capability is Capability.TAG:
        asked = calls.tag(external_id, wanted or {}, unwanted)
    else:
        build = _builder(capability, (size,) if capability is Capability.RESIZE else arguments)
        if build is None:
            return None
        asked = [build(driver, external_id)]
        harmless = build(driver, NOWHERE[capability.resource])
    if not driver.is_amazons and (harmless is None or not _is_honoured(driver, harmless)):
        return None
    message = ""
    for call in asked:
        message = _would_succeed(driver, call)
    return Verdict(True, message)


def _builder(
    capability: Capability, arguments: Sequence[Any]
) -> Callable[[EC2Driver, str], Call] | None:
    """The function that builds the request of an action on one object; None: there is none."""
    if capability is Capability.RESIZE:
        return lambda _driver, external_id: calls.resize(external_id, *arguments)
    if capability in calls.ON_INSTANCES:
        return lambda _driver, external_id: calls.on_instance(capability, external_id)
    build = BUILDERS.get(capability.key)
    if build is None:
        return None
    return lambda driver, external_id: build(driver, external_id, *arguments)


def _is_honoured(driver: EC2Driver, harmless: Call) -> bool:
    """True if the server honoured DryRun. The refusal "no such instance" proves nothing."""
    try:
        _would_succeed(driver, harmless)
    except MalformedResponseError:
        return False
    except ProviderError as refusal:
        if refusal.status is None or refusal.message.startswith(NOT_ALLOWED):
            raise  # of ours; or it is a verdict, whatever the server knows
        return False
    return True


def _would_succeed(driver: EC2Driver, call: Call) -> str:
    """EC2's words for it. Raises what the action would raise."""
    try:
        driver.call(call.operation, **call.parameters, DryRun=True)
    except ProviderError as refusal:
        if refusal.word == WOULD_SUCCEED:
            return refusal.message
        raise
    message = f"{call.operation} was answered as if DryRun had not been asked for."
    raise MalformedResponseError(message, driver=driver)
