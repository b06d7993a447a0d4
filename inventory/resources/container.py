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
        "external_id": facts.external_id("The engine's own id; of a cluster, pod/container."),
        "state": facts.state(),
        "raw_state": Fact("The engine's own word for the state."),
        "state_changed_at": facts.STATE_CHANGED_AT,
        "exit_code": Fact("How it ended; null while it has not."),
        "last_state": facts.last_state("For a MISSING container, what it was doing before."),
        "missing_since": Fact("For a MISSING container, when it was first listed no more."),
        "provider": facts.provider("Whose container it is."),
        "region": Fact("Its region: of a cluster, the namespace."),
        "memory": Fact("Memory in MiB; null where the cloud does not say.", measure=True),
        "image": Fact("What it was made from, as it was asked for.", group=True),
        "image_id": Fact("What that was then: a digest."),
        "command": Fact("What it runs; null where it is not told."),
        "ips": Fact("Its own addresses."),
        "ports": Fact("The ports it listens at.", type="ContainerPort", usual=2),
        "labels": Fact("Its labels, by key.", type="Tag", usual=5),
        "created_at": Fact("When it was made; null where it is not told."),
        "observed_at": facts.observed_at("When what is shown was last confirmed."),
        "stale": facts.STALE,
        "system_type": Fact(
            "What runs it.",
            type="ContainerType",
            read=lambda row: row.provider.kind.container_type,
            reads=(),
        ),
    },
    filter_description="What containers must be like: all that is said; of a list, but for labels, "
    "one suffices.",
    filters={
        **of_sources(
            kind="Kinds of providers, as docker; only these are asked.",
            region="Regions - of a cluster its namespaces; only these are asked. A region that "
            "no provider has is an error.",
        ),
        "state": Filter(How.STATES, "States."),
        "name": Filter(How.CONTAINS, "Contained in the container's name, in any case."),
        "image": Filter(How.CONTAINS, "Contained in the image's name, in any case."),
        "labels": Filter(
            How.PAIRS, "Labels that it has, all of them; at most 20.", terms=ContainerLabel
        ),
        "search": Filter(
            How.WORDS,
            "Words, each contained, in any case, in a name or an id, the image, the command, an "
            "address, or a label as key=value.",
        ),
        **of_rows("labels"),
    },
    orders={
        "name": Order("By name."),
        "created_at": Order("By creation; first those of which it is not told."),
        "state": Order("By the state's word."),
    },
    list_description="Containers of all your engines and clusters, asked live and at once. "
    "Those that have ended, are REMOVED or MISSING are included unless filtered out.",
    single_description="One container, asked by itself; found even when no list showed it yet. "
    "The receipt is in the answer's extensions.sources. "
    "NOT_FOUND if its provider is not connected to its region.",
)
