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
        "Virtual machines of one subscription, those of scale sets too, in all its locations, and "
        "the containers of its storage accounts."
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
        "The role Reader to look, Virtual Machine Contributor to change what is there,",
        "and Network Contributor on the resource group to order machines.",
        "What became of an accepted request is read with the rights of the resource group or the",
        "subscription: with a role on single machines alone, their instance view shows it.",
        "For what is in containers, and to create or delete them: Storage Blob Data Contributor.",
    ),
    limits=(
        "A machine of a uniform scale set (an AKS node) cannot be resized or tagged by itself.",
        "To terminate a machine of a uniform scale set makes the set smaller by one.",
        "A stop deallocates, so that the machine costs nothing but its disks.",
        "What was shut down from inside is STOPPED too, and paid for: its `rawState` is `stopped`.",
        "Orders need `resource_group` and `network`.",
        "A key pair of an order is the name of an SSH public key resource in the resource group.",
        (
            "No disks, snapshots or SSH public keys are created: the request that creates one "
            "changes one that has the name already."
        ),
        (
            "No image of a machine is created either: a managed image is of a machine that was "
            "generalized, which Azure does not start again."
        ),
        "Network security groups are left out: they can deny, and have priorities.",
        "A machine ordered without a key has a random password, which is not stored anywhere.",
        "The names of tags ignore case: to set `env` replaces `Env`.",
        "Security groups belong to the subnet. Prices are list prices: see [prices.md](prices.md).",
        "Sizes are those of the account's `location`, where orders without a location go.",
        (
            "A bucket is a container, named with its storage account as `account/container`. Its "
            "creation time is not known, so `deleteBucket` does not notice one that was created "
            "anew under its name."
        ),
        (
            "Azure deletes a container with all that is in it: `deleteBucket` without `force` "
            "looks into it first, and a blob that is written just then is deleted too: no "
            "condition of Azure's prevents that, see [object-storage.md](object-storage.md)."
        ),
        "Blobs are reached at `<account>.blob.core.windows.net` alone, from the gateway's address.",
        "Storage accounts with a hierarchical namespace were not looked at.",
        "Blob Storage was tested with a stand-in by its reference, not with a real account.",
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
            "Locks need `Microsoft.Authorization/locks/read`, which the roles above include. "
            "Without it, a lock is reported when the job asks Azure."
        ),
    ),
    not_covered=(
        "Other subscriptions of the tenant.",
        "Machines that services keep to themselves, as Container Instances and App Service do.",
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
