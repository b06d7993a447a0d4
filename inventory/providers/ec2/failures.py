"""How EC2 reports that an accepted request has failed: ``stateReason`` of the instance.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html
"""

from typing import Any

from libcloud.common.exceptions import BaseHTTPError
from libcloud.compute.drivers.ec2 import NAMESPACE

from inventory.providers.capability import Capability
from inventory.providers.ec2.driver import EC2Driver
from inventory.providers.identity import only_of
from inventory.providers.table import beside
from inventory.types import Failure

INSTANCE = "/".join(
    f"{{{NAMESPACE}}}{name}" for name in ("reservationSet", "item", "instancesSet", "item")
)
# Words for what somebody wanted.
WANTED = frozenset(
    {
        "Client.InstanceInitiatedShutdown",
        "Client.UserInitiatedHibernate",
        "Client.UserInitiatedShutdown",
    }
)
# The reasons of failures are about launches and starts. A stop for other reasons is no failure of
# a request to stop or to terminate.
STARTS = frozenset({Capability.START, Capability.RESUME, Capability.PROVISION})


@beside("failure")
def find_failure(driver: EC2Driver, capability: Capability, external_id: str) -> Failure | None:
    if capability not in STARTS:
        return None
    try:
        reply = driver.ask("DescribeInstances", **{"InstanceId.1": external_id})
    except BaseHTTPError as error:
        if str(error).startswith("InvalidInstanceID."):
            return None
        raise
    instance = only_of(reply.findall(INSTANCE), external_id, _id_of)
    if instance is None:
        return None
    word = instance.findtext(f"{{{NAMESPACE}}}stateReason/{{{NAMESPACE}}}code") or ""
    if not word or word in WANTED or word == "pending":
        return None
    message = instance.findtext(f"{{{NAMESPACE}}}stateReason/{{{NAMESPACE}}}message") or ""
    when = instance.findtext(f"{{{NAMESPACE}}}reason") or ""
    side, _, own = word.partition(".")
    own = own if side in {"Server", "Client"} else word
    return Failure(own, message.removeprefix(f"{word}: "), when)


def _id_of(instance: Any) -> str | None:
    found: str | None = instance.findtext(f"{{{NAMESPACE}}}instanceId")
    return found
