"""Kubernetes: the containers of a cluster's pods, by its API, version v1."""

from inventory.providers.account import AccountFields
from inventory.providers.capability import Capability
from inventory.providers.kind import ProviderKind, driver_at
from inventory.providers.kubernetes import actions, dry_run, failures, permissions
from inventory.providers.kubernetes.cluster import FIELDS, judge
from inventory.providers.kubernetes.refusals import REFUSALS
from inventory.providers.kubernetes.states import STATES
from inventory.providers.table import table_of
from inventory.types import ContainerType

DEFAULT_REGIONS = ("default",)  # the namespace that every cluster has

KIND = ProviderKind(
    slug="kubernetes",
    label="Kubernetes",
    description="The containers of a cluster's pods; its namespaces are the regions.",
    driver=driver_at("inventory.providers.kubernetes.driver", "KubernetesDriver"),
    credentials=FIELDS,
    account=AccountFields(
        compared=("server",),
        ignored=("ca_certificate", "client_certificate"),
        unnoticed=("Another cluster at the same address is not noticed.",),
    ),
    judge=judge,
    default_regions=DEFAULT_REGIONS,
    every_region=lambda _credentials: DEFAULT_REGIONS,  # until the cluster is asked
    container_type=ContainerType.KUBERNETES,
    container_states=STATES,
    permissions=(
        "`get` and `list` on `pods` in each namespace to list, `create` and `delete` to change;",
        '`list` on `namespaces` for the regions `["all"]`.',
    ),
    limits=(
        (
            "Kubernetes cannot stop a container: remove it, which deletes its pod, and deploy it "
            "again."
        ),
        (
            "A container is not removed if its pod has several containers, or if a controller "
            "would replace the pod."
        ),
        (
            "`deployContainer` creates a pod with one container, which is not started again when "
            "it ends."
        ),
        "Init containers that only prepare a pod are not shown; their failure is, as `Init:…`.",
        "Images are pulled by the cluster, with its own credentials for registries.",
        "Credential plugins (`exec`) are not run: a token or a client certificate is required.",
    ),
    dry_run=dry_run.DRY_RUN,
    refusals=REFUSALS,
    # A namespace has one Pod of a name:
    # kubernetes.io/docs/concepts/overview/working-with-objects/names.
    repeatable=frozenset({Capability.DEPLOY_CONTAINER}),
    # A namespace ends after all that is in it: "Namespaces Walkthrough" in the documentation,
    # kubernetes.io/docs/tasks/administer-cluster/namespaces/#deleting-a-namespace.
    regions_hold_objects=True,
    # Names are unique among the objects that exist; the UID distinguishes two objects of one name:
    # kubernetes.io/docs/concepts/overview/working-with-objects/names/#uids.
    reuses_ids=True,
    not_covered=(
        "Namespaces that are not connected.",
        "Init containers that have ended, and ephemeral containers.",
        "Deployments and jobs themselves: only their existing pods are shown.",
        "The nodes of the cluster: connect the cloud whose machines they are.",
    ),
    table=table_of(actions, permissions, dry_run, failures),
)
