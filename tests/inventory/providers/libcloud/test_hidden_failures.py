"""Failures that a driver hides, and the remains of those that it does not hide."""

import gc
import weakref
from types import SimpleNamespace

import pytest
import requests

from inventory.providers import ProviderError, ProviderErrorCode
from inventory.providers.libcloud.actions import node_in
from inventory.providers.libcloud.offered import ROWS
from tests.inventory.providers.libcloud.recorded import recorded

VERBS = ("start", "stop", "reboot", "terminate")
FAILED, DONE = "/v2/failed", "/v2/done"


def answering(replies, *, cuts=False):
    """``FAILED`` is refused, ``DONE`` is answered, the rest as it was recorded.

    ``cuts``: the connection is cut instead.
    """
    plain = replies.answer

    def answer(request):
        path = request.path_url.partition("?")[0]
        if path == FAILED and cuts:
            raise requests.ConnectionError("cut")
        if path in {FAILED, DONE}:
            return (400, "{}", {}, "Bad") if path == FAILED else (200, "{}", {}, "OK")
        return plain(request)

    replies.answer = answer


def asking(driver, *paths):
    """A method of a driver that asks for these, and hides each failure."""

    def method(_node=None):
        for path in paths:
            try:
                driver.connection.request(path)
            except Exception:  # noqa: BLE001, S112 - as such a driver does
                continue
        return []

    return method


METHODS = {
    "start": "start_node",
    "stop": "stop_node",
    "reboot": "reboot_node",
    "terminate": "destroy_node",
}


@pytest.mark.parametrize(
    ("paths", "fails"),
    [((DONE,), False), ((FAILED, DONE), False), ((FAILED,), True), ((DONE, FAILED), True)],
)
@pytest.mark.parametrize("verb", VERBS)
def test_an_action_fails_if_the_latest_request_did(verb, paths, fails, monkeypatch):
    """vcloud's driver terminates a machine that is off: its undeploy is refused, and ignored."""
    with recorded("vultr") as (cloud, replies):
        answering(replies)
        machine = cloud.read("virtual_machines")[0]
        monkeypatch.setattr(cloud._driver, METHODS[verb], asking(cloud._driver, *paths))
        if not fails:
            cloud.do("virtual_machines", verb, machine.external_id)
            return
        with pytest.raises(ProviderError) as caught:
            cloud.do("virtual_machines", verb, machine.external_id)

    assert caught.value.code is ProviderErrorCode.INVALID_REQUEST


def test_a_list_fails_whichever_request_did(monkeypatch):
    with recorded("vultr") as (cloud, replies):
        answering(replies)
        monkeypatch.setattr(cloud._driver, "list_nodes", asking(cloud._driver, FAILED, DONE))
        with pytest.raises(ProviderError):
            cloud.read("virtual_machines")


class Answer:
    """Data that a driver has read before a request fails."""


@pytest.fixture
def no_collection():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("cuts", [False, True])
@pytest.mark.parametrize("hides", [False, True])
@pytest.mark.parametrize("resource", ["virtual_machines", "sizes", "images", "locations"])
def test_what_was_read_is_released_when_the_list_fails(
    resource, hides, cuts, no_collection, monkeypatch
):
    alive = []
    with recorded("vultr") as (cloud, replies):
        answering(replies, cuts=cuts)
        driver = cloud._driver

        def read():
            answer = Answer()
            alive.append(weakref.ref(answer))
            try:
                driver.connection.request(FAILED)
            except Exception:
                if not hides:
                    raise
            return []

        method = "list_nodes" if resource == "virtual_machines" else f"list_{resource}"
        monkeypatch.setattr(driver, method, read)
        with pytest.raises(ProviderError) as caught:
            cloud.read(resource)
        del caught

        assert [one() for one in alive] == [None]


@pytest.mark.parametrize("cuts", [False, True])
@pytest.mark.parametrize("hides", [False, True])
@pytest.mark.parametrize("verb", VERBS)
def test_what_was_read_is_released_when_an_action_fails(
    verb, hides, cuts, no_collection, monkeypatch
):
    alive = []
    with recorded("vultr") as (cloud, replies):
        answering(replies, cuts=cuts)
        driver = cloud._driver
        machine = cloud.read("virtual_machines")[0]

        def act(_node):
            answer = Answer()
            alive.append(weakref.ref(answer))
            try:
                driver.connection.request(FAILED)
            except Exception:
                if not hides:
                    raise

        monkeypatch.setattr(driver, METHODS[verb], act)
        with pytest.raises(ProviderError) as caught:
            cloud.do("virtual_machines", verb, machine.external_id)
        del caught

        assert [one() for one in alive] == [None]


# --- two machines under one id ------------------------------------------------------------------


def test_one_of_several_machines_with_an_id_is_not_chosen():
    names = [("a", "web"), ("b", "db"), ("b", "other"), ("c", "twice"), ("c", "twice")]
    nodes = [SimpleNamespace(id=one, name=name, extra={}) for one, name in names]

    assert node_in(nodes, "a") is nodes[0]
    assert node_in(nodes, "c") is nodes[3]
    with pytest.raises(ProviderError) as caught:
        node_in(nodes, "b")
    assert caught.value.code is ProviderErrorCode.CONFLICT
    assert "2 machines with this id" in caught.value.message


def renamed(nodes):
    for node in nodes:
        node.name = f"other-{node.name}"
    return nodes


@pytest.mark.parametrize(
    ("name", "verb"),
    [
        (row.name, verb)
        for row in ROWS
        for verb in VERBS
        if verb in row.can.split() and row.name != "vcloud"  # its list has no recording
    ],
)
def test_no_driver_acts_on_an_id_that_its_list_shows_twice(name, verb, monkeypatch):
    with recorded(name) as (cloud, replies):
        driver = cloud._driver
        plain = driver.list_nodes
        try:
            machine = cloud.read("virtual_machines")[0]
        except ProviderError:
            pytest.skip("The list is not recorded.")
        monkeypatch.setattr(driver, "list_nodes", lambda: [*renamed(plain()), *plain()])
        before = {one[0] for one in replies.asked}
        with pytest.raises(ProviderError) as caught:
            cloud.do("virtual_machines", verb, machine.external_id)

    assert caught.value.code is ProviderErrorCode.CONFLICT
    assert {one[0] for one in replies.asked} == before
