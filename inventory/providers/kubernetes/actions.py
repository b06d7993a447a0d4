"""The reads and actions of a cluster, as functions that take the driver first.

Bodies from Kubernetes' API reference, kubernetes.io/docs/reference/kubernetes-api: "Pod",
"Namespace", "DeleteOptions".
docs/libcloud-methods.md says what is wrong with libcloud's methods for it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from libcloud.common.types import MalformedResponseError

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.identity import same_object
from inventory.providers.kind import UNKNOWN_REGION
from inventory.providers.kubernetes.cluster import EXPIRED
from inventory.providers.kubernetes.parse import containers_of, escaped, without_namespace
from inventory.providers.order_marker import made_by
from inventory.providers.paging import each_page
from inventory.providers.reading import Reading, names_of_regions, with_id
from inventory.providers.rest import act, ask, found, optional_list, optional_text, part, segment
from inventory.providers.table import beside, does, reads
from inventory.types import ContainerRecord, NewContainer, PortRecord

Code = ProviderErrorCode
CONFLICT_STATUS = 409  # a namespace that is being terminated refuses with 403
PAGE = "500"
LISTINGS = 3  # that are begun before one is given up
POD = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
NAMESPACES = "/api/v1/namespaces"
EVERY_POD = "/api/v1/pods"
DRY_RUN_PARAMETER, EVERY_STAGE = "dryRun", "All"


def listed(driver: Any, path: str, kind: str) -> list[Any]:
    """Everything that a list has, as it was at one moment.

    The continue token of a page may be too old (410). The list is then read again from its first
    page, within the same deadline. To go on with the token that the refusal offers would leave out
    what has moved in the meantime: "Retrieving large results sets in chunks" in "Kubernetes API
    Concepts". Raises ProviderError after the last attempt.
    """
    for _ in range(LISTINGS):
        try:
            return list(_pages(driver, path, kind))
        except ProviderError as error:
            if not error.message.startswith(EXPIRED):
                raise
            refusal = error
    message = f"The pages of the list expired {LISTINGS} times before its end: {refusal.message}"
    raise ProviderError(refusal.code, message, retry_after=refusal.retry_after)


@reads("containers", permissions=("list pods", "get pods"))
def list_containers(driver: Any) -> list[ContainerRecord]:
    """A namespace that does not exist has an empty list too."""
    pods = listed(driver, _path(driver), "PodList")
    if not pods:
        _require_namespace(driver)
    return [container for pod in pods for container in containers_of(pod)]


@beside("everywhere", "containers")
def list_containers_everywhere(driver: Any) -> dict[str, list[ContainerRecord]]:
    """The containers of all namespaces, by namespace, of one list as it was at one moment.

    Takes ``list`` of ``pods`` at the cluster scope. A namespace without pods is left out. A pod
    whose namespace cannot be read is a record without an id, under UNKNOWN_REGION.
    """
    found: dict[str, list[ContainerRecord]] = {}
    for pod in listed(driver, EVERY_POD, "PodList"):
        namespace = Reading(pod).text("metadata", "namespace")
        records = containers_of(pod) if namespace else [without_namespace(pod)]
        found.setdefault(namespace or UNKNOWN_REGION, []).extend(records)
    return found


@beside("find", "containers")
def find_container(driver: Any, external_id: str) -> ContainerRecord | None:
    pod = pod_named(driver, external_id.partition("/")[0])
    return None if pod is None else _in(pod, external_id)


@does("containers", "deploy", permissions=("create pods", "get pods"))
def deploy_container(driver: Any, order: NewContainer) -> ContainerRecord:
    """Create a pod with one container, which is not restarted when it ends, as at other engines."""
    try:
        made = create_pod(driver, order)
    except ProviderError as error:
        if error.code is not Code.CONFLICT or error.status != CONFLICT_STATUS:
            raise
        there = pod_named(driver, order.name)
        if there is None or "deletionTimestamp" in there["metadata"]:  # it may succeed later
            raise ProviderError(Code.CONFLICT, error.message) from None
        return made_by(order, containers_of(there)[0])
    return containers_of(made)[0]


@does("containers", "remove", permissions=("delete pods", "get pods"))
def remove_container(driver: Any, external_id: str) -> None:
    """Delete the container's pod. It has no other container, and no controller to recreate it."""
    delete_pod(driver, external_id)


def create_pod(driver: Any, order: NewContainer, *, dry_run: bool = False) -> dict[str, Any]:
    """The options of a POST are read from its query; its body is the pod."""
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": order.name, "labels": dict(order.labels)},
        "spec": {"restartPolicy": "Never", "containers": [_container(order)]},
    }
    query = {DRY_RUN_PARAMETER: EVERY_STAGE} if dry_run else {}
    made = ask(driver.connection, _path(driver), method="POST", data=pod, **query)
    return _of_kind(made, "Pod")


def delete_pod(driver: Any, external_id: str, *, dry_run: bool = False) -> None:
    """Delete the pod of a container. A dry run is requested in the body and in the query.

    An API server reads the options of a DELETE from its body. It reads the query only if there is
    no body: github.com/kubernetes/kubernetes, apiserver/pkg/endpoints/handlers/delete.go. The
    precondition needs a body. The query protects the pod if a proxy drops the body of a DELETE.
    """
    pod = pod_named(driver, external_id.partition("/")[0])
    if pod is None or _in(pod, external_id) is None:
        message = f"There is no container {external_id} in the namespace {driver.namespace}."
        raise ProviderError(Code.NOT_FOUND, message)
    if pod["metadata"].get("deletionTimestamp"):
        return
    _require_own(pod)
    options: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "DeleteOptions",
        "preconditions": {"uid": driver.pinned or pod["metadata"]["uid"]},
    }
    query: dict[str, str] = {}
    if dry_run:
        options[DRY_RUN_PARAMETER] = [EVERY_STAGE]
        query[DRY_RUN_PARAMETER] = EVERY_STAGE
    path = _path(driver, pod["metadata"]["name"])
    act(driver.connection, path, method="DELETE", data=options, **query)


@reads("regions", permissions="list namespaces")
def list_regions(driver: Any) -> list[str]:
    """Raises MalformedResponseError for a namespace without a name: it could not be asked."""
    found = [Reading(one) for one in listed(driver, NAMESPACES, "NamespaceList")]
    return names_of_regions(found, lambda one: one.text("metadata", "name", required=True))


def _pages(driver: Any, path: str, kind: str) -> Iterator[Any]:
    """The items of all pages. A page that fails fails the listing."""

    def read(token: str | None) -> dict[str, Any]:
        given = {"continue": token} if token else {}
        return _of_kind(ask(driver.connection, path, limit=PAGE, **given), kind)

    for body in each_page(read, _next_token):
        yield from optional_list(body, "items")
        if not body.get("items"):
            _check_empty(body, kind)


def _check_empty(body: dict[str, Any], kind: str) -> None:
    """Raises MalformedResponseError for a page without items that may not be an API server's.

    ``null`` is an empty list there: servers of Kubernetes 1.5 answer so, and such servers as
    aggregate theirs (github.com/kubernetes/kubernetes/issues/39822). Each has the field, and the
    version of the list.
    """
    if "items" not in body:
        raise MalformedResponseError(f"The {kind} has no 'items'.")
    if not optional_text(part(body, "metadata", dict), "resourceVersion"):
        message = f"The {kind} is empty, and has no 'metadata.resourceVersion': it may be a part."
        raise MalformedResponseError(message)


def _next_token(body: dict[str, Any]) -> str | None:
    """Raises MalformedResponseError if the list goes on and there is no token for the rest.

    ``remainingItemCount`` is set only beside ``continue``: "ListMeta" in the Kubernetes API
    reference.
    """
    metadata = part(body, "metadata", dict)
    token = optional_text(metadata, "continue")
    if token is None and metadata.get("remainingItemCount"):
        raise MalformedResponseError("The list goes on, and has no token for its next page.")
    return token


def pod_named(driver: Any, name: str) -> dict[str, Any] | None:
    """The pod, or None. For a text that cannot be a pod's name, nothing is sent."""
    if POD.fullmatch(name) is None:
        return None
    pod = found(driver.connection, _path(driver, name))
    if pod is None:
        return None
    same_object(_of_kind(pod, "Pod"), name, "metadata", "name")
    return same_object(pod, driver.namespace, "metadata", "namespace")


def _in(pod: Mapping[str, Any], external_id: str) -> ContainerRecord | None:
    """The container, or one that may be it: one without a name."""
    return with_id(containers_of(pod), external_id)


def _require_namespace(driver: Any) -> None:
    """Raises NOT_FOUND if the namespace does not exist.

    An account without permission to read namespaces cannot check this.
    """
    try:
        ask(driver.connection, f"{NAMESPACES}/{segment(driver.namespace)}")
    except ProviderError as error:
        if error.code is Code.NOT_FOUND:
            message = f"There is no namespace {driver.namespace!r} in the cluster."
            raise ProviderError(Code.NOT_FOUND, message) from None
        if error.code is not Code.PERMISSION_DENIED:
            raise


def _require_own(pod: Mapping[str, Any]) -> None:
    """Raises CONFLICT where removing one container would do something else."""
    metadata, containers = pod["metadata"], containers_of(pod)
    for owner in metadata.get("ownerReferences") or []:
        if owner.get("controller"):
            message = (
                f"The pod {metadata['name']} belongs to {owner['kind']} {owner['name']}, which "
                "would make it anew. Scale that down, or delete it."
            )
            raise ProviderError(Code.CONFLICT, message, retryable=False)
    if len(containers) > 1:
        message = (
            f"The pod {metadata['name']} has {len(containers)} containers, which can be removed "
            "together alone. Delete the pod with kubectl."
        )
        raise ProviderError(Code.CONFLICT, message, retryable=False)


def _container(order: NewContainer) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": order.name.replace(".", "-"),  # a pod's name may have dots
        "image": order.image,
        "env": [{"name": name, "value": escaped(value)} for name, value in order.environment],
        "ports": [_port(port) for port in order.ports],
    }
    if order.command:
        made["args"] = [escaped(one) for one in order.command]
    if order.memory:
        made["resources"] = {"limits": {"memory": f"{order.memory}Mi"}}
    return made


def _port(port: PortRecord) -> dict[str, Any]:
    made: dict[str, Any] = {
        "containerPort": port.container_port,
        "protocol": port.protocol.upper(),
    }
    if port.host_port is not None:
        made |= {"hostPort": port.host_port} | ({"hostIP": port.host_ip} if port.host_ip else {})
    return made


def _path(driver: Any, *names: str) -> str:
    parts = (segment(driver.namespace), "pods", *map(segment, names))
    return "/".join((NAMESPACES, *parts))


def _of_kind(body: dict[str, Any], kind: str) -> dict[str, Any]:
    """Raises MalformedResponseError for what is something else."""
    if body.get("kind") != kind:
        raise MalformedResponseError(f"The answer is no {kind}.")
    return body
