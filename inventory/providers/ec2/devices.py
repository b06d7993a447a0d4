"""Finds a free device name of an instance for a volume."""

from string import ascii_lowercase

from inventory.providers.ec2.driver import EC2Driver
from inventory.providers.exceptions import ProviderError, ProviderErrorCode

# Amazon's recommended names for EBS volumes of Linux:
# https://docs.aws.amazon.com/ebs/latest/userguide/ebs-using-volumes.html ("device_naming").
RECOMMENDED = tuple(f"/dev/sd{letter}" for letter in ascii_lowercase[5:16])  # f to p


def free_device(driver: EC2Driver, machine_id: str) -> str:
    """A name that the instance has no volume under. Raises ProviderError if it has none left."""
    reply = driver.ask("DescribeInstances", **{"InstanceId.1": machine_id})
    taken = {_letter(name.text) for name in reply.iter("{*}deviceName")}
    for name in RECOMMENDED:
        if _letter(name) not in taken:
            return name
    message = f"The names {RECOMMENDED[0]} to {RECOMMENDED[-1]} are taken; name a device."
    raise ProviderError(ProviderErrorCode.CONFLICT, message)


def _letter(name: str | None) -> str:
    """/dev/sdf and xvdf are the same device to an instance."""
    return (name or "").removeprefix("/dev/").removeprefix("xvd").removeprefix("sd")
