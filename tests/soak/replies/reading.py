"""The reads of a kind, and the rules that they keep while one field of one reply is changed."""

import re
from dataclasses import dataclass, field
from typing import Any

from inventory.live.bounds import bounded, usable
from inventory.live.resources import RESOURCES
from inventory.providers import Capability, ProviderError
from inventory.providers.capability import BY_KEY, LIST
from inventory.providers.docker import inspection
from inventory.providers.ec2 import images as ec2_images
from inventory.providers.identity import ANOTHER
from inventory.providers.libcloud import labels
from inventory.providers.names import NameCache
from inventory.records import RECORDS
from inventory.types import ContainerRecord
from tests.inventory.cloud_patches import call_named

MODELS = {resource.record: resource.model for resource in RESOURCES.values()}

# Words of Python's own exceptions, which no message may have.
PYTHONS = re.compile(
    r"NoneType|Traceback|KeyError|TypeError|ValueError|AttributeError|IndexError|has no attribute"
    r"|not subscriptable|not iterable|indices must|invalid literal|unhashable|unexpected keyword"
    r"|isoformat|unsupported operand|not enough values|too many values|^'[^']*'$"
    r"|'(?:dict|list|str|int|float|bool)'"
)


# The stand-in of OpenStack has no Swift: tests/inventory/providers/test_swift.py runs the real one,
# and holds its lists to the same.
ELSEWHERE = {("openstack", "list_buckets"), ("openstack", "find_buckets")}


@dataclass(frozen=True)
class Reads:
    """One thing that is read. ``capability``: what a kind needs to have it."""

    name: str
    capability: Capability
    call: Any
    is_single: bool = False
    everywhere: str = ""  # what the kind needs to list in all regions at once


def single(name):
    def call(cloud, known):
        found = call_named(cloud, name)(known)
        return [] if found is None else [found]

    return call


def listing(name):
    return lambda cloud, _known: call_named(cloud, name)()


def listing_everywhere(resource):
    """The records of all regions as one list."""
    return lambda cloud, _known: [
        one for part in cloud.read_everywhere(resource).values() for one in part
    ]


def listing_of(resource):
    return lambda cloud, _known: cloud.read(resource)


def single_of(resource):
    def call(cloud, known):
        found = cloud.find(resource, known)
        return [] if found is None else [found]

    return call


READS = (
    Reads("list_machines", Capability.LIST_MACHINES, listing("list_machines")),
    Reads("find_machine", Capability.LIST_MACHINES, single("find_machine"), is_single=True),
    Reads("list_containers", Capability.LIST_CONTAINERS, listing("list_containers")),
    Reads(
        "list_containers_everywhere",
        Capability.LIST_CONTAINERS,
        listing_everywhere("containers"),
        everywhere="containers",
    ),
    Reads("find_container", Capability.LIST_CONTAINERS, single("find_container"), is_single=True),
    Reads("list_sizes", Capability.LIST_SIZES, listing("list_sizes")),
    Reads("list_images", Capability.LIST_IMAGES, listing("list_images")),
    Reads("list_locations", Capability.LIST_LOCATIONS, listing("list_locations")),
    *(Reads(f"list_{one}", BY_KEY[one, LIST], listing_of(one)) for one in RECORDS),
    *(Reads(f"find_{one}", BY_KEY[one, LIST], single_of(one), is_single=True) for one in RECORDS),
)


def reads_of(kind):
    """A single read of a record that searches the list is the list's."""
    beside = kind.table.beside
    searching = {f"find_{one}" for one in RECORDS if one not in beside.find}
    return [
        one
        for one in READS
        if one.capability in kind.capabilities
        and (not one.everywhere or one.everywhere in beside.everywhere)
        and one.name not in searching
        and (kind.slug, one.name) not in ELSEWHERE
    ]


def forget():
    """Forget what earlier reads have seen, so that a read sends each of its requests again."""
    ec2_images.NAMES = NameCache()
    labels.NAMES = NameCache()
    inspection.KEPT = inspection.Inspections()


@dataclass
class Tally:
    """The number of mutations that were read, and the faults that they showed."""

    mutations: int = 0
    lost_sources: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def judge(self, label, read, before, *, may_fail, is_primary, may_be_another=False):
        """``read``: a function that reads with the mutation; ``before``: the records without it.

        ``may_fail``: the mutation concerns the list as such. ``is_primary``: it concerns the
        objects themselves, rather than what is looked up for them. ``may_be_another``: it may give
        the object of a single read another id, which is no answer.
        """
        self.mutations += 1
        try:
            after = read()
        except ProviderError as error:
            if may_be_another and error.message == ANOTHER:
                return
            if PYTHONS.search(error.message):
                self.faults.append(f"{label}: {error.message}")
            if not may_fail:
                self.lost_sources.append(f"{label}: {error.message}")
            return
        self.faults += [f"{label}: {fault}" for fault in faults_of(before, after, is_primary)]


def faults_of(before, after, is_primary):
    unidentified = any(not record.external_id for record in after)
    if len(after) < len(before) and not unidentified:
        yield f"{len(before) - len(after)} objects are silently left out"
    if is_primary:
        changed = {_origin(record) for record in before if record not in after}
        if len(changed) > 1:
            yield f"objects changed that were not touched: {sorted(changed)}"
    for record in after:
        yield from _faults_of_record(record)


def _faults_of_record(record):
    if record.problem and PYTHONS.search(record.problem):
        yield record.problem
    if not record.external_id and not record.problem:
        yield f"an object without an id has no reason: {record}"
    model = MODELS[type(record)]
    if usable(model, record.external_id):
        fitted = bounded(model, record)
        if bounded(model, fitted) != fitted:
            yield f"bounding is not stable: {fitted}"


def _origin(record):
    """The object of the reply that a record is from: a pod has several containers."""
    return record.external_id.partition("/")[0] if _is_of_pod(record) else record.external_id


def _is_of_pod(record):
    return isinstance(record, ContainerRecord) and "/" in record.external_id
