"""The stand-in of Kubernetes refuses what a real API server refuses, where REAL_KUBERNETES is one.

Each request is sent to both. The answers have the same status, reason and invalid fields, and
the same pods are left.
"""

import json

import pytest

from tests.clouds import kubernetes as real
from tests.clouds.apis.kubernetes import Kubernetes
from tests.clouds.recorded import Request

pytestmark = pytest.mark.skipif(
    not real.SERVER, reason="REAL_KUBERNETES is the address of no running API server"
)
SIGNED = f"Bearer {Kubernetes.token}"


@pytest.fixture
def api():
    return real.Api()


@pytest.fixture
def place(api):
    with real.namespace(api) as name:
        yield name


def changed(**container):
    return real.pod("x", {"name": "main", "image": "nginx", **container})


POSTED = {
    "a good pod": real.pod("x"),
    "a name that is taken": real.pod("web"),
    "a name with a space": real.pod("No Name"),
    "no name": real.pod(""),
    "a name of 254 characters": real.pod("a" * 254),
    "a container's name with a dot": changed(name="a.b"),
    "a container's name of 64 characters": changed(name="x" * 64),
    "no image": changed(image=""),
    "a port that is too high": changed(ports=[{"containerPort": 70000}]),
    "a host's port that is too high": changed(ports=[{"containerPort": 1, "hostPort": 70000}]),
    "a protocol in small letters": changed(ports=[{"containerPort": 80, "protocol": "tcp"}]),
    "a port that is a text": changed(ports=[{"containerPort": "80"}]),
    "a label's key with a space": real.pod("x", labels={"a b": "c"}),
    "a label's value with a space": real.pod("x", labels={"a": "c d"}),
    "a label's value of 64 characters": real.pod("x", labels={"a": "c" * 64}),
    "a label that is a number": real.pod("x", labels={"a": 1}),
    "memory in another unit": changed(resources={"limits": {"memory": "64MB"}}),
    "memory below zero": changed(resources={"limits": {"memory": "-1"}}),
    "a variable's name with a space": changed(env=[{"name": "1 =", "value": "x"}]),
    "a variable that is a number": changed(env=[{"name": "A", "value": 5}]),
    "an unknown policy": real.pod("x", restartPolicy="Sometimes"),
    "another namespace": real.pod("x") | {"metadata": {"name": "x", "namespace": "other"}},
    "an unknown field": real.pod("x", unknown=1),
    "nothing": {"kind": "Pod", "apiVersion": "v1"},
    "another kind": {"kind": "Service", "apiVersion": "v1", "metadata": {"name": "x"}},
    "a list": [],
}
DELETED = {
    "a dry run": {"dryRun": ["All"]},
    "a dry run with an unknown field": {"dryRun": ["All"], "unknown": 1},
    "a dry run of another pod": {"dryRun": ["All"], "preconditions": {"uid": "other"}},
    "another uid": {"preconditions": {"uid": "other"}},
    "another version": {"preconditions": {"resourceVersion": "1"}},
    "a dry run that is a text": {"dryRun": "All"},
    "an unknown dry run": {"dryRun": ["Some"]},
    "another kind": {"kind": "Pod", "apiVersion": "v1"},
    "a list": [],
    "no dry run": {},
}
ASKED = {
    **{f"POST {name}": ("POST", "pods", {}, body) for name, body in POSTED.items()},
    "POST a dry run": ("POST", "pods", {"dryRun": "All"}, real.pod("x")),
    "POST an unknown dry run": ("POST", "pods", {"dryRun": "Some"}, real.pod("x")),
    "POST an empty dry run": ("POST", "pods", {"dryRun": ""}, real.pod("x")),
    **{f"DELETE {name}": ("DELETE", "pods/web", {}, body) for name, body in DELETED.items()},
    "DELETE a dry run in the query": ("DELETE", "pods/web", {"dryRun": "All"}, None),
    "DELETE an unknown dry run": ("DELETE", "pods/web", {"dryRun": "Some"}, None),
    "DELETE a dry run beside a body": ("DELETE", "pods/web", {"dryRun": "All"}, {"x": 1}),
    "DELETE another pod": ("DELETE", "pods/nobody", {}, {}),
    "GET another pod": ("GET", "pods/nobody", {}, None),
    "GET a page after nothing": ("GET", "pods", {"limit": "1", "continue": "nonsense"}, None),
    "GET pages without a number": ("GET", "pods", {"limit": "x"}, None),
    "GET something else": ("GET", "nothing", {}, None),
}


@pytest.mark.parametrize("name", ASKED)
def test_the_stand_in_answers_as_the_real_server(api, place, name):
    method, path, query, body = ASKED[name]
    api.ask("POST", real.pods(place), body=real.pod("web"))
    stand_in = Kubernetes()
    stand_in.namespaces.append({"metadata": {"name": place}})
    stand_in.pods.append(real.pod("web") | {"status": {"phase": "Pending"}})
    stand_in.pods[-1]["metadata"] |= {
        "namespace": place,
        "uid": "a-uid",
        "resourceVersion": "7",
        "creationTimestamp": "2026-11-26T10:00:00Z",
    }

    path = f"/api/v1/namespaces/{place}/{path}"
    theirs = api.send(method, path, body=body, **query)
    ours = answer_of(stand_in, method, path, query, body, header=SIGNED)

    assert facts(*ours) == facts(theirs.status_code, theirs.json())
    left = {one["metadata"]["name"] for one in stand_in.pods if in_(one, place)}
    assert left == set(real.content_of(api, place))


@pytest.mark.parametrize("header", [None, "Bearer wrong"])
def test_the_stand_in_knows_accounts_as_the_real_server_does(api, place, header):
    path = real.pods(place)
    stand_in = Kubernetes()
    api.session.headers.pop("Authorization")
    if header:
        api.session.headers["Authorization"] = header

    theirs = api.send("GET", path)
    ours = answer_of(stand_in, "GET", path, {}, None, header=header)

    assert facts(*ours) == facts(theirs.status_code, theirs.json())


def answer_of(stand_in, method, path, query, body, *, header):
    headers = {"Authorization": header} if header else {}
    text = "" if body is None else json.dumps(body)
    reply = stand_in.answer(Request(method, "cluster.example", path, query, headers, text))
    return reply.status, json.loads(reply.body)


def facts(status, body):
    """The facts that the gateway reads, and the fields that were refused."""
    causes = (body.get("details") or {}).get("causes") or []
    fields = sorted({cause["field"] for cause in causes})
    kind = body["kind"]
    return status, kind, body.get("reason"), fields


def in_(pod, place):
    return pod["metadata"].get("namespace") == place
