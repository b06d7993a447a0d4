"""The calls that are made, by their numbers in libvirt's remote protocol, and their arguments.

Numbers and forms from src/remote/remote_protocol.x of libvirt 9.0. A number, once given, stays: a
client of any release talks to a daemon of any other. These and their flags are all in libvirt 5.6,
of 2019.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Self
from uuid import UUID

from inventory.providers.libvirt import xdr
from inventory.providers.libvirt.xdr import Reader

NO_NUMBER = -1  # calls find a domain by its UUID


class Procedure(IntEnum):
    CONNECT_OPEN = 1
    CONNECT_CLOSE = 2
    NODE_GET_INFO = 6
    DOMAIN_CREATE = 9
    DOMAIN_DEFINE_XML = 11
    DOMAIN_GET_XML_DESC = 14
    DOMAIN_LOOKUP_BY_NAME = 23
    DOMAIN_LOOKUP_BY_UUID = 24
    DOMAIN_RESUME = 28
    DOMAIN_SHUTDOWN = 33
    CONNECT_GET_HOSTNAME = 59
    AUTH_LIST = 66
    AUTH_SASL_INIT = 67
    AUTH_SASL_START = 68
    AUTH_SASL_STEP = 69
    AUTH_POLKIT = 70
    STORAGE_POOL_REFRESH = 83
    STORAGE_POOL_LOOKUP_BY_NAME = 84
    STORAGE_VOL_CREATE_XML = 93
    STORAGE_VOL_DELETE = 94
    STORAGE_VOL_LOOKUP_BY_NAME = 95
    STORAGE_VOL_LOOKUP_BY_PATH = 97
    STORAGE_VOL_GET_XML_DESC = 99
    DOMAIN_IS_PERSISTENT = 151
    DOMAIN_ATTACH_DEVICE_FLAGS = 160
    DOMAIN_DETACH_DEVICE_FLAGS = 161
    DOMAIN_MANAGED_SAVE = 182
    DOMAIN_HAS_MANAGED_SAVE_IMAGE = 183
    DOMAIN_GET_STATE = 212
    DOMAIN_UNDEFINE_FLAGS = 231
    DOMAIN_DESTROY_FLAGS = 234
    DOMAIN_RESET = 245
    DOMAIN_BLOCK_RESIZE = 251
    STORAGE_VOL_RESIZE = 260
    DOMAIN_SET_METADATA = 264
    DOMAIN_PM_WAKEUP = 267
    CONNECT_LIST_ALL_DOMAINS = 273
    CONNECT_LIST_ALL_STORAGE_POOLS = 281
    STORAGE_POOL_LIST_ALL_VOLUMES = 282
    CONNECT_GET_DOMAIN_CAPABILITIES = 342
    DOMAIN_INTERFACE_ADDRESSES = 353


@dataclass(frozen=True, slots=True)
class Domain:
    """A virtual machine, as calls name it."""

    name: str
    uuid: str

    def packed(self) -> bytes:
        return xdr.text(self.name) + UUID(self.uuid).bytes + xdr.integer(NO_NUMBER)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        found = cls(reader.label(), str(UUID(bytes=reader.take(16))))
        reader.integer()  # a number that it has while it runs
        return found


@dataclass(frozen=True, slots=True)
class Pool:
    """A storage pool."""

    name: str
    uuid: str

    def packed(self) -> bytes:
        return xdr.text(self.name) + UUID(self.uuid).bytes

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(reader.text(), str(UUID(bytes=reader.take(16))))


@dataclass(frozen=True, slots=True)
class Volume:
    """A disk in a storage pool. The key is the path of a file, where it is one."""

    pool: str
    name: str
    key: str

    def packed(self) -> bytes:
        return xdr.text(self.pool) + xdr.text(self.name) + xdr.text(self.key)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        return cls(reader.text(), reader.text(), reader.text())


@dataclass(frozen=True, slots=True)
class Host:
    """The machine that the daemon runs on; memory in MiB."""

    memory: int
    cpus: int

    @classmethod
    def read(cls, reader: Reader) -> Self:
        reader.take(4 * 32)  # the model of its processors
        memory, cpus = reader.hyper() >> 10, reader.integer()
        reader.take(4 * 5)  # MHz, NUMA nodes, sockets, cores, threads
        return cls(memory, cpus)


def read_addresses(reader: Reader) -> list[str]:
    """The addresses of all interfaces of a domain."""
    return [address for interface in reader.array(_interface) for address in interface]


def _interface(reader: Reader) -> list[str]:
    reader.text()
    reader.optional()  # hardware address
    return reader.array(_address)


def _address(reader: Reader) -> str:
    reader.integer()  # family
    address = reader.text()
    reader.uint()  # prefix
    return address


def read_state(reader: Reader) -> tuple[int, int]:
    """virDomainState, and the reason for it."""
    return reader.integer(), reader.integer()


def read_domains(reader: Reader) -> list[Domain]:
    domains = reader.array(Domain.read)
    reader.uint()  # their number, once more
    return domains


def read_pools(reader: Reader) -> list[Pool]:
    pools = reader.array(Pool.read)
    reader.uint()
    return pools


def read_volumes(reader: Reader) -> list[Volume]:
    volumes = reader.array(Volume.read)
    reader.uint()
    return volumes


def read_nothing(_reader: Reader) -> None:
    """Read the empty answer of a call, which only says that the call was carried out."""
