"""Reads that show why EC2 refuses an action: the protection against stop and termination.

``DryRun`` checks permissions only. The attributes ``disableApiStop`` and ``disableApiTermination``:
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html.
"""

from inventory.providers.capability import Capability
from inventory.providers.ec2.driver import EC2Driver
from inventory.providers.identity import check_identity
from inventory.providers.reading import Reading
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
    answer = driver.call("describe_instance_attribute", InstanceId=external_id, Attribute=attribute)
    found = Reading(answer)
    check_identity(found.text("InstanceId"), external_id)
    if found.flag(f"{attribute[:1].upper()}{attribute[1:]}", "Value"):
        return blocked(f"The instance has {name} ({attribute}); remove it first.")
    return None
