"""Containers of engines and clusters."""

from inventory.models import Container, ContainerLabel
from inventory.resources import facts
from inventory.resources.base import Fact, Filter, How, Observation, Order, Resource
from inventory.resources.filters import of_rows, of_sources
from inventory.types import ContainerRecord, ContainerState

CONTAINERS = Resource(
    Container,
    ContainerRecord,
    plural="containers",
    nouns=("container", "containers"),
    states=ContainerState,
    observation=Observation(
        removed=ContainerState.REMOVED,
        unlisted_at_once=True,
        searched=("name", "external_id", "image", "image_id", "command", "ips", "labels"),
        history=("state", "image"),
        forgotten=True,  # an engine makes and removes containers all day
    ),
    interfaces=("ComputeService",),
    place=50,
    read_elsewhere={"tags": ("labels",)},
    facts={
        "external_id": facts.external_id("The engine's own id; for a cluster, pod/container."),
        "state": facts.state(),
        "raw_state": Fact("The engine's own word for the state."),
        "state_changed_at": facts.STATE_CHANGED_AT,
        "first_seen_at": facts.FIRST_SEEN_AT,
        "exit_code": Fact("Its exit code; null until it has ended."),
        "last_state": facts.last_state("For a MISSING container, its state before."),
        "missing_since": Fact("For a MISSING container, when a list first omitted it."),
        "provider": facts.provider("The provider of the container."),
        "region": Fact("Its region; for a cluster, the namespace."),
        "memory": Fact("Memory in MiB; null if the cloud does not report it.", measure=True),
        "image": Fact("The image, by the name that the container was created with.", group=True),
        "image_id": Fact("The digest of the image that it was created from."),
        "command": Fact("Its command; null if it is not reported."),
        "ips": Fact("Its own addresses."),
        "ports": Fact("The ports it listens on.", type="ContainerPort", usual=2),
        "labels": Fact("Its labels, by key.", type="Tag", usual=5),
        "created_at": Fact("When it was made; null if it is not reported."),
        "observed_at": facts.observed_at("When its host last confirmed these values."),
        "stale": facts.STALE,
        "system_type": Fact(
            "The system that runs it.",
            type="ContainerType",
            read=lambda row: row.provider.kind.container_type,
            reads=(),
        ),
    },
    filter_description="The containers that match all conditions. A field with several "
    "values matches if one of them does; of labels, all must match.",
    filters={
        **of_sources(
            kind="Kinds of providers, for example docker; only these are asked.",
            region="Regions, or the namespaces of a cluster; only these are asked. A region that "
            "no provider has is an error.",
        ),
        "state": Filter(How.STATES, "States."),
        "name": Filter(
            How.CONTAINS, "A text that the container's name contains; case-insensitive."
        ),
        "image": Filter(How.CONTAINS, "A text that the image's name contains; case-insensitive."),
        "labels": Filter(
            How.PAIRS, "Labels that it has, all of them; at most 20.", terms=ContainerLabel
        ),
        "search": Filter(
            How.WORDS,
            "Words, each of which must be contained, case-insensitive, in a name or an id, the "
            "image, the command, an address, or a label as key=value.",
        ),
        **of_rows("labels"),
    },
    orders={
        "name": Order("By name."),
        "created_at": Order("By creation; those whose time is not known come first."),
        "state": Order("By the name of the state."),
    },
    list_description="Containers of all your engines and clusters, read live from all of them at "
    "once. "
    "Those that have ended, are REMOVED or MISSING are included unless filtered out.",
    single_description="One container, read live, even if no list has shown it yet. "
    "The receipt is in the answer's extensions.sources. "
    "NOT_FOUND if its provider is not connected to its region.",
)
