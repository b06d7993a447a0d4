"""What IAM calls that which each capability takes: docs/aws.md has the policy."""

from inventory.providers.capability import BY_KEY, LIST, Capability

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
    BY_KEY["volumes", LIST]: ("ec2:DescribeVolumes",),
    Capability.ATTACH_VOLUME: ("ec2:AttachVolume", "ec2:DescribeInstances"),
    Capability.DETACH_VOLUME: ("ec2:DetachVolume",),
    Capability.RESIZE_VOLUME: ("ec2:ModifyVolume",),
    Capability.DELETE_VOLUME: ("ec2:DeleteVolume",),
    Capability.CREATE_VOLUME: ("ec2:CreateVolume", "ec2:CreateTags"),
    BY_KEY["snapshots", LIST]: ("ec2:DescribeSnapshots",),
    Capability.DELETE_SNAPSHOT: ("ec2:DeleteSnapshot",),
    Capability.CREATE_SNAPSHOT: ("ec2:CreateSnapshot", "ec2:CreateTags"),
    BY_KEY["key_pairs", LIST]: ("ec2:DescribeKeyPairs",),
    Capability.DELETE_KEY_PAIR: ("ec2:DeleteKeyPair",),
    Capability.IMPORT_KEY_PAIR: ("ec2:ImportKeyPair", "ec2:CreateTags"),
    BY_KEY["security_groups", LIST]: ("ec2:DescribeSecurityGroups",),
    Capability.ADD_SECURITY_GROUP_RULE: (
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:AuthorizeSecurityGroupEgress",
    ),
    Capability.REMOVE_SECURITY_GROUP_RULE: (
        "ec2:RevokeSecurityGroupIngress",
        "ec2:RevokeSecurityGroupEgress",
    ),
    Capability.DELETE_SECURITY_GROUP: ("ec2:DeleteSecurityGroup",),
    Capability.CREATE_SECURITY_GROUP: ("ec2:CreateSecurityGroup", "ec2:CreateTags"),
}
