"""Any cloud that apache-libcloud has a compute driver or a storage driver for, by its name.

::

    rows     what is declared of a driver
    offered  the reviewed table of drivers that can be connected: self_hosted and vendors
    refused  the others, and why
    build    a driver from its row and the credentials of an account
    kinds    a ProviderKind for each row
    actions  what is done on the nodes of a driver's own list
    lists    sizes, images, locations
    each     a guard before the hooks that make the objects of a list
    empty_lists  an empty list is one only if a reply shows it
    apart    a list that is read again without the objects that lose it
    entries  the id of an entry that cannot be read
    cloudstack    the list of machines of CloudStack's drivers
    known_prices  libcloud's file of prices, read once
    orders   an order, sent once
    marks    its mark, in the name of the machine
    storage  volumes, snapshots and key pairs: the table of a driver
    storage_offered  the reviewed table of what each driver can do with them; storage_rows: a row
    volumes, snapshots, key_pairs  their records and actions
    objects  libcloud's own object for an action
    extra    what drivers put into ``extra``
    evidence what libcloud's recorded replies show of each driver
    page     the drivers in docs/providers.md; storage_page: their storage
    stores   drivers of object storage, a package with its own table

For a kind of its own on a driver of libcloud, as digitalocean and linode:

::

    whole_lists  the driver's hooks for pages and objects, which lose nothing
    token_driver orders, tags, blockers and reports
    labels       names of images and sizes, from the driver's lists
    reader       records by a table of the places in a cloud's answer
    methods      the table of what the driver's own methods do
    reports      how a cloud reports what became of accepted requests
    token_kind   parts that the declarations of such kinds share
    regions      what constructors take

No driver's module is imported before an account of it is asked.
"""

from inventory.providers.credential import CredentialField
from inventory.providers.kind import GLOBAL, ProviderKind, Values
from inventory.providers.libcloud.kinds import DRIVER, SLUG, kind_of
from inventory.providers.libcloud.offered import ROWS
from inventory.providers.libcloud.refused import REFUSED
from inventory.providers.libcloud.stores import kinds as stores
from inventory.providers.libcloud.stores.offered import STORES
from inventory.providers.libcloud.stores.refused import REFUSED as REFUSED_STORES
from inventory.providers.table import Table

NAMES = tuple(row.name for row in (*ROWS, *STORES))


def _no_driver(_credentials: Values, _region: str, _timeout: float) -> None:
    raise NotImplementedError("The kind libcloud has drivers; each is a kind of its own.")


KIND = ProviderKind(
    slug=SLUG,
    label="Any driver of libcloud",
    description="Clouds and object stores that the gateway knows only through apache-libcloud. "
    "The credential `driver` chooses one; the other credentials and the capabilities depend on "
    "it.",
    driver=_no_driver,
    credentials=(
        CredentialField(
            DRIVER,
            "Driver",
            help="Libcloud's name of the driver. The other fields depend on the driver.",
            choices=NAMES,
            sample=NAMES[0],
        ),
    ),
    default_regions=(GLOBAL,),
    permissions=("The permissions for the driver's requests; libcloud does not list them.",),
    limits=(
        "A list whose completeness is UNPROVEN may be the first page of several.",
        "An action reads the driver's list first, and takes the machine from there.",
        "Machines have no tags, and machines and volumes cannot be resized through this kind.",
        (
            "The name of an ordered object ends with the id of its job, by which the gateway "
            "finds it if the answer is lost: `web-7d8c1f5e2b7a4c619d5a0a1b2c3d4e5f`. The tag "
            "`gateway-job` shows the id. The name in the order has at most 30 characters."
        ),
        "An order has a size, an image and a location; some drivers need the location.",
        "A driver takes no orders if a repeated order could create a second machine.",
        "Only the machine's state shows whether an action was accepted.",
        "A list that is known to be a first page stays incomplete, even with `trustListing`.",
        "If a cloud has a kind of its own, such as aws or linode, that kind can do more.",
        (
            "A provider is one driver: the machines and the buckets of an account are two "
            "providers, because libcloud's drivers of them take different credentials."
        ),
        (
            "A bucket has no mark of the job that created it. If the answer of the store is lost, "
            "the job ends as OUTCOME_UNKNOWN."
        ),
    ),
    not_covered=(
        "Machines that the driver's list leaves out, for example of other regions or projects.",
    ),
    table=Table(),
    variants={
        **{row.name: kind_of(row) for row in ROWS},
        **{row.name: stores.kind_of(row) for row in STORES},
    },
    variant_field=DRIVER,
    refused=REFUSED | REFUSED_STORES,
)
