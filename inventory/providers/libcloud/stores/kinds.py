"""A kind of cloud for each storage driver: what it needs and can do, without importing it."""

from functools import partial

from inventory.providers import certificates
from inventory.providers.capability import BY_KEY, LIST, Capability, Key
from inventory.providers.kind import GLOBAL, ProviderKind
from inventory.providers.libcloud.build import check_address
from inventory.providers.libcloud.kinds import SLUG, driver_field, known_regions
from inventory.providers.libcloud.rows import Row
from inventory.providers.libcloud.stores import buckets, objects
from inventory.providers.libcloud.stores.build import StoreDriver
from inventory.providers.libcloud.stores.names import NOT_TAKEN, STORE
from inventory.providers.libcloud.stores.offered import CAPABILITIES
from inventory.providers.s3.refusals import REFUSALS
from inventory.providers.table import Beside, Function, Table

FUNCTIONS: dict[Capability, Function] = {
    BY_KEY["buckets", LIST]: buckets.list_buckets,
    Capability.CREATE_BUCKET: buckets.create_bucket,
    Capability.DELETE_BUCKET: buckets.delete_bucket,
    Capability.LIST_OBJECTS: objects.list_objects,
    Capability.PUT_OBJECT: objects.put_object,
    Capability.DELETE_OBJECT: objects.delete_object,
    Capability.SIGN_UPLOAD: objects.sign_upload,
    Capability.SIGN_DOWNLOAD: objects.sign_download,
}


def kind_of(row: Row) -> ProviderKind:
    """The driver as a kind of its own, under the slug that all drivers share."""
    return ProviderKind(
        slug=SLUG,
        variant=row.name,
        label=row.label,
        description=f"Buckets of {row.label}, through libcloud's driver {row.name}.",
        driver=StoreDriver(row),
        credentials=(
            driver_field(row),
            *(one.credential() for one in row.arguments),
            *(certificates.FIELDS[:1] if row.address else ()),
        ),
        judge=partial(check_address, row),
        default_regions=row.regions[:1] or (GLOBAL,),
        known_regions=known_regions(row),
        store=STORE,
        not_taken=NOT_TAKEN,
        refusals=REFUSALS,
        # A name makes one bucket: one that exists is never created again.
        repeatable=frozenset({Capability.CREATE_BUCKET}),
        table=_table(row),
    )


def _table(row: Row) -> Table:
    able = [one for word in row.can.split() for one in CAPABILITIES[word]]
    functions: dict[Key, Function] = {one.key: FUNCTIONS[one] for one in able}
    found = {"buckets": buckets.find_bucket, "objects": objects.find_object}
    return Table(functions, Beside(find=found))
