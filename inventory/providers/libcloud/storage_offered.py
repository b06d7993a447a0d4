"""The drivers of libcloud with volumes, snapshots or key pairs: a row each, in the order of names.

Each method was read in apache-libcloud 3.9.1. It is offered if it does exactly what its name says,
and if the object that it creates can be found after a lost answer: see ``marks``. An action on a
volume is offered if the driver shows whether a machine uses the volume. A driver without a row has
no methods.
"""

from inventory.providers.libcloud.evidence import BY_GET, NAMED_LATER, NEEDS, UNSHOWN
from inventory.providers.libcloud.storage_rows import BYTE, GB, MIB, Storage

# Why a method is not offered.
HIDES_USE = "Its list does not show whether a machine uses a volume."
EACH_VOLUME = "It lists the snapshots of one volume: a request for each."
NO_LIST = "There is no list of snapshots of all volumes, in which a lost order could be found."
TAKES_SNAPSHOTS = "It is not known whether the snapshots of a deleted volume are kept."
WRITES_BACK = (
    "It sends back the whole description of the machine, as it was read before: a change in "
    "between is lost."
)
NOT_RECORDED = "Libcloud has no recording of it for this cloud."
NO_NAME = "It sends no name, by which a lost order could be found."

OF_VOLUMES = "volumes create_volume attach detach delete_volume"
OF_KEYS = "key_pairs import_key_pair delete_key_pair"
OF_SNAPSHOTS = "snapshots create_snapshot delete_snapshot"


def _refused(reason: str, words: str) -> dict[str, str]:
    return dict.fromkeys(words.split(), reason)


ORDERS = "create_volume create_snapshot import_key_pair"
NO_ORDERS_BY_GET = _refused(BY_GET, ORDERS)
ALL = f"{OF_VOLUMES} {OF_SNAPSHOTS} {OF_KEYS}"
ALL_BUT_ORDERS = (
    "volumes attach detach delete_volume snapshots delete_snapshot key_pairs delete_key_pair"
)

CLOUDSTACK = Storage(
    ALL_BUT_ORDERS,
    NO_ORDERS_BY_GET,
    unit=BYTE,
    snapshots="list_snapshots",
    no_snapshots="snapshot",
)
EC2 = Storage(
    ALL_BUT_ORDERS,
    NO_ORDERS_BY_GET
    | _refused(NAMED_LATER.replace("machine", "object"), "create_volume create_snapshot"),
    snapshots="list_snapshots",
    all_snapshots={"owner": "self"},
    device=True,
    device_needed=True,
)
NONE = Storage("")

STORAGE = {
    "aliyun_ecs": Storage(
        "volumes attach detach snapshots delete_snapshot",
        {
            **_refused(BY_GET, "create_volume create_snapshot"),
            "delete_volume": "It can delete automatic snapshots of the volume too.",
        },
        unshown="attach detach snapshots delete_snapshot",
        snapshots="list_volume_snapshots",
        all_snapshots={"volume": None},
        device=True,
        one_machine="ex_instance_id",
    ),
    "aurora_compute": CLOUDSTACK,
    "cloudsigma": Storage(
        f"volumes {OF_KEYS}",
        {
            "create_volume": UNSHOWN,
            **_refused(WRITES_BACK, "attach detach"),
            "delete_volume": TAKES_SNAPSHOTS,
        },
        key_id="extra.uuid",
    ),
    "cloudstack": CLOUDSTACK,
    "digitalocean": Storage(
        "volumes attach detach delete_volume key_pairs delete_key_pair",
        {
            **_refused(f"{UNSHOWN} Use the kind digitalocean.", "create_volume import_key_pair"),
            "snapshots": EACH_VOLUME,
            "create_snapshot": NO_LIST,
        },
        unshown="attach detach delete_volume",
        import_key="create_key_pair",
        key_id="extra.id",
    ),
    "ec2": EC2,
    "equinixmetal": Storage(OF_KEYS, import_key="create_key_pair", key_name="extra.label"),
    "eucalyptus": EC2.unshown_all(),
    "exoscale": CLOUDSTACK,
    "gandi": Storage(
        f"volumes {OF_KEYS}",
        _refused(HIDES_USE, "create_volume attach detach delete_volume"),
        unit=MIB,
        key_id="extra.id",
    ),
    "gridscale": Storage(
        "volumes attach detach key_pairs",
        {
            **_refused(UNSHOWN, "create_volume import_key_pair"),
            "delete_volume": TAKES_SNAPSHOTS,
            "snapshots": EACH_VOLUME,
            **_refused(NO_LIST, "create_snapshot delete_snapshot"),
        },
        unshown="attach detach",
        key_id="extra.uuid",
    ),
    "ikoula": CLOUDSTACK,
    "ktucloud": Storage("", _refused(NOT_RECORDED, ALL)),
    "kubevirt": Storage(
        "",
        {
            "volumes": (
                "It leaves out volumes that are released or have failed, and the whole list "
                "fails if the size of one volume is not in Gi."
            ),
            "create_volume": (
                "It creates a claim, but its list shows volumes, which may be created only when "
                "the claim is first used."
            ),
            "attach": "It stops the machine, and creates a claim for a volume that has none.",
            "detach": "It stops the machine.",
            "delete_volume": "It deletes the claim, and then a volume that has the claim's name.",
        },
    ),
    "linode": Storage(
        "volumes attach detach delete_volume key_pairs import_key_pair",
        {
            "create_volume": (
                "A label has at most 32 characters, which leaves no place for the mark of an "
                "order. Use the kind linode."
            ),
        },
        import_key="create_key_pair",
        key_id="extra.id",
    ),
    "maxihost": Storage(
        "key_pairs",
        {"import_key_pair": UNSHOWN},
        import_key="create_key_pair",
        key_id="extra.id",
    ),
    "nimbus": Storage(
        "",
        _refused("The recordings are of EC2, and nothing shows that Nimbus has them.", ALL),
    ),
    "onapp": Storage("key_pairs delete_key_pair", {"import_key_pair": NO_NAME}),
    "opennebula": Storage(
        "volumes",
        _refused(HIDES_USE, "create_volume attach detach delete_volume"),
        effects="Its list takes a request for each volume.",
        unit=MIB,
    ),
    "openstack": Storage(
        ALL,
        unshown="attach detach delete_volume",
        device=True,
        one_machine="ex_node",
        location="id",
        type="ex_volume_type",
        from_snapshot=True,
    ),
    "outscale_inc": EC2,
    "outscale_sas": EC2,
    "ovh": Storage(
        f"{OF_VOLUMES} {OF_SNAPSHOTS} key_pairs delete_key_pair",
        {"import_key_pair": f"{NEEDS}a location."},
        unshown="detach key_pairs delete_key_pair",
        key_id="extra.id",
        one_machine="ex_node",
        location="needed",
        type="ex_volume_type",
    ),
    "rackspace": Storage(
        f"{OF_VOLUMES} {OF_KEYS}",
        _refused("It expects other fields of a snapshot than the recordings have.", OF_SNAPSHOTS),
        device=True,
        one_machine="ex_node",
        location="id",
        type="ex_volume_type",
    ),
    "rackspace_first_gen": Storage(
        "", _refused("The methods call a method that this driver does not have.", OF_VOLUMES)
    ),
    "scaleway": Storage(
        "volumes key_pairs",
        {
            **_refused(HIDES_USE, "create_volume delete_volume"),
            "snapshots": EACH_VOLUME,
            **_refused(NO_LIST, "create_snapshot delete_snapshot"),
            **_refused(
                "It replaces all keys of the user by a list that was read before.",
                "import_key_pair delete_key_pair",
            ),
        },
        unshown="key_pairs",
        unit=GB,
        key_id="fingerprint",
    ),
    "vultr": Storage(
        f"{OF_VOLUMES} {OF_KEYS}",
        {"snapshots": "Its snapshots are of machines, not of volumes."},
        unshown="detach",
        key_id="extra.id",
        location="needed",
    ),
}
