"""The stand-in of Docker refuses what a real engine refuses, where REAL_DOCKER is one.

Each request is sent to both, about a container in the same state. The answers have the same status.
"""

import json
import time
import uuid

import pytest
import requests

from tests.clouds import docker as real
from tests.clouds.apis.docker import Docker
from tests.clouds.recorded import Request

pytestmark = pytest.mark.skipif(not real.HOST, reason="REAL_DOCKER is no running engine")
VERSION = "/v1.41"
OBEYS = ["sh", "-c", "trap exit TERM; while sleep 0.1; do :; done"]
ENDS = ["sh", "-c", "exit 5"]
# The requests that bring a new container into each state.
STATES = {
    "created": (),
    "running": ("start",),
    "paused": ("start", "pause"),
    "exited": ("start", "stop?t=2"),
    "restarting": ("start",),
}
ACTIONS = {
    "start": ("POST", "/start", {}),
    "stop": ("POST", "/stop", {"t": "2"}),
    "restart": ("POST", "/restart", {"t": "2"}),
    "unpause": ("POST", "/unpause", {}),
    "inspect": ("GET", "/json", {}),
    "remove": ("DELETE", "", {}),
    "remove by force": ("DELETE", "", {"force": "true"}),
}
PORTS = {"ExposedPorts": {}, "HostConfig": {"PortBindings": {}}}
ORDER = {"Image": "busybox", "Cmd": OBEYS, "Labels": {}, **PORTS}
ORDERS = {
    "a good one": ("good", {}),
    "a name with a space": ("b d", {}),
    "a name of one letter": ("a", {}),
    "a name that is taken": ("taken", {}),
    "an image that is not there": ("good", {"Image": "nothing:1"}),
    "an image that is no reference": ("good", {"Image": "BAD IMAGE"}),
    "too little memory": ("good", {"HostConfig": {"Memory": 1 << 20}}),
    "a variable without a name": ("good", {"Env": ["=x"]}),
    "a variable with a space": ("good", {"Env": ["a b=x"]}),
    "a value with a line's end": ("good", {"Env": ["A=x\ny"]}),
}


def send(method, path, body=None, **query):
    address = real.HOST.replace("tcp://", "http://") + VERSION + path
    with requests.Session() as session:
        session.trust_env = False
        return session.request(method, address, params=query, json=body, timeout=60)


@pytest.fixture
def name():
    """The start of containers' names; containers with such names are removed."""
    given = f"stand-in-{uuid.uuid4().hex[:8]}-"
    yield given
    for one in send("GET", "/containers/json", all="true", filters=names(given)).json():
        send("DELETE", f"/containers/{one['Id']}", force="true")


def names(given):
    return json.dumps({"name": [given]})


def put(name, state):
    """The id of a real container."""
    policy = {"HostConfig": {"RestartPolicy": {"Name": "always"}}}
    changes = {"Cmd": ENDS, **policy} if state == "restarting" else {}
    made = send("POST", "/containers/create", ORDER | changes, name=name)
    external_id = made.json()["Id"]
    for step in STATES[state]:
        action, _, seconds = step.partition("?t=")
        assert send(
            "POST", f"/containers/{external_id}/{action}", **({"t": seconds} if seconds else {})
        ).ok
    until = time.monotonic() + 60
    while send("GET", f"/containers/{external_id}/json").json()["State"]["Status"] != state:
        assert time.monotonic() < until
        time.sleep(0.05)
    return external_id


def asked(stand_in, method, path, query, body=None):
    headers = {"Content-Type": "application/json"}
    text = "" if body is None else json.dumps(body)
    return stand_in.answer(Request(method, "engine.example", VERSION + path, query, headers, text))


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", STATES)
def test_the_stand_in_acts_as_the_real_engine(name, state, action):
    method, path, query = ACTIONS[action]
    stand_in = Docker()
    mine = stand_in.containers[0]
    mine["State"] = state
    theirs = send(method, f"/containers/{put(name, state)}{path}", **query)

    ours = asked(stand_in, method, f"/containers/{mine['Id']}{path}", query)

    assert ours.status == theirs.status_code, theirs.text


@pytest.mark.parametrize("action", ACTIONS)
def test_the_stand_in_knows_nobody_as_the_real_engine(action):
    method, path, query = ACTIONS[action]
    nobody = "/containers/" + "f" * 64 + path

    assert (
        asked(Docker(), method, nobody, query).status
        == send(method, nobody, **query).status_code
        == 404
    )


@pytest.mark.parametrize("case", ORDERS)
def test_the_stand_in_takes_orders_as_the_real_engine(name, case):
    called, changes = ORDERS[case]
    stand_in, order = Docker(), ORDER | changes
    stand_in.containers[0]["Names"] = [f"/{name}taken"]
    put(f"{name}taken", "created")
    called = called if len(called) == 1 else name + called
    theirs = send("POST", "/containers/create", order, name=called)

    ours = asked(stand_in, "POST", "/containers/create", {"name": called}, order)

    assert ours.status == theirs.status_code, theirs.text
