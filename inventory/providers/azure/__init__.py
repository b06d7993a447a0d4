"""Microsoft Azure, by its Resource Manager."""

from inventory.providers.account import AccountFields
from inventory.providers.azure import (
    actions,
    blockers,
    failures,
    images,
    key_pairs,
    operations,
    orders,
    permissions,
    scale_sets,
    snapshots,
    volumes,
)
from inventory.providers.azure.account import FIELDS, in_lower_case
from inventory.providers.azure.blobs import buckets, objects, signed_requests
from inventory.providers.azure.blobs.names import NOT_TAKEN, STORE
from inventory.providers.azure.parse import STATES
from inventory.providers.azure.refusals import REFUSALS
from inventory.providers.capability import Capability
from inventory.providers.kind import GLOBAL, ProviderKind, RateLimit, driver_at, only_global
from inventory.providers.price_file import azure_price, file_as_of
from inventory.providers.prices import Charge, Prices
from inventory.providers.table import table_of
from inventory.providers.tags import ignoring_case
from inventory.types import VMBackend

KIND = ProviderKind(
    slug="azure",
    label="Microsoft Azure",
    description=(
        "The virtual machines of one subscription in all its locations, including those of scale "
        "sets, and the containers of its storage accounts."
    ),
    driver=driver_at("inventory.providers.azure.driver", "AzureDriver"),
    credentials=FIELDS,
    account=AccountFields(
        compared=("tenant_id", "subscription_id"),
        ignored=("client_id",),
        order_settings=("location", "resource_group", "network", "subnet", "admin_username"),
        canonical=in_lower_case,
    ),
    # A machine's name is unique in its resource group, and an order with If-None-Match: * makes no
    # change: learn.microsoft.com/rest/api/compute/virtual-machines/create-or-update. A name makes
    # one container.
    repeatable=frozenset({Capability.PROVISION, Capability.CREATE_BUCKET}),
    # An id ends with the machine's name; properties.vmId is unique for each machine:
    # learn.microsoft.com/rest/api/compute/virtual-machines/get.
    reuses_ids=True,
    default_regions=(GLOBAL,),
    known_regions=only_global,
    every_region=only_global,
    backend=VMBackend.HYPER_V,
    # A bucket of 250 reads, refilled by 25 a second: "Request limits" of Azure Resource Manager.
    rate=RateLimit(per_second=5, burst=50),
    states=STATES,
    prices_as_of=file_as_of,
    # A stop by the gateway deallocates the machine. A machine that is stopped and not deallocated
    # is paid for.
    prices=Prices(
        listed=azure_price,
        region_of=lambda region, location: location or region,
        stopped=Charge.NOTHING,
        stopped_words={"stopped": Charge.ALL},
        stopped_source="https://learn.microsoft.com/azure/virtual-machines/states-billing",
    ),
    unorderable=frozenset({"security_groups"}),
    permissions=(
        "The role Reader to list, Virtual Machine Contributor to change existing objects,",
        "and Network Contributor on the resource group to order machines.",
        "To read the outcome of an accepted request, the account needs rights on the resource",
        "group or the subscription; with a role on single machines only, the gateway reads their",
        "instance view. To read and write blobs, and to create or delete containers: Storage Blob",
        "Data Contributor.",
    ),
    limits=(
        "A machine of a uniform scale set (an AKS node) cannot be resized or tagged by itself.",
        "Terminating a machine of a uniform scale set makes the set smaller by one.",
        "A stop deallocates the machine, so that only its disks cost money.",
        (
            "A machine that its own system shut down is STOPPED too, at full cost: `rawState` is "
            "`stopped`."
        ),
        "Orders need `resource_group` and `network`.",
        "An order names its key pair by an SSH public key resource of the resource group.",
        (
            "No disks, snapshots or SSH public keys are created, because the request that "
            "creates one would change an existing one of that name."
        ),
        (
            "No images of machines are created, because Azure makes a managed image only of a "
            "generalized machine, which it does not start again."
        ),
        "Network security groups are not shown: their rules can deny traffic and have priorities.",
        "A machine ordered without a key has a random password, which is not stored anywhere.",
        "The names of tags are case-insensitive: setting `env` replaces `Env`.",
        "An order names no security groups. Prices are list prices: see [prices.md](prices.md).",
        (
            "Only the sizes of the account's `location` are listed. Orders without a location go "
            "there."
        ),
        (
            "A bucket is a container; its name is `account/container`. Its creation time is not "
            "known, so `deleteBucket` does not notice if the container was deleted and created "
            "again."
        ),
        (
            "Azure deletes a container with all its blobs. `deleteBucket` without `force` first "
            "checks that it is empty. A blob that is written between this check and the deletion "
            "is deleted, too: Azure has no condition that prevents it, see "
            "[object-storage.md](object-storage.md)."
        ),
        "Blobs are reached only at `<account>.blob.core.windows.net`, from the gateway's address.",
        "Storage accounts with a hierarchical namespace were tested only with the stand-in.",
        (
            "Blob Storage was tested with a stand-in that follows its reference, not with a real "
            "account."
        ),
    ),
    tags=actions.TAGS,
    not_taken={
        "volumes.device": "Azure chooses the number at which a machine has a disk.",
        **NOT_TAKEN,
    },
    store=STORE,
    id_key=ignoring_case,
    refusals=REFUSALS,
    unsupported=scale_sets.unsupported,
    blockers=(
        "A lock `ReadOnly` on the machine, its resource group or the subscription: every action.",
        "A lock `CanNotDelete` there, or on a part of the machine: terminate.",
        "`OSState/generalized` in the instance view: start and reboot.",
        (
            "To read locks, the account needs `Microsoft.Authorization/locks/read`, which the "
            "roles above include. Without it, a lock is reported only when the job asks Azure "
            "for the action."
        ),
    ),
    not_covered=(
        "Other subscriptions of the tenant.",
        (
            "Machines that services manage themselves, for example Container Instances and App "
            "Service."
        ),
        "Machines of Azure VMware Solution, and of Batch pools outside of the subscription.",
    ),
    table=table_of(
        actions,
        orders,
        volumes,
        snapshots,
        images,
        key_pairs,
        permissions,
        failures,
        operations,
        blockers,
        buckets,
        objects,
        signed_requests,
    ),
)
