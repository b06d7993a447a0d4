"""The records that providers return: plain, frozen, the same for every cloud. No I/O here.

Memory is in MiB, disk in GiB, prices in US dollars an hour.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple, Self


class MeaningfulEnum(StrEnum):
    """An enum whose members say what they mean; the value equals the name."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member


# The metadata of a record's field that has no column.
NOT_STORED: Mapping[str, bool] = MappingProxyType({"stored": False})
# The word of both vocabularies below for an object that is no longer listed.
MISSING = "MISSING"


class MachineState(MeaningfulEnum):
    """The state of a machine, in one vocabulary for all clouds. rawState has the cloud's word."""

    PENDING = "PENDING", "It is being created, or is starting."
    RUNNING = "RUNNING", "It runs."
    STOPPING = "STOPPING", "It is shutting down."
    STOPPED = "STOPPED", "It is shut down and can be started."
    REBOOTING = "REBOOTING", "It is restarting."
    SUSPENDED = "SUSPENDED", "Its memory is saved to disk; it can be resumed."
    PAUSED = "PAUSED", "It is halted in memory; it can be resumed."
    TERMINATED = "TERMINATED", "It is deleted for good; some clouds list it for a while."
    MISSING = (
        "MISSING",
        "Its cloud no longer lists it, and this gateway did not delete it.",
    )
    ERROR = "ERROR", "Its cloud says that it is broken."
    UNKNOWN = "UNKNOWN", "Its cloud's word for the state is unknown here, or could not be read."


class ContainerState(MeaningfulEnum):
    """The state of a container, in one vocabulary for engines and clusters. rawState is their own
    word.
    """

    PENDING = "PENDING", "It is being created: scheduled, or its image is fetched."
    CREATED = "CREATED", "It was created and never started."
    RUNNING = "RUNNING", "It runs."
    RESTARTING = "RESTARTING", "It ended and is being started again, possibly repeatedly."
    PAUSED = "PAUSED", "Its processes are halted in memory."
    STOPPED = "STOPPED", "It has ended; see exitCode."
    STOPPING = "STOPPING", "It is shutting down, or is being removed."
    REMOVED = "REMOVED", "It is removed for good."
    MISSING = "MISSING", "It is no longer listed, and this gateway did not remove it."
    ERROR = "ERROR", "It cannot run, or cannot be removed; see rawState."
    UNKNOWN = "UNKNOWN", "The word for its state is unknown here, or could not be read."


class VMBackend(MeaningfulEnum):
    """The hypervisor that runs a virtual machine."""

    HYPER_V = "HYPER_V", "Microsoft Hyper-V."
    KVM = "KVM", "Linux KVM."
    NITRO = "NITRO", "The AWS Nitro system, a KVM derivative."
    QEMU = "QEMU", "QEMU, with or without KVM."
    SIMULATED = "SIMULATED", "No hypervisor: the machine is simulated."
    VMWARE = "VMWARE", "VMware."
    XEN = "XEN", "Xen."
    OTHER = "OTHER", "A hypervisor that the cloud does not name."


class Completeness(MeaningfulEnum):
    """Shows if a kind's list is known to return every object."""

    PROVEN = (
        "PROVEN",
        "A test shows that the list follows every page, or the cloud answers in one page.",
    )
    UNPROVEN = "UNPROVEN", "No test shows that the list follows every page: it may be incomplete."


class ContainerType(MeaningfulEnum):
    """The system that runs a container."""

    DOCKER = "DOCKER", "A Docker engine."
    DOCKER_SWARM = "DOCKER_SWARM", "A Docker swarm."
    KUBERNETES = "KUBERNETES", "A Kubernetes cluster."


def stored_fields(record: type[Any]) -> tuple[str, ...]:
    """The names of a record's fields that have columns, the key left out."""
    stored = [one.name for one in fields(record) if one.metadata.get("stored", True)]
    return tuple(name for name in stored if name != "external_id")


SPOT = "spot"  # an instance_lifecycle


@dataclass(frozen=True, slots=True)
class MachineRecord:
    """A machine as a cloud describes it now."""

    external_id: str
    name: str
    state: MachineState
    raw_state: str  # the cloud's own word
    size_id: str | None = None
    size_name: str | None = None
    memory: int | None = None
    vcpus: int | None = None
    disk: int | None = None
    price_per_hour: Decimal | None = None  # by the cloud's own word alone
    operating_system: str | None = None  # that its cloud charges for: linux, windows, or its word
    off_list: bool = False  # no list has its price: spot capacity, a host of its own, with a GPU
    instance_lifecycle: str | None = None  # spot, or its cloud's word; None: on demand
    image_id: str | None = None
    image_name: str | None = None
    location_id: str | None = None
    location_name: str | None = None
    key_pair_id: str | None = None  # of the key pair that it was ordered with
    security_group_ids: tuple[str, ...] = ()
    public_ips: tuple[str, ...] = ()
    private_ips: tuple[str, ...] = ()
    public_dns_names: tuple[str, ...] = ()  # that lead to public_ips
    tags: tuple[tuple[str, str], ...] = ()  # by key
    created_at: datetime | None = None  # aware; it does not move when the machine is started
    launched_at: datetime | None = None  # aware; the latest start that the cloud reports
    # The cloud's id of this very object, where external_id may name another one later. Not stored.
    instance_id: str | None = field(default=None, repr=False, metadata=NOT_STORED)
    problem: str | None = field(default=None, repr=False)  # why a part of it is unknown


class PortRecord(NamedTuple):
    """A port of a container. Without a host port it is open inside of its network alone."""

    container_port: int
    protocol: str = "tcp"
    host_port: int | None = None
    host_ip: str | None = None


@dataclass(frozen=True, slots=True)
class ContainerRecord:
    """A container as an engine or a cluster describes it now."""

    external_id: str
    name: str
    state: ContainerState
    raw_state: str  # the engine's own word
    exit_code: int | None = None  # None: it has not ended
    image: str | None = None  # as it was requested: "nginx:1.27"
    image_id: str | None = None  # the digest of the image then
    command: str | None = None
    memory: int | None = None  # its limit; None: no limit is reported
    ips: tuple[str, ...] = ()
    ports: tuple[PortRecord, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()  # by key
    created_at: datetime | None = None  # aware
    # As of a machine.
    instance_id: str | None = field(default=None, repr=False, metadata=NOT_STORED)
    problem: str | None = field(default=None, repr=False)  # why a part of it is unknown


@dataclass(frozen=True, slots=True)
class SizeRecord:
    """A size that machines can have: flavor, instance type.

    ``price_per_hour``: by the cloud's own word alone, with a free Linux. ``location_id``: where it
    was listed; None: the cloud has one list for the region.
    """

    external_id: str
    name: str
    memory: int | None = None
    vcpus: int | None = None
    disk: int | None = None
    price_per_hour: Decimal | None = None
    architecture: str | None = None  # as of an image
    location_id: str | None = None
    problem: str | None = field(default=None, repr=False)  # why a part of it is unknown


@dataclass(frozen=True, slots=True)
class LocationRecord:
    """A place inside a region: a zone."""

    external_id: str
    name: str
    problem: str | None = field(default=None, repr=False)  # why a part of it is unknown


@dataclass(frozen=True, slots=True)
class SpotOrder:
    """Spare capacity, which the cloud may take back at any time.

    ``max_price_per_hour``: in US dollars, above zero; None: the price on demand.
    """

    max_price_per_hour: Decimal | None = None


@dataclass(frozen=True, slots=True)
class NewMachine:
    """An order for one machine. Ids are the cloud's own.

    ``client_token`` makes the order idempotent where the cloud honours it: the same token is
    answered with the same machine. ``is_repeated``: an earlier attempt at this order may have made
    the machine, so that nothing is removed after a refusal.
    """

    name: str
    size_id: str
    image_id: str
    client_token: str
    location_id: str | None = None
    key_pair: str | None = None
    security_groups: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    user_data: str | None = None
    spot: SpotOrder | None = None
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class NewContainer:
    """An order for one container. ``command``: its arguments; empty: the image's own command.

    ``labels`` hold the mark by which a later attempt finds it. ``memory``: a limit in MiB.
    ``client_token`` differs between orders and is the same for each attempt at one.
    """

    name: str
    image: str
    client_token: str
    command: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    ports: tuple[PortRecord, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    memory: int | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """How a request ended that a cloud had accepted. ``word`` and ``message``: the cloud's.

    ``at``: the time, as the cloud writes it; it only distinguishes one failure from another.
    ``code``: ours, a ProviderErrorCode.
    """

    word: str
    message: str
    at: str = ""
    code: str = "PROVIDER_ERROR"

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.word, self.message)))

    @property
    def key(self) -> str:
        return f"{self} {self.at}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A cloud's answer, asked without acting, to whether it would carry out an action.

    ``code``: for a refusal, the ProviderErrorCode that the action would fail with.
    ``is_temporary``: a job would wait and ask again.
    """

    allowed: bool
    message: str
    code: str | None = None
    is_temporary: bool = False
