"""Docker: one engine, by its Engine API."""

from inventory.providers.account import AccountFields
from inventory.providers.capability import Capability
from inventory.providers.docker import actions, failures, images
from inventory.providers.docker.engine import FIELDS, judge, place_of
from inventory.providers.docker.parse import STATES
from inventory.providers.docker.refusals import REFUSALS
from inventory.providers.kind import GLOBAL, ProviderKind, driver_at, only_global
from inventory.providers.table import table_of
from inventory.types import ContainerType

KIND = ProviderKind(
    slug="docker",
    label="Docker",
    description="The containers of one Docker engine.",
    driver=driver_at("inventory.providers.docker.driver", "DockerDriver"),
    credentials=FIELDS,
    account=AccountFields(
        compared=("host",),
        ignored=("ca_certificate", "client_certificate"),
        canonical=place_of,
        unnoticed=("Another engine at the same address is not noticed.",),
    ),
    judge=judge,
    default_regions=(GLOBAL,),
    known_regions=only_global,
    every_region=only_global,
    container_type=ContainerType.DOCKER,
    container_states=STATES,
    permissions=(
        (
            "Docker has no permissions: a client that may send requests to an engine can become "
            "root on its machine."
        ),
        "Protect an engine on the network by TLS with client certificates.",
    ),
    limits=(
        (
            "A memory limit is shown only if the gateway deployed the container; Docker's lists "
            "omit it."
        ),
        "A container has ten seconds to end when it is stopped or restarted; then it is killed.",
        "Removing a container leaves its volumes.",
        "An image that the engine does not have is pulled from registries that need no login.",
        "Engines whose API is older than 1.23 are refused. Swarms are not supported.",
    ),
    refusals=REFUSALS,
    # An engine has one container of a name: docs.docker.com/reference/api/engine, ContainerCreate.
    repeatable=frozenset({Capability.DEPLOY_CONTAINER}),
    not_covered=(
        "Containers on the other nodes of a swarm, and its services as such.",
        "Containers of other engines on the host: Podman, or containerd without Docker.",
    ),
    table=table_of(actions, images, failures),
)
