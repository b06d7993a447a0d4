"""OpenStack: any cloud with Keystone v3, Nova, Glance and Neutron; Chameleon and Jetstream too."""

from inventory.providers.kind import (
    USUAL,
    Capability,
    Overrides,
    ProviderKind,
    driver_at,
)
from inventory.providers.openstack import actions
from inventory.providers.openstack.credentials import FIELDS, judge
from inventory.providers.openstack.parse import STATES, UNCONFIRMED
from inventory.types import VMBackend

KIND = ProviderKind(
    slug="openstack",
    label="OpenStack",
    description="A project of an OpenStack cloud, as Chameleon and Jetstream are.",
    driver=driver_at("inventory.providers.openstack.driver", "OpenStackDriver"),
    credentials=FIELDS,
    judge=judge,
    capabilities=USUAL
    | {
        Capability.SUSPEND,
        Capability.RESUME,
        Capability.RESIZE,
        Capability.TAG,
        Capability.LIST_REGIONS,
    },
    default_regions=("RegionOne",),
    backend=VMBackend.KVM,
    states=STATES,
    unconfirmed=frozenset({UNCONFIRMED}),
    permissions=("The role `member` in the project; `reader` is enough to look.",),
    limits=(
        "Machines are made from images; booting from a volume is not.",
        "Where a project sees several networks, `network` has to name the one of new machines.",
        "Prices are not known.",
        "A shelved server is told as STOPPED; a start unshelves it.",
    ),
    overrides=Overrides(
        list=actions.list_machines,
        find=actions.find_machine,
        create=actions.create_machine,
        start=actions.start_machine,
        stop=actions.stop_machine,
        reboot=actions.reboot_machine,
        suspend=actions.suspend_machine,
        resume=actions.start_machine,
        resize=actions.resize_machine,
        confirm=actions.confirm_resize,
        tag=actions.tag_machine,
        terminate=actions.terminate_machine,
        sizes=actions.list_sizes,
        images=actions.list_images,
        locations=actions.list_locations,
        regions=actions.list_regions,
    ),
)
