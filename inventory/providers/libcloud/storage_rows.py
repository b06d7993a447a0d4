"""The declaration of a driver's volumes, snapshots and key pairs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from inventory.providers.capability import BY_KEY, LIST

BYTE, MIB, GIB, GB = 1, 1 << 20, 1 << 30, 10**9

# The words of ``Storage``: the capability of each.
WORDS = {
    "volumes": BY_KEY["volumes", LIST],
    "create_volume": BY_KEY["volumes", "create"],
    "attach": BY_KEY["volumes", "attach"],
    "detach": BY_KEY["volumes", "detach"],
    "delete_volume": BY_KEY["volumes", "delete"],
    "snapshots": BY_KEY["snapshots", LIST],
    "create_snapshot": BY_KEY["snapshots", "create"],
    "delete_snapshot": BY_KEY["snapshots", "delete"],
    "key_pairs": BY_KEY["key_pairs", LIST],
    "import_key_pair": BY_KEY["key_pairs", "import"],
    "delete_key_pair": BY_KEY["key_pairs", "delete"],
}


@dataclass(frozen=True, slots=True)
class Storage:
    """A driver's methods for volumes, snapshots and key pairs.

    ``can``: the words of methods that are offered. ``refused``: the word of a method that the
    driver has and that is not offered, and why, in a sentence for docs/providers.md. ``unshown``:
    words of ``can`` that libcloud's recorded replies do not show to work. ``effects``: a
    sentence about the methods for docs/providers.md.

    ``unit``: the bytes of 1 in the size of a volume. ``snapshots``: the method that lists those of
    all volumes, with the arguments ``all_snapshots``; ``no_snapshots``: the field whose absence
    from the answer, a KeyError of libcloud's, stands for none. ``import_key``: the method that
    imports a public key. ``key_id``: where a key pair has its id, and ``key_name`` its name: an
    attribute, or with "extra." an item of ``extra``.
    ``device``: whether an attachment takes the name of a device; ``device_needed``: not without.
    ``one_machine``: the parameter of ``detach_volume`` that names the machine, by its object, or
    with the name ``ex_instance_id`` by its id. ``location``: how ``create_volume`` takes a zone:
    ``object``, ``needed`` for one that it cannot do without, or ``id``. ``type``: its parameter for
    the type of a volume; ``from_snapshot``: it takes a snapshot.
    """

    can: str
    refused: Mapping[str, str] = field(default_factory=dict)
    unshown: str = ""
    effects: str = ""
    unit: int = GIB
    snapshots: str = "ex_list_snapshots"
    all_snapshots: Mapping[str, Any] = field(default_factory=dict)
    no_snapshots: str = ""
    import_key: str = "import_key_pair_from_string"
    key_id: str = "name"
    key_name: str = "name"
    device: bool = False
    device_needed: bool = False
    one_machine: str = ""
    location: str = ""
    type: str = ""
    from_snapshot: bool = False

    def unshown_all(self) -> "Storage":
        """The same for a cloud of which nothing is recorded."""
        return replace(self, unshown=self.can)
