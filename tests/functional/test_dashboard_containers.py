"""Containers of a real Docker engine in the dashboard: where REAL_DOCKER names one."""

import uuid

import pytest

from tests.clouds.docker import HOST, left_as_it_was
from tests.functional.browser import MARKS
from tests.functional.dashboard import (
    CONNECT,
    DISCONNECT,
    administrator,  # noqa: F401 - fixture
    filter_by,
    open_dashboard,
    page,  # noqa: F401 - fixture
)

pytestmark = [
    *MARKS,
    pytest.mark.skipif(not HOST, reason="REAL_DOCKER is the address of no running engine"),
]
DEPLOY = """mutation ($input: DeployContainerInput!) {
    deployContainer(input: $input) { job { id } errors { message } } }"""
STATES = """query ($p: [ID!]) { containers(filter: {provider: $p}, maxAge: 0) {
    nodes { name state } } }"""


@pytest.fixture
def engine(administrator):
    """The id of the engine as a provider. It is left with the containers that it had."""
    with left_as_it_was():
        given = {"kind": "docker", "name": f"Engine {uuid.uuid4().hex[:6]}"}
        given["credentials"] = [{"name": "host", "value": HOST}]
        answer = administrator.data(CONNECT, input=given)["connectProvider"]
        assert answer["errors"] == []
        yield answer["provider"]["id"]
        administrator.data(DISCONNECT, input={"id": answer["provider"]["id"]})


@pytest.fixture
def containers(administrator, engine):
    """The names of two containers that run."""
    names = [f"shown-{uuid.uuid4().hex[:8]}" for _ in range(2)]
    for name in names:
        order = {"provider": engine, "name": name, "image": "busybox"}
        order["command"] = ["sh", "-c", "trap exit TERM; while sleep 0.1; do :; done"]
        answer = administrator.data(DEPLOY, input=order)["deployContainer"]
        assert answer["errors"] == []
        assert administrator.finished(answer["job"]["id"])["state"] == "SUCCEEDED"
    return names


@pytest.fixture
def states(administrator, engine, containers):
    def read():
        found = administrator.data(STATES, p=[engine])["containers"]["nodes"]
        return {one["name"]: one["state"] for one in found if one["name"] in containers}

    return read


def test_containers_are_stopped_restarted_and_removed(page, containers, states):
    first, second = containers
    open_dashboard(page, "Containers")
    filter_by(page, "shown-")
    for name in containers:
        page.get_by_role("checkbox", name=f"Select {name}").check()
    bar = page.get_by_role("toolbar", name="Actions")
    assert bar.get_by_role("button", name="Start", exact=True).is_disabled()
    bar.get_by_text("Not while they are running.").wait_for()
    bar.get_by_role("button", name="Stop", exact=True).click()
    dialog = page.get_by_role("dialog", name="Stop 2 containers")
    dialog.get_by_role("listitem").filter(has_text=first).wait_for()
    dialog.get_by_role("button", name="Stop 2 containers").dblclick()
    page.get_by_text("Stopping 2 containers: the jobs have succeeded").wait_for()
    row = page.get_by_role("row").filter(has_text=first)
    row.filter(has_text="Stopped").wait_for()
    assert states() == {first: "STOPPED", second: "STOPPED"}

    page.get_by_role("checkbox", name=f"Select {first}").check()
    bar.get_by_role("button", name="Start", exact=True).click()
    start = page.get_by_role("dialog", name=f"Start {first}")
    start.get_by_role("button", name=f"Start {first}").click()
    row.filter(has_text="Running").wait_for()
    page.get_by_role("checkbox", name=f"Select {first}").check()
    bar.get_by_role("button", name="Restart").click()
    restart = page.get_by_role("dialog", name=f"Restart {first}")
    restart.get_by_role("button", name=f"Restart {first}").click()
    page.get_by_text(f"Restarting {first}: the job has succeeded").wait_for()

    page.get_by_role("checkbox", name=f"Select {first}").check()
    bar.get_by_role("button", name="Remove").click()
    dialog = page.get_by_role("dialog", name=f"Remove {first}")
    confirm = dialog.get_by_role("button", name=f"Remove {first}")
    dialog.get_by_label(f"Type {first} to confirm").wait_for()
    assert confirm.is_disabled()
    dialog.get_by_label(f"Type {first} to confirm").fill(first)
    confirm.click()
    page.get_by_text(f"Removing {first}: the job has succeeded").wait_for()

    row.filter(has_text="Removed").wait_for()
    assert states() == {first: "REMOVED", second: "STOPPED"}
