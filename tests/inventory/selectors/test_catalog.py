import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import VirtualMachine
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.selectors.catalog import CatalogLookup
from tests.inventory.factories import make_simulator

pytestmark = pytest.mark.django_db


class CountedList(list):
    """Knows how often somebody went through it."""

    walks = 0

    def __iter__(self):
        self.walks += 1
        return super().__iter__()


def machines(provider, *, count):
    return CountedList(
        VirtualMachine(provider=provider, region="here", size_id="s-1", image_id="i-1")
        for _ in range(count)
    )


def named(lookup, machine):
    """The names of its size and image."""
    entries = [lookup.entry_of(VIRTUAL_MACHINES, machine, name) for name in ("size", "image")]
    return tuple(entry.name for entry in entries)


def test_a_page_is_gone_through_once_not_once_a_machine():
    provider = make_simulator()
    found = machines(provider, count=50)
    lookup = CatalogLookup(found)
    named(lookup, found[0])
    walks_for_one = found.walks

    with CaptureQueriesContext(connection) as captured:
        names = {named(lookup, found[n]) for n in range(50)}

    assert names == {("s-1", "i-1")}
    assert found.walks == walks_for_one
    assert len(captured) == 0
