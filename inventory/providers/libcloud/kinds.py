"""A kind of cloud for each driver: what it needs and can do, without importing the driver."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from inventory.providers import certificates
from inventory.providers.capability import Capability
from inventory.providers.credential import CredentialField
from inventory.providers.kind import GLOBAL, ProviderKind, Values, listed_sizes_only, only_global
from inventory.providers.libcloud import actions, lists, orders, storage
from inventory.providers.libcloud.build import RowDriver, check_address
from inventory.providers.libcloud.evidence import CUT
from inventory.providers.libcloud.marks import LONGEST_NAME, named
from inventory.providers.libcloud.rows import Row
from inventory.providers.table import Function, Table

SLUG = "libcloud"
DRIVER = "driver"  # the credential that names the driver
# The words of ``Row.can``.
CAPABILITIES = {
    "list": Capability.LIST_MACHINES,
    "start": Capability.START,
    "stop": Capability.STOP,
    "reboot": Capability.REBOOT,
    "terminate": Capability.TERMINATE,
    "provision": Capability.PROVISION,
    "sizes": Capability.LIST_SIZES,
    "images": Capability.LIST_IMAGES,
    "locations": Capability.LIST_LOCATIONS,
}
# Each driver has words of its own for these, if any.
UNORDERABLE = frozenset({"key_pair", "security_groups", "tags", "user_data"})


def kind_of(row: Row) -> ProviderKind:
    """The driver as a kind of its own, under the slug that all drivers share."""
    return ProviderKind(
        slug=SLUG,
        variant=row.name,
        label=row.label,
        description=f"Machines of {row.label}, through libcloud's driver {row.name}.",
        driver=RowDriver(row),
        credentials=(
            driver_field(row),
            *(one.credential() for one in row.arguments),
            *(certificates.FIELDS[:1] if row.address else ()),
        ),
        judge=partial(check_address, row),
        default_regions=row.regions[:1] or (GLOBAL,),
        known_regions=known_regions(row),
        takes_unlisted_size=listed_sizes_only,
        unorderable=UNORDERABLE,
        longest_name=LONGEST_NAME,
        name_rules=storage.NAME_RULES,
        not_taken=storage.not_taken(row.name, row.label),
        order_trace=named,
        cut_lists=CUT.get(row.name, frozenset()),
        table=_table(row),
    )


def driver_field(row: Row) -> CredentialField:
    """The driver of a connected provider stays: with another one it would be another cloud."""
    return CredentialField(
        DRIVER, "Driver", help="Libcloud's name of it.", default=row.name, choices=(row.name,)
    )


def known_regions(row: Row) -> Any:
    if not row.regions:
        return only_global

    def known(_credentials: Values) -> Sequence[str] | None:
        return None if row.open_regions else row.regions

    return known


def _table(row: Row) -> Table:
    methods: dict[str, Function] = {
        "list": actions.list_machines,
        "start": actions.on_node(row.start),
        "stop": actions.on_node(row.stop),
        "reboot": actions.on_node("reboot_node"),
        "terminate": actions.on_node("destroy_node"),
        "provision": orders.create_machine,
        "sizes": lists.list_sizes,
        "images": lists.list_images,
        "locations": lists.list_locations,
    }
    of_machines = {CAPABILITIES[word].key: methods[word] for word in row.can.split()}
    return Table(of_machines | storage.functions_of(row.name))
