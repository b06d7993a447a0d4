"""The table of a driver's volumes, snapshots and key pairs, and what its kind says of them."""

import re
from functools import partial

from inventory.providers.capability import Key
from inventory.providers.generic import calling
from inventory.providers.kind import NameRule
from inventory.providers.libcloud import key_pairs, snapshots, volumes
from inventory.providers.libcloud.marks import LONGEST_NAME
from inventory.providers.libcloud.storage_offered import NONE, STORAGE
from inventory.providers.libcloud.storage_rows import WORDS, Storage
from inventory.providers.table import Function

RESOURCES = {"volumes": "A volume", "snapshots": "A snapshot", "key_pairs": "A key pair"}
FUNCTIONS: dict[str, tuple[str, Function]] = {
    "volumes": ("list_volumes", volumes.list_volumes),
    "create_volume": ("create_volume", volumes.create_volume),
    "attach": ("attach_volume", volumes.attach_volume),
    "detach": ("detach_volume", volumes.detach_volume),
    "delete_volume": ("destroy_volume", volumes.delete_volume),
    "snapshots": ("", snapshots.list_snapshots),
    "create_snapshot": ("create_volume_snapshot", snapshots.create_snapshot),
    "delete_snapshot": ("destroy_volume_snapshot", snapshots.delete_snapshot),
    "key_pairs": ("list_key_pairs", key_pairs.list_key_pairs),
    "import_key_pair": ("", key_pairs.import_key_pair),
    "delete_key_pair": ("delete_key_pair", key_pairs.delete_key_pair),
}
_NAME = re.compile(rf"[A-Za-z][A-Za-z0-9-]{{0,{LONGEST_NAME - 1}}}")
NAME_RULES = {
    resource: NameRule(
        _NAME,
        f"{noun} has a name of up to {LONGEST_NAME} letters, digits and hyphens, which begins with "
        "a letter: the id of the job follows it.",
    )
    for resource, noun in RESOURCES.items()
}


def row_of(driver: str) -> Storage:
    return STORAGE.get(driver, NONE)


def method_of(row: Storage, word: str) -> str:
    """The driver's method that a word of ``Storage`` stands for."""
    own = {"snapshots": row.snapshots, "import_key_pair": row.import_key}
    return own.get(word) or FUNCTIONS[word][0]


def functions_of(driver: str) -> dict[Key, Function]:
    """Each is libcloud's own method, marked so that its list counts as UNPROVEN."""
    row = row_of(driver)
    return {
        WORDS[word].key: calling(method_of(row, word), partial(FUNCTIONS[word][1], row))
        for word in row.can.split()
    }


def not_taken(driver: str, label: str) -> dict[str, str]:
    """As ``ProviderKind.not_taken``."""
    row = row_of(driver)
    takes = {
        "volumes.encrypted": (False, "takes no word on encryption"),
        "volumes.device": (row.device, "takes no name of a device"),
        "volumes.type": (bool(row.type), "takes no type of a volume"),
        "volumes.snapshot": (row.from_snapshot, "creates no volume from a snapshot"),
        **{f"{one}.tags": (False, "keeps no tags of what it creates") for one in RESOURCES},
    }
    return {
        name: f"Libcloud's driver of {label} {why}."
        for name, (is_taken, why) in takes.items()
        if not is_taken
    }
