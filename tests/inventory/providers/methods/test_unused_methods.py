"""A function fails here if it does not call libcloud's method and is not shown to be better."""

import inspect
import re
from pathlib import Path

import pytest
from libcloud.compute.drivers.digitalocean import DigitalOcean_v2_NodeDriver
from libcloud.compute.drivers.linode import LinodeNodeDriverV4
from libcloud.compute.drivers.openstack import OpenStack_2_NodeDriver

from inventory.providers import all_kinds, get_kind
from inventory.providers.generic import libcloud_method
from tests.inventory.providers.methods.table import CHECKS, ELSEWHERE, ROWS_OF, page

PAGE = Path(__file__).parents[4] / "docs" / "libcloud-methods.md"


@pytest.mark.parametrize("row", CHECKS, ids=str)
def test_libclouds_method_has_the_defect(row):
    CHECKS[row]()


# The drivers of kinds whose functions call libcloud's methods directly.
CLASSES = {
    "digitalocean": DigitalOcean_v2_NodeDriver,
    "linode": LinodeNodeDriverV4,
    "openstack": OpenStack_2_NodeDriver,
}
CALL = re.compile(r"driver\.(\w+)\(")


def calls_a_method(slug, function):
    """True if the function calls a method of libcloud's driver, by its mark or by its text."""
    if libcloud_method(function) is not None:
        return True
    called = CALL.findall(inspect.getsource(function))
    return any(hasattr(CLASSES.get(slug), name) for name in called)


def by_hand(slug):
    """The capabilities whose function calls no method of libcloud."""
    return {
        f"{resource}.{verb}"
        for (resource, verb), function in get_kind(slug).table.functions.items()
        if resource not in ELSEWHERE and not calls_a_method(slug, function)
    }


@pytest.mark.parametrize("slug", ROWS_OF)
def test_each_capability_calls_libclouds_method_or_says_why_not(slug):
    said = ROWS_OF[slug].keys() - {""}

    assert by_hand(slug) - said == set()
    # A row of what libcloud does is one too many; an order of Linode's is its own driver's.
    assert said - by_hand(slug) <= {"virtual_machines.provision"}


def test_each_kind_of_machines_or_containers_that_libcloud_knows_is_compared():
    """libvirt and github are not libcloud's; the simulator is no cloud; s3 has objects alone."""
    apart = {"libvirt", "github", "simulator", "s3", "libcloud"}
    assert {kind.slug for kind in all_kinds()} - apart == set(ROWS_OF)


def test_the_page_is_made_of_the_table():
    assert PAGE.read_text(encoding="utf-8") == page()
