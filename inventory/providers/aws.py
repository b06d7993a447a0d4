"""Amazon EC2, and clouds that are compatible with it."""

from inventory.providers.credential import CredentialField
from inventory.providers.ec2 import actions, dry_run
from inventory.providers.ec2.catalog import prices_as_of
from inventory.providers.ec2.driver import EC2Driver
from inventory.providers.ec2.parse import STATES
from inventory.providers.ec2.permissions import ACTIONS
from inventory.providers.ec2.regions import DEFAULT_REGION, every_region, known_regions
from inventory.providers.kind import Capability, ProviderKind, RateLimit
from inventory.providers.overrides import Overrides
from inventory.types import VMBackend

KIND = ProviderKind(
    slug="aws",
    label="Amazon Web Services",
    description="Amazon EC2, or a cloud that is compatible with it.",
    driver=EC2Driver,
    credentials=(
        CredentialField(
            "access_key_id",
            "Access key ID",
            help="Of an IAM user or role; begins with AKIA or ASIA.",
        ),
        CredentialField(
            "secret_access_key",
            "Secret access key",
            help="Shown once by IAM, when the access key is made.",
            secret=True,
        ),
        CredentialField(
            "session_token",
            "Session token",
            help="Only with temporary credentials, whose key begins with ASIA.",
            secret=True,
            required=False,
        ),
        CredentialField(
            "role_arn",
            "Role",
            help="The ARN of a role to assume with these keys: arn:aws:iam::ACCOUNT:role/NAME.",
            required=False,
        ),
        CredentialField(
            "external_id",
            "External ID",
            help="Only if the role's trust policy asks for one.",
            required=False,
        ),
        CredentialField(
            "endpoint_url",
            "Endpoint",
            help="Only for a cloud that is compatible with EC2: its address.",
            required=False,
            url=True,
        ),
    ),
    capabilities=frozenset(
        {
            Capability.LIST_MACHINES,
            Capability.START,
            Capability.STOP,
            Capability.REBOOT,
            # Not SUSPEND: EC2 hibernates only what was launched for it, and shows it as stopped.
            Capability.RESIZE,
            Capability.TAG,
            Capability.TERMINATE,
            Capability.PROVISION,
            Capability.LIST_SIZES,
            Capability.LIST_IMAGES,
            Capability.LIST_LOCATIONS,
            Capability.LIST_REGIONS,
        }
    ),
    default_regions=(DEFAULT_REGION,),
    backend=VMBackend.NITRO,
    # Half of what EC2 refills for DescribeInstances: "Request throttling for the Amazon EC2 API".
    rate=RateLimit(per_second=10, burst=50),
    states=STATES,
    known_regions=known_regions,
    every_region=every_region,
    prices_as_of=prices_as_of,
    actions=ACTIONS,
    permissions=("The policy in [aws.md](aws.md).",),
    limits=(
        "EC2 hibernates only what was launched for it, and shows it as stopped.",
        "A size is changed while the machine is stopped, to one that fits its architecture.",
        "Prices are list prices of libcloud's release; see [aws.md](aws.md).",
    ),
    overrides=Overrides(
        list=actions.list_machines,
        find=actions.find_machine,
        create=actions.create_machine,
        start=actions.start_machine,
        stop=actions.stop_machine,
        reboot=actions.reboot_machine,
        resize=actions.resize_machine,
        tag=actions.tag_machine,
        terminate=actions.terminate_machine,
        check=dry_run.check,
        sizes=actions.list_sizes,
        images=actions.list_images,
        locations=actions.list_locations,
        regions=actions.list_regions,
    ),
)
