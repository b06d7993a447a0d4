"""A real kube-apiserver, if one runs: its API, namespaces, and a kubelet's part in its pods."""

import contextlib
import json
import os
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from inventory.providers import connect, get_kind

SERVER = os.environ.get("REAL_KUBERNETES")
TOKEN = os.environ.get("REAL_KUBERNETES_TOKEN")
READER = os.environ.get("REAL_KUBERNETES_READER")
ETCD = os.environ.get("REAL_KUBERNETES_ETCD")
RBAC = "rbac.authorization.k8s.io"
NOBODY = "nobody"  # the scheduler of pods that stay Pending
ADDED_AT_ONCE = 8
RUNNING = {"running": {"startedAt": "2026-01-01T00:00:00Z"}}
NOT_READY_YET = 0.05  # seconds between two looks at the pods


def pki(name):
    return Path(os.environ["REAL_KUBERNETES_PKI"]) / name


def credentials(**changes):
    """The credentials for connectProvider."""
    given = {"server": SERVER, "token": TOKEN, "ca_certificate": pki("ca.pem").read_text()}
    return given | changes


def connected(namespace, timeout=60, **changes):
    kind = get_kind("kubernetes")
    return connect(kind, kind.clean_credentials(credentials(**changes)), namespace, timeout)


class Api:
    """The server's own API, asked without anything of what is tested."""

    def __init__(self, token=TOKEN):
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = str(pki("ca.pem"))
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def send(self, method, path, *, text=None, body=None, content="application/json", **query):
        """The response, whatever it is."""
        given = {"data": text if body is None else json.dumps(body)}
        headers = {"Content-Type": content}
        return self.session.request(
            method, SERVER + path, params=query, headers=headers, timeout=60, **given
        )

    def ask(self, method, path, **given):
        """The answer's object; a refusal fails the test."""
        response = self.send(method, path, **given)
        assert response.ok, response.text
        return response.json()


def pods(namespace, name=""):
    return f"/api/v1/namespaces/{namespace}/pods" + (f"/{name}" if name else "")


def pod(name, *containers, labels=None, **spec):
    """A pod of containers; without any it has one, called "main"."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": labels or {}},
        "spec": {"containers": containers or [{"name": "main", "image": "busybox"}], **spec},
    }


def status_of(container, state):
    ready = "running" in state
    return {
        "name": container["name"],
        "image": f"docker.io/library/{container['image']}:latest",
        "imageID": f"docker.io/library/{container['image']}@sha256:{'0' * 64}",
        "ready": ready,
        "restartCount": 0,
        "state": state,
    }


def patch_status(api, found, phase, state):
    """Report the status as a kubelet does: every container of the pod is in one state."""
    statuses = [status_of(container, state) for container in found["spec"]["containers"]]
    metadata = found["metadata"]
    return api.send(
        "PATCH",
        pods(metadata["namespace"], metadata["name"]) + "/status",
        body={"status": {"phase": phase, "containerStatuses": statuses}},
        content="application/merge-patch+json",
    )


def ended(code):
    reason = "Error" if code else "Completed"
    at = "2026-01-01T00:00:00Z"
    return {
        "terminated": {"exitCode": code, "reason": reason, "startedAt": at, "finishedAt": at},
    }


def content_of(api, namespace):
    """All pods of a namespace as the server has them."""
    return {one["metadata"]["name"]: one for one in api.ask("GET", pods(namespace))["items"]}


@contextlib.contextmanager
def namespace(api, name=None):
    """A new namespace. It is removed with its content: no controller does that here."""
    name = name or f"t-{uuid.uuid4().hex[:12]}"
    made = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    api.ask("POST", "/api/v1/namespaces", body=made)
    try:
        yield name
    finally:
        api.send("DELETE", pods(name), gracePeriodSeconds="0")
        api.send("DELETE", f"/api/v1/namespaces/{name}")
        api.send("PUT", f"/api/v1/namespaces/{name}/finalize", body=made | {"spec": {}})


@contextlib.contextmanager
def kubelet(name):
    """Do a kubelet's work in this namespace: new pods run, deleted pods go."""
    stop, api = threading.Event(), Api()

    def work():
        while not stop.wait(NOT_READY_YET):
            for found in content_of(api, name).values():
                if found["metadata"].get("deletionTimestamp"):
                    api.send(
                        "DELETE", pods(name, found["metadata"]["name"]), gracePeriodSeconds="0"
                    )
                elif found["status"]["phase"] == "Pending" and not is_idle(found):
                    patch_status(api, found, "Running", RUNNING)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def is_idle(found):
    return found["spec"]["schedulerName"] == NOBODY


def add_idle_pods(name, count):
    """Pods that no kubelet takes."""

    def add(numbers):
        api = Api()  # a session is for one thread
        for number in numbers:
            api.ask("POST", pods(name), body=pod(f"idle-{number:05}", schedulerName=NOBODY))

    shares = [range(start, count, ADDED_AT_ONCE) for start in range(ADDED_AT_ONCE)]
    with ThreadPoolExecutor(ADDED_AT_ONCE) as pool:
        list(pool.map(add, shares))


def compact_before_next_page(request):
    """Use it with ``tests.clouds.sent``: the token of the next page is then always too old."""
    if "continue=" in request.url:
        compact()


def grant(api, namespace_name, *verbs, user="reader"):
    """Let a user do this with the pods of a namespace."""
    role = {"apiVersion": f"{RBAC}/v1", "metadata": {"name": "granted"}}
    rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": list(verbs)}]
    path = f"/apis/{RBAC}/v1/namespaces/{namespace_name}"
    api.ask("POST", f"{path}/roles", body=role | {"kind": "Role", "rules": rules})
    binding = role | {
        "kind": "RoleBinding",
        "subjects": [{"kind": "User", "name": user, "apiGroup": RBAC}],
        "roleRef": {"kind": "Role", "name": "granted", "apiGroup": RBAC},
    }
    api.ask("POST", f"{path}/rolebindings", body=binding)
    review = {"namespace": namespace_name, "resource": "pods", "verb": verbs[0]}
    asked = {"spec": {"resourceAttributes": review, "user": user}}
    until = time.monotonic() + 10  # the authorizer learns of it by a watch
    while not api.ask("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", body=asked)[
        "status"
    ]["allowed"]:
        assert time.monotonic() < until
        time.sleep(0.05)


def compact():
    """Make etcd forget what was before now: tokens of next pages are too old from now on."""
    written = _etcd("put", key="dGVzdHM=", value="dGVzdHM=")
    _etcd("compaction", revision=written["header"]["revision"], physical=True)


def _etcd(call, **given):
    response = requests.post(f"{ETCD}/v3/kv/{call}", json=given, timeout=60)
    assert response.ok, response.text
    return response.json()
