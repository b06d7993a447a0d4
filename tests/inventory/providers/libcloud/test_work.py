"""The gateway's work on a driver's list grows with its size only, and ends at the deadline."""

import sys

import pytest
from libcloud import pricing

from inventory.providers import ProviderError, ProviderErrorCode
from inventory.providers.libcloud import apart, each
from inventory.providers.libcloud.evidence import EVIDENCE
from inventory.providers.libcloud.offered import ROWS
from tests.inventory.providers.libcloud.recorded import recorded
from tests.inventory.providers.libcloud.replies import copied, lists_in, read_with

# Drivers that list machines in one reply for all, which is JSON or plain XML.
NAMES = [
    row.name
    for row in ROWS
    if "list" in EVIDENCE[row.name].listed.split()
    and row.name not in {"equinixmetal", "gandi", "kubevirt", "opennebula", "terremark", "upcloud"}
]
COPIES = 2
COUNTED = "/libcloud/"  # files of libcloud's, and of the gateway's kind


class Lines:
    """A block; ``count``: how many lines of ``COUNTED`` files were run in it."""

    def __init__(self):
        self.count = 0

    def __enter__(self):
        self._before = sys.gettrace()
        sys.settrace(self._call)

    def __exit__(self, *_):
        sys.settrace(self._before)

    def _call(self, frame, _event, _argument):
        return self._line if COUNTED in frame.f_code.co_filename else None

    def _line(self, _frame, event, _argument):
        self.count += event == "line"
        return self._line


def many(times):
    """A change of each reply: its outermost lists have each object ``times`` times more."""

    def change(_at, body):
        lists = lists_in(body)
        if not lists:
            return body
        changed = body
        for number in range(len(lists)):
            one = lists_in(changed)[number]
            copies = [copied(item, at) for item in one.items for at in range(times)]
            changed = one.text([*one.items, *copies])
        return changed

    return change


def lines_of_a_byte(name, times):
    """The number of lines that run for each byte of the replies."""
    found, change, sizes = Lines(), many(times), []

    def changed(at, body):
        sizes.append(len(text := change(at, body)))
        return text

    read_with(name, "virtual_machines", changed, found)
    return found.count / sum(sizes)


@pytest.mark.parametrize("name", NAMES)
def test_twice_as_many_objects_take_twice_as_many_steps(name):
    assert lines_of_a_byte(name, 2 * COPIES) < 1.3 * lines_of_a_byte(name, COPIES)


class Clock:
    """A budget that is used up when it was looked at so often."""

    def __init__(self, looks):
        self.looks = looks

    def check(self):
        self.looks -= 1
        if self.looks < 0:
            raise TimeoutError


@pytest.mark.parametrize("name", [name for name in NAMES if name != "kamatera"])  # it has no hook
def test_each_object_of_a_list_looks_at_the_clock(name, monkeypatch):
    clock = Clock(COPIES - 1)
    monkeypatch.setattr(each, "budget_in_use", lambda: clock)
    with pytest.raises(ProviderError) as caught:
        read_with(name, "virtual_machines", many(COPIES))

    assert caught.value.code is ProviderErrorCode.TIMEOUT


def test_each_loop_over_the_objects_of_a_reply_looks_at_the_clock(monkeypatch):
    """A driver with a loop over all rules for each machine does this."""
    clock = Clock(3)
    monkeypatch.setattr(apart, "budget_in_use", lambda: clock)
    with recorded("vultr") as (cloud, _replies):
        driver = cloud._driver

        def list_nodes():
            found = driver.connection.request("/v2/instances").object["instances"]
            return [None for _one in range(4) for _other in found]

        monkeypatch.setattr(driver, "list_nodes", list_nodes)
        with pytest.raises(ProviderError) as caught:
            cloud.read("virtual_machines")

    assert caught.value.code is ProviderErrorCode.TIMEOUT


def test_libclouds_file_of_prices_is_read_once_for_a_driver_that_it_lacks(monkeypatch):
    """libcloud's own function reads it for each size."""
    reads = []
    plain = pricing.get_pricing_file_path
    monkeypatch.setattr(
        pricing, "get_pricing_file_path", lambda **of: reads.append(of) or plain(**of)
    )
    monkeypatch.delitem(pricing.PRICING_DATA["compute"], "openstack", raising=False)
    with recorded("openstack") as (cloud, _replies):
        assert len(cloud.read("sizes")) > 1

    assert len(reads) == 1
