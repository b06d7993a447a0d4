"""What a read of an instance shows that EC2 refuses: its protection against stop and termination.

``DryRun`` checks permissions only. The attributes ``disableApiStop`` and ``disableApiTermination``:
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html.
"""

from libcloud.compute.drivers.ec2 import NAMESPACE

from inventory.providers.capability import Capability
from inventory.providers.ec2.driver import EC2Driver
from inventory.providers.identity import check_identity
from inventory.providers.refusals import blocked
from inventory.providers.table import beside
from inventory.types import Verdict

PROTECTIONS = {
    Capability.STOP: ("disableApiStop", "stop protection"),
    Capability.TERMINATE: ("disableApiTermination", "termination protection"),
}
READ = "DescribeInstanceAttribute"


@beside("blocker")
def find_blocker(driver: EC2Driver, capability: Capability, external_id: str) -> Verdict | None:
    if capability not in PROTECTIONS:
        return None
    attribute, name = PROTECTIONS[capability]
    reply = driver.ask(READ, InstanceId=external_id, Attribute=attribute)
    check_identity(reply.findtext(f"{{{NAMESPACE}}}instanceId"), external_id)
    value = reply.findtext(f"{{{NAMESPACE}}}{attribute}/{{{NAMESPACE}}}value") or ""
    if value.strip().lower() == "true":
        return blocked(f"The instance has {name} ({attribute}); remove it first.")
    return None
