"""Which files other disks are layers on, by the volumes of all active pools.

The description of a machine that is off names its disks, and not the files below them: those are
read from the volumes. A snapshot of a disk alone makes a file that libvirt lists as a volume only
after a refresh of the pool (libvirt.org/formatsnapshot.html). So a pool that does not list the disk
of a machine in its folder is refreshed.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from inventory.providers.libvirt import refusals, xdr
from inventory.providers.libvirt.attachments import name_at
from inventory.providers.libvirt.conversation import Call
from inventory.providers.libvirt.domains import NO_FLAGS
from inventory.providers.libvirt.procedures import (
    Pool,
    Procedure,
    Volume,
    read_pools,
    read_volumes,
)
from inventory.providers.libvirt.refusals import Failure
from inventory.providers.libvirt.xdr import Reader
from inventory.providers.markup import parsed

ACTIVE = xdr.uint(2)  # VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE
ABSENT = frozenset({refusals.NO_STORAGE_POOL, refusals.NO_STORAGE_VOL})
UNREAD = (
    "The volume {name} of the pool {pool} cannot be read, and may be a layer on another one. "
    "{problem}"
)


@dataclass(slots=True)
class Files:
    """``paths``: of the volumes. ``below``: the names of the files that volumes are layers on.
    ``folders``: the pools by the folders that their volumes are in.
    """

    paths: set[str] = field(default_factory=set)
    below: set[str] = field(default_factory=set)
    folders: dict[PurePosixPath, Pool] = field(default_factory=dict)


def files_in_pools(driver: Any, sources: Collection[str]) -> Files:
    """``sources``: of the disks of machines. Raises Failure for a volume that cannot be read."""
    found = _files(driver)
    folders = {PurePosixPath(one).parent for one in set(sources) - found.paths if "/" in one}
    stale = [pool for folder, pool in found.folders.items() if folder in folders]
    for pool in stale:
        driver.ask(Call(Procedure.STORAGE_POOL_REFRESH, pool.packed() + NO_FLAGS))
    return _files(driver) if stale else found


def volume_documents(driver: Any) -> list[tuple[Volume, str | Failure]]:
    """The volumes of the active pools with their XML, but for those that are deleted meanwhile."""
    return [(volume, text) for _, volume, text in _documents(driver)]


def volume_call(volume: Volume) -> Call[str]:
    """The XML of a volume."""
    return Call(Procedure.STORAGE_VOL_GET_XML_DESC, volume.packed() + NO_FLAGS, Reader.text)


def _files(driver: Any) -> Files:
    found = Files()
    for pool, volume, text in _documents(driver):
        if isinstance(text, Failure):
            text.message = UNREAD.format(name=volume.name, pool=volume.pool, problem=text.message)
            raise text
        document = parsed(text)
        if path := document.findtext("target/path"):
            found.paths.add(path)
            found.folders[PurePosixPath(path).parent] = pool
        if below := document.findtext("backingStore/path"):
            found.below.add(name_at(below))
    return found


def _documents(driver: Any) -> list[tuple[Pool, Volume, str | Failure]]:
    arguments = xdr.integer(1) + ACTIVE
    pools = driver.ask(Call(Procedure.CONNECT_LIST_ALL_STORAGE_POOLS, arguments, read_pools))
    found = [(pool, volume) for pool in pools for volume in _volumes_of(driver, pool)]
    texts = driver.ask_each([volume_call(volume) for _, volume in found])
    return [
        (pool, volume, text)
        for (pool, volume), text in zip(found, texts, strict=True)
        if getattr(text, "number", None) not in ABSENT
    ]


def _volumes_of(driver: Any, pool: Pool) -> list[Volume]:
    arguments = pool.packed() + xdr.integer(1) + NO_FLAGS
    found: list[Volume] = driver.ask(
        Call(Procedure.STORAGE_POOL_LIST_ALL_VOLUMES, arguments, read_volumes)
    )
    return found
