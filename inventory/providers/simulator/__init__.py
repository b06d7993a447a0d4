"""A cloud of our own: shared by all processes, it survives a restart and fails on command.

::

    world    the machines as they were made: a pure function of the seed
    store   what happened since, and every accepted effect, in SQLite
    power    what starts, stops or reboots from where, and where it leads
    faults   latency, errors, throttling, hanging, on command
    driver   all of it as a libcloud NodeDriver
    storage  its volumes and snapshots; security: key pairs and security groups
    images   its images; times: the facts that records of objects share
    buckets, stored_objects    its object storage
    trial    dry runs
    directory  where the clouds are kept
    objects  what a cloud has beside machines
    stock    with what it begins; object_store: the table of it
    refusals  which are final
"""

from inventory.providers.account import AccountFields
from inventory.providers.capability import Capability
from inventory.providers.credential import CredentialField
from inventory.providers.dry_runs import DryRun
from inventory.providers.ec2.names import TAG_RULES, TEXT_RULES
from inventory.providers.generic import table_over_libcloud
from inventory.providers.kind import ProviderKind, listed_sizes_only
from inventory.providers.login_users import EC2
from inventory.providers.prices import Charge, Prices
from inventory.providers.s3.names import STORE
from inventory.providers.simulator import buckets, images, security, storage, stored_objects, trial
from inventory.providers.simulator.driver import SimulatorDriver, simulated_machines
from inventory.providers.simulator.refusals import REFUSALS
from inventory.providers.simulator.stock import SNAPSHOT_PRICE, volume_price
from inventory.providers.simulator.store import MOST_MADE
from inventory.providers.table import table_of
from inventory.types import MachineState, VMBackend

STATES = {state.value.lower(): state for state in MachineState}

KIND = ProviderKind(
    slug="simulator",
    label="Simulator",
    description="A cloud that exists only here, to learn with, to build against and to break.",
    driver=SimulatorDriver,
    login_users=EC2,
    # Names and ids are as at EC2.
    text_rules=TEXT_RULES,
    tags=TAG_RULES,
    credentials=(
        CredentialField(
            "seed",
            "Seed",
            help="Any text. It is the cloud's identity: the same seed is the same cloud.",
            default="simulator",
        ),
        CredentialField(
            "machines",
            "Machines",
            help="The number of machines in each region at the beginning.",
            type=int,
            default=24,
            minimum=0,
            maximum=20_000,
        ),
        CredentialField(
            "region_names",
            "Regions",
            help='The regions of the account, separated by commas: those that "all" connects.',
            default="sim-1",
        ),
        CredentialField(
            "regions_fail",
            "Regions fail",
            help="The regions cannot be listed; everything else answers.",
            type=bool,
            default=False,
        ),
        CredentialField(
            "latency_ms",
            "Latency",
            help="The time that every call takes, in milliseconds.",
            type=int,
            default=0,
            minimum=0,
            maximum=600_000,
        ),
        CredentialField(
            "boot_ms",
            "Boot time",
            help="The time that a machine takes to start, stop or reboot, in milliseconds.",
            type=int,
            default=2_000,
            minimum=0,
            maximum=3_600_000,
        ),
        CredentialField(
            "error_rate",
            "Error rate",
            help="The share of calls that fail, from 0 (none) to 1 (all).",
            type=float,
            default=0.0,
            minimum=0,
            maximum=1,
        ),
        CredentialField("hang", "Hang", help="No call is answered.", type=bool, default=False),
        CredentialField(
            "partial",
            "Partial",
            help="The first page of a list is answered; the next one fails.",
            type=bool,
            default=False,
        ),
        CredentialField(
            "garbage", "Garbage", help="Answers cannot be read.", type=bool, default=False
        ),
        CredentialField(
            "throttle_per_s",
            "Throttle",
            help="The number of calls to a region that are accepted in a second; 0: no limit.",
            type=int,
            default=0,
            minimum=0,
            maximum=1_000_000,
        ),
    ),
    account=AccountFields(
        compared=("seed",),
        ignored=(
            "machines",
            "region_names",
            "regions_fail",
            "latency_ms",
            "boot_ms",
            "error_rate",
            "hang",
            "partial",
            "garbage",
            "throttle_per_s",
        ),
    ),
    takes_unlisted_size=listed_sizes_only,
    simulated=simulated_machines,
    proven_lists=frozenset({"sizes", "images", "locations"}),  # each is one answer
    default_regions=("sim-1",),
    backend=VMBackend.SIMULATED,
    permissions=("None.",),
    limits=(
        "Its machines run nothing.",
        "Its buckets keep no content of objects, and signed requests lead nowhere.",
        f"A region has at most {MOST_MADE:,} machines beyond those from the beginning.",
    ),
    refusals=REFUSALS,
    store=STORE,
    # The same client token is answered with the same object, see the driver and ``objects``. A
    # name makes one bucket.
    repeatable=frozenset({Capability.PROVISION, Capability.CREATE_BUCKET, *trial.ORDERS}),
    prices=Prices(
        volumes=volume_price,
        snapshots=SNAPSHOT_PRICE,
        stopped=Charge.NOTHING,
        stopped_source="docs/providers.md",
    ),
    states=STATES,
    dry_run=DryRun(
        evidence="The simulator reads its state and writes nothing; tests compare its store."
    ),
    not_covered=("Nothing: all machines of the simulated cloud are shown.",),
    table=table_of(
        SimulatorDriver,
        storage,
        images,
        security,
        buckets,
        stored_objects,
        trial,
        over=table_over_libcloud(STATES),
    ),
)
