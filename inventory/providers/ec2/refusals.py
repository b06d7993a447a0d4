"""The refusals of EC2 that are temporary, and those that are final.

Words from "Error codes for the Amazon EC2 API". Capacity errors come with HTTP status 500 there.
"""

from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.refusals import final, temporary

ERRORS = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html"
# Requests beyond the limit fail: the limiter stands before the API.
THROTTLING = "https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html"
# MinCount, which is 1 in the gateway's orders: without the capacity for it nothing is launched.
MINIMUM = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html"

# Refusals by an object's own state, or by its name. They last until somebody changes that.
IN_THE_WAY = (
    ("VolumeInUse", "Volume vol-1 is currently attached to i-1"),
    ("InvalidVolume.ZoneMismatch", "The volume is not in the same availability zone as instance"),
    ("InvalidSnapshot.InUse", "The snapshot snap-1 is currently in use by ami-1"),
    ("InvalidKeyPair.Duplicate", "The keypair already exists"),
    ("InvalidGroup.Duplicate", "The security group 'web' already exists for VPC 'vpc-1'"),
    ("InvalidGroup.InUse", "There are active instances using security group 'web'"),
    ("DependencyViolation", "resource sg-1 has a dependent object"),
    ("CannotDelete", "the specified group: 'sg-1' name: 'default' cannot be deleted by a user"),
    ("InvalidAMIName.Duplicate", "AMI name web is already in use by AMI ami-1"),
    ("InvalidPermission.Duplicate", "the specified rule 'peer: 0.0.0.0/0, TCP' already exists"),
)

REFUSALS = (
    temporary(
        Code.RATE_LIMITED,
        503,
        "Request limit exceeded.",
        word="RequestLimitExceeded",
        source=THROTTLING,
        not_done=THROTTLING,
    ),
    temporary(
        Code.CONFLICT,
        400,
        "The instance 'i-0123456789abcdef0' is not in a state from which it can be started.",
        word="IncorrectInstanceState",
        source=ERRORS,
    ),
    temporary(
        Code.CONFLICT,
        400,
        "The volume is in an incorrect state for the requested action.",
        word="IncorrectState",
        source=ERRORS,
    ),
    final(
        Code.CONFLICT,
        400,
        "The instance 'i-0123456789abcdef0' may not be terminated. Modify its "
        "'disableApiTermination' instance attribute and try again.",
        word="OperationNotPermitted",
        source=ERRORS,
    ),
    final(
        Code.CONFLICT,
        400,
        "Arguments on this idempotent request are inconsistent with arguments used in previous "
        "request(s).",
        word="IdempotentParameterMismatch",
        source=ERRORS,
    ),
    *(final(Code.CONFLICT, 400, sample, word=word, source=ERRORS) for word, sample in IN_THE_WAY),
    temporary(
        Code.CONFLICT,
        400,
        "You've reached the maximum modification rate per volume limit. Wait at least 6 hours",
        word="VolumeModificationRateExceeded",
        source=ERRORS,
    ),
    *(
        final(Code.QUOTA_EXCEEDED, 400, sample, word=word, source=ERRORS)
        for word, sample in (
            ("InstanceLimitExceeded", "Your quota allows for 0 more running instance(s)."),
            ("VcpuLimitExceeded", "You have requested more vCPU capacity than your current limit."),
            ("VolumeLimitExceeded", "You have reached the limit on your Amazon EBS volume storage"),
            ("AddressLimitExceeded", "The maximum number of addresses has been reached."),
            ("MaxSpotInstanceCountExceeded", "Max spot instance count exceeded"),
            ("NetworkInterfaceLimitExceeded", "You have reached the limit of interfaces."),
            ("SecurityGroupLimitExceeded", "You have reached the limit of security groups."),
            ("RulesPerSecurityGroupLimitExceeded", "The maximum number of rules has been reached."),
            ("SnapshotLimitExceeded", "You have reached the limit on Amazon EBS snapshots."),
            ("AttachmentLimitExceeded", "The maximum number of volumes is attached already."),
            ("ResourceLimitExceeded", "You have reached the limit of key pairs."),
        )
    ),
    final(
        Code.INVALID_REQUEST,
        400,
        "Your Spot request price of 0.001 is lower than the minimum required Spot request "
        "fulfillment price of 0.0031.",
        word="SpotMaxPriceTooLow",
        source=ERRORS,
    ),
    final(
        Code.QUOTA_EXCEEDED,
        500,
        "We currently do not have sufficient t3.micro capacity in the zone you requested.",
        word="InsufficientInstanceCapacity",
        source=ERRORS,
        not_done=MINIMUM,
    ),
    *(
        final(Code.QUOTA_EXCEEDED, 500, sample, word=word, source=ERRORS)
        for word, sample in (
            ("InsufficientHostCapacity", "There is not enough capacity on the Dedicated Host."),
            ("InsufficientAddressCapacity", "Not enough available addresses."),
            ("InsufficientVolumeCapacity", "There is not enough capacity for the volume."),
        )
    ),
)
