"""Microsoft Azure, by its Resource Manager."""

from inventory.providers.account import AccountFields
from inventory.providers.azure import (
    actions,
    blockers,
    failures,
    operations,
    orders,
    permissions,
    scale_sets,
)
from inventory.providers.azure.account import FIELDS, in_lower_case
from inventory.providers.azure.parse import STATES
from inventory.providers.azure.refusals import REFUSALS
from inventory.providers.capability import Capability
from inventory.providers.kind import GLOBAL, ProviderKind, RateLimit, driver_at, only_global
from inventory.providers.table import table_of
from inventory.providers.tags import ignoring_case
from inventory.types import VMBackend

KIND = ProviderKind(
    slug="azure",
    label="Microsoft Azure",
    description=(
        "Virtual machines of one subscription, those of scale sets too, in all its locations."
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
    # change: learn.microsoft.com/rest/api/compute/virtual-machines/create-or-update.
    repeatable=frozenset({Capability.PROVISION}),
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
    unorderable=frozenset({"security_groups"}),
    actions=permissions.ACTIONS,
    permissions=(
        "The role Reader to look, Virtual Machine Contributor to change what is there,",
        "and Network Contributor on the resource group to order machines.",
        "What became of an accepted request is read with the rights of the resource group or the",
        "subscription: with a role on single machines alone, their instance view tells it.",
    ),
    limits=(
        "A machine of a uniform scale set (an AKS node) cannot be resized or tagged by itself.",
        "To terminate a machine of a uniform scale set makes the set smaller by one.",
        "A stop deallocates, so that the machine costs nothing but its disks.",
        "What was shut down from inside is STOPPED too, and paid for: its `rawState` is `stopped`.",
        "Orders need `resource_group` and `network`.",
        "A key pair is the name of an SSH public key resource in the resource group.",
        "A machine ordered without a key has a random password that is told to nobody.",
        "The names of tags ignore case: to set `env` replaces `Env`.",
        "Security groups belong to the subnet. Prices are not known.",
        "Sizes are those of the account's `location`, where orders without a location go.",
    ),
    tags=actions.TAGS,
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
    table=table_of(actions, orders, permissions, failures, operations, blockers),
)
