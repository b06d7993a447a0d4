"""The reviewed table of volumes, snapshots and key pairs matches libcloud's drivers."""

import ast
import inspect
import textwrap
from functools import cache

import pytest
from libcloud.compute.base import NodeDriver

from inventory.providers import Capability, get_kind
from inventory.providers.capability import LIST
from inventory.providers.libcloud.evidence import ACTS_BY_GET
from inventory.providers.libcloud.offered import ROWS
from inventory.providers.libcloud.storage import method_of, row_of
from inventory.providers.libcloud.storage_offered import STORAGE
from inventory.providers.libcloud.storage_rows import WORDS
from inventory.types import Completeness
from tests.inventory.providers.libcloud.storage import LISTED, LISTS, ORDERS
from tests.inventory.providers.libcloud.test_rows import built, has

NAMES = [row.name for row in ROWS]
METHODS = {
    "volumes": ["list_volumes"],
    "create_volume": ["create_volume"],
    "attach": ["attach_volume"],
    "detach": ["detach_volume"],
    "delete_volume": ["destroy_volume"],
    "snapshots": ["list_volume_snapshots", "ex_list_snapshots", "list_snapshots"],
    "create_snapshot": ["create_volume_snapshot"],
    "delete_snapshot": ["destroy_volume_snapshot"],
    "key_pairs": ["list_key_pairs"],
    "import_key_pair": ["import_key_pair_from_string"],
    "delete_key_pair": ["delete_key_pair"],
}
# Methods of these names that are about something else.
OTHERS = {("nttcis", "list_snapshots")}


def is_own(driver, method):
    """True if the driver's class implements it: libcloud's base class and some drivers raise."""
    found = getattr(type(driver), method, None)
    return found not in {None, getattr(NodeDriver, method, None)} and not only_raises(found)


@cache
def only_raises(found):
    [function] = ast.parse(textwrap.dedent(inspect.getsource(found))).body
    return isinstance(function.body[-1], ast.Raise)


def has_word(name, driver, word):
    if word == "import_key_pair":  # some take the public key where others generate a pair
        made = getattr(type(driver), "create_key_pair", None)
        if made and "public_key" in inspect.signature(made).parameters:
            return True
    return any(is_own(driver, one) and (name, one) not in OTHERS for one in METHODS[word])


@pytest.mark.parametrize("name", NAMES)
def test_each_method_of_a_driver_is_offered_or_refused_with_the_reason(name):
    driver, row = built(name), row_of(name)

    methods = {word for word in METHODS if has_word(name, driver, word)}
    assert set(row.can.split()) | set(row.refused) == methods
    assert not set(row.can.split()) & set(row.refused)
    assert set(row.unshown.split()) <= set(row.can.split())
    for reason in row.refused.values():
        assert reason[:1].isupper()
        assert reason.endswith(".")
    for word in row.can.split():
        assert is_own(driver, method_of(row, word)), word


def test_the_words_are_the_capabilities_and_the_rows_are_drivers():
    assert set(METHODS) == set(WORDS)
    assert set(STORAGE) <= set(NAMES)
    assert list(STORAGE) == sorted(STORAGE)
    assert len(STORAGE) == len([name for name in NAMES if row_of(name).can or row_of(name).refused])


@pytest.mark.parametrize("name", STORAGE)
def test_the_kind_has_the_capabilities_of_the_row(name):
    kind, row = get_kind("libcloud", name), STORAGE[name]

    of_storage = {one for one in kind.capabilities if one in set(WORDS.values())}
    assert of_storage == {WORDS[word] for word in row.can.split()}
    if Capability.CREATE_SNAPSHOT in of_storage:  # it is looked for in the list
        assert Capability.LIST_SNAPSHOTS in of_storage


@pytest.mark.parametrize(("name", "resource"), LISTED)
def test_each_list_is_unproven(name, resource):
    assert get_kind("libcloud", name).completeness(resource) is Completeness.UNPROVEN
    assert (resource, LIST) in get_kind("libcloud", name).table.functions


@pytest.mark.parametrize("name", sorted(ACTS_BY_GET))
def test_nothing_is_created_by_get(name):
    assert not set(row_of(name).can.split()) & set(ORDERS)


def parameters(driver, method):
    return inspect.signature(getattr(driver, method)).parameters


@pytest.mark.parametrize("name", STORAGE)
def test_each_argument_is_one_that_the_method_takes(name):
    driver, row, words = built(name), STORAGE[name], STORAGE[name].can.split()

    if "attach" in words:
        taken = parameters(driver, "attach_volume")
        assert not row.device or "device" in taken
        assert row.device_needed == (
            "device" in taken and taken["device"].default is inspect._empty
        )
    if "detach" in words:
        taken = parameters(driver, "detach_volume")
        assert list(taken)[:1] == ["volume"]
        assert row.one_machine in {"", *taken}
        assert bool(row.one_machine) == bool({"ex_node", "ex_instance_id"} & set(taken))
    if "create_volume" in words:
        taken = parameters(driver, "create_volume")
        assert {"size", "name"} <= set(taken)
        assert row.type in {"", *taken}
        assert not row.from_snapshot or "snapshot" in taken
        assert "location" in taken or not row.location
        assert (taken["location"].default is inspect._empty) <= (row.location == "needed")
    if "create_snapshot" in words:
        assert {"name", "ex_description"} <= set(parameters(driver, "create_volume_snapshot"))
    if "snapshots" in words:
        assert set(row.all_snapshots) <= set(parameters(driver, row.snapshots))


@pytest.mark.parametrize("name", STORAGE)
def test_what_a_driver_has_no_place_for_is_named(name):
    refused = get_kind("libcloud", name).not_taken
    row = STORAGE[name]

    assert {f"{one}.tags" for one in LISTS} | {"volumes.encrypted"} <= set(refused)
    assert ("volumes.device" in refused) != row.device
    assert ("volumes.type" in refused) != bool(row.type)
    assert ("volumes.snapshot" in refused) != row.from_snapshot


def test_a_driver_without_a_row_lists_none():
    for name in set(NAMES) - set(STORAGE):
        driver = built(name)
        assert not [word for word in METHODS if has_word(name, driver, word)]
        assert has(driver, "list_nodes")
