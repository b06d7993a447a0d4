"""What IAM calls that which each capability takes: docs/aws.md has the policy."""

from inventory.providers.capability import Capability

ACTIONS = {
    Capability.LIST_MACHINES: ("ec2:DescribeInstances",),
    Capability.START: ("ec2:StartInstances",),
    Capability.STOP: ("ec2:StopInstances", "ec2:DescribeInstanceAttribute"),
    Capability.REBOOT: ("ec2:RebootInstances",),
    Capability.RESIZE: ("ec2:ModifyInstanceAttribute",),
    Capability.TAG: ("ec2:CreateTags", "ec2:DeleteTags"),
    Capability.TERMINATE: ("ec2:TerminateInstances", "ec2:DescribeInstanceAttribute"),
    Capability.PROVISION: ("ec2:RunInstances", "ec2:CreateTags"),
    Capability.LIST_SIZES: ("ec2:DescribeInstanceTypes",),
    Capability.LIST_IMAGES: ("ec2:DescribeImages",),
    Capability.LIST_LOCATIONS: ("ec2:DescribeAvailabilityZones",),
    Capability.LIST_REGIONS: ("ec2:DescribeRegions",),
}
