"""The table of machines fills source by source, over clouds of three kinds."""

import uuid

import pytest

from tests.clouds.apis.libvirt import Libvirt
from tests.functional.browser import MARKS
from tests.functional.dashboard import (
    CONNECT,
    DISCONNECT,
    administrator,  # noqa: F401 - fixture
    filter_by,
    open_dashboard,
    page,  # noqa: F401 - fixture
)

pytestmark = MARKS


@pytest.fixture
def hypervisor(administrator):
    """A libvirt with two machines, and the name of its provider."""
    name = f"Late {uuid.uuid4().hex[:6]}"
    with Libvirt() as daemon:
        credentials = [{"name": "uri", "value": daemon.uri}]
        given = {"kind": "libvirt", "name": name, "credentials": credentials}
        answer = administrator.data(CONNECT, input=given)["connectProvider"]
        assert answer["errors"] == []
        yield daemon, name
        gone = {"id": answer["provider"]["id"]}
        assert administrator.data(DISCONNECT, input=gone)["disconnectProvider"]["errors"] == []


def test_machines_of_three_kinds_appear_source_by_source(page, hypervisor):
    """The hypervisor answers after all others. Their machines are there before."""
    daemon, late = hypervisor
    rows = page.locator("tbody tr:not(.spacer)")
    status = page.get_by_role("status").filter(has_text="machine")
    with daemon.lock:  # it answers nothing
        open_dashboard(page, "Machines")
        for kind, provider in (("aws", "Demo AWS"), ("simulator", "Demo simulator")):
            filter_by(page, kind)
            rows.filter(has_text=provider).first.wait_for()
            assert "clouds are still answering" in status.inner_text()
        filter_by(page, "libvirt")
        status.filter(has_text="0 machines, clouds are still answering").wait_for()
        assert rows.count() == 0

    rows.nth(1).wait_for()
    status.filter(has_not_text="clouds are still answering").wait_for()
    assert {row.get_by_role("link").inner_text() for row in rows.all()} == {"web-1", "web-2"}
    assert rows.filter(has_text=late).count() == 2
    filter_by(page, "")
    for provider in ("Demo AWS", "Demo simulator", late):
        filter_by(page, provider)
        rows.filter(has_text=provider).first.wait_for()
