"""Docker and Kubernetes: libcloud's container drivers.

Replies as docs.docker.com/reference/api/engine and kubernetes.io/docs/reference/kubernetes-api.
"""

import json
from unittest.mock import patch

import pytest
from libcloud.container.drivers.docker import DockerContainerDriver, DockerException
from libcloud.container.drivers.kubernetes import KubernetesContainerDriver, KubernetesNamespace
from libcloud.container.types import ContainerState

from tests.inventory.providers.methods.checks import is_lost_to_one_object
from tests.inventory.providers.methods.scripted import answered, asked, driver, thing

SHOWN = {"Id": "c1", "Names": ["/web"], "Image": "i", "State": "running", "Status": "Up 2 hours"}
INSPECTED = SHOWN | {"Name": "/web", "State": {"Status": "running"}}
POD = {
    "metadata": {
        "uid": "u",
        "name": "web",
        "namespace": "default",
        "creationTimestamp": "2026-01-02T03:04:05Z",
    },
    "spec": {"containers": [{"name": "web", "image": "nginx"}]},
    "status": {
        "phase": "Pending",
        "containerStatuses": [{"name": "web", "state": {"waiting": {"reason": "ErrImagePull"}}}],
    },
}


def docker(answer):
    return driver(DockerContainerDriver, answer, version="1.44")


def engine(status=204):
    def answer(method, path, _params, _data):
        if path == "/version":
            return {"ApiVersion": "1.44"}
        if method == "GET":
            return INSPECTED
        return answered({"Id": "c1"}, status=status)

    return docker(answer)


def asks_while_it_is_built():
    with (
        patch.object(DockerContainerDriver, "_get_api_version") as version,
        patch("libcloud.container.base.ContainerDriver.__init__"),
        pytest.raises(AttributeError),
    ):
        DockerContainerDriver(host="engine.example", port=2376)
    with patch.object(DockerContainerDriver, "_get_api_version") as version:
        DockerContainerDriver(host="engine.example", port=2376)
    assert version.called


def publishes_all_ports():
    made = engine()
    made.deploy_container("web", thing(name="nginx"))
    create = json.loads(next(one[3] for one in asked(made, "POST") if "create" in one[1]))
    assert create["PublishAllPorts"] is True
    assert create["Cmd"] == ["None"]  # of an order without a command


def second_time_raises(method):
    """304: "container already started", or stopped; it is in the state that was asked for."""

    def check():
        with pytest.raises(DockerException):
            getattr(engine(status=304), method)(thing("c1"))

    return check


def time_to_end_is_sent_where_it_is_not_read():
    made = engine()
    made.restart_container(thing("c1"))
    [(_method, _path, params, data)] = asked(made, "POST")
    assert ("t" in params, json.loads(data)) == (False, {"t": 10})


def running_is_not_removed():
    """409: "You cannot remove a running container"; only ``force`` stops and removes it."""
    made = engine()
    made.destroy_container(thing("c1"))
    [(_method, _path, params, _data)] = asked(made)
    assert params == {}


def first_name_alone():
    images = [{"Id": "i", "RepoTags": ["web:1", "web:latest"]}]
    assert [one.name for one in docker(lambda *_: images).list_images()] == ["web:1"]


def kubernetes(items):
    body = {"kind": "PodList", "metadata": {"continue": "two"}, "items": items}
    return driver(KubernetesContainerDriver, lambda *_: body)


def waiting_is_running():
    """A list of pods of all namespaces, of which the first page is read."""
    made = kubernetes([POD])
    [container] = made.list_containers()
    assert container.state == ContainerState.RUNNING
    assert [one[1] for one in asked(made)] == ["/api/v1/pods"]


def pod_becomes_a_namespace():
    made = driver(KubernetesContainerDriver, lambda *_: POD)
    found = made.deploy_container("web", thing(name="nginx"), None)
    assert isinstance(found, KubernetesNamespace)


def deletes_by_name_alone():
    made = driver(KubernetesContainerDriver, lambda *_: {})
    made.destroy_container(thing("c1", namespace="default", pod="web"))
    [(method, _path, _params, data)] = asked(made)
    assert (method, data) == ("DELETE", None)


ODD = [{name: value for name, value in SHOWN.items() if name != "Status"}]
AGAIN = "It raises if the container is in that state already."
ROWS = {
    "docker": {
        "": (
            "DockerContainerDriver",
            "It asks for the version while it is built.",
            asks_while_it_is_built,
        ),
        "containers.list": (
            "list_containers",
            "One container without a status fails the whole list.",
            is_lost_to_one_object(lambda: docker(lambda *_: ODD), "list_containers", TypeError),
        ),
        "containers.deploy": (
            "deploy_container",
            "It publishes all ports, and sends the command `None` if there is none.",
            publishes_all_ports,
        ),
        "containers.start": ("start_container", AGAIN, second_time_raises("start_container")),
        "containers.stop": ("stop_container", AGAIN, second_time_raises("stop_container")),
        "containers.restart": (
            "restart_container",
            "It sends the time to end in the body, where an engine does not read it.",
            time_to_end_is_sent_where_it_is_not_read,
        ),
        "containers.remove": (
            "destroy_container",
            "It does not remove a container that runs.",
            running_is_not_removed,
        ),
        "images.list": (
            "list_images",
            "It shows the first name of each image.",
            first_name_alone,
        ),
    },
    "kubernetes": {
        "containers.list": (
            "list_containers",
            "It returns the first page, of all namespaces, and calls a waiting container running.",
            waiting_is_running,
        ),
        "containers.deploy": (
            "deploy_container",
            "It returns a namespace in place of the pod, and takes no resources or variables.",
            pod_becomes_a_namespace,
        ),
        "containers.remove": (
            "destroy_container",
            "It deletes the pod that has the name now, whichever it is.",
            deletes_by_name_alone,
        ),
    },
}
