"""The reviewed table of storage drivers matches libcloud's drivers."""

import inspect
import sys

import pytest
from libcloud.storage.base import StorageDriver
from libcloud.storage.drivers import digitalocean_spaces, ovh, rgw, scaleway
from libcloud.storage.providers import DRIVERS

from inventory.providers import get_kind
from inventory.providers.libcloud.rows import HOST
from inventory.providers.libcloud.stores.build import build
from inventory.providers.libcloud.stores.offered import CAPABILITIES, METHODS, PREFIX, STORES
from inventory.providers.libcloud.stores.refused import REFUSED
from tests.inventory.providers.libcloud.stores.recorded import SAMPLE_HOST, credentials_of
from tests.inventory.providers.libcloud.test_rows import no_sockets  # noqa: F401  (a fixture)

BY_NAME = {row.name: row for row in STORES}
REGIONS = {
    "digitalocean_spaces": digitalocean_spaces.DO_SPACES_HOSTS_BY_REGION,
    "ovh": ovh.REGION_TO_HOST_MAP,
    "s3_rgw_outscale": rgw.S3_RGW_OUTSCALE_HOSTS_BY_REGION,
    "scaleway": scaleway.REGION_TO_HOST_MAP,
}
# Methods that a driver has, to refuse it.
BROKEN = {"storage.auroraobjects": {"sign"}}


def built(name, region=None):
    kind = get_kind("libcloud", name)
    credentials = kind.clean_credentials(credentials_of(name))
    return build(BY_NAME[name], credentials, region or kind.default_regions[0], 5)


def test_each_driver_of_libcloud_is_offered_or_refused():
    assert set(BY_NAME) | set(REFUSED) == {f"{PREFIX}{name}" for name in DRIVERS}
    assert not set(BY_NAME) & set(REFUSED)
    assert list(BY_NAME) == sorted(BY_NAME)
    assert (len(BY_NAME), len(REFUSED)) == (7, 30)


@pytest.mark.parametrize("name", BY_NAME)
def test_a_driver_is_built_without_a_request_and_can_what_its_row_says(no_sockets, name):
    driver = built(name)

    has = {
        word
        for word, method in METHODS.items()
        if getattr(type(driver), method) is not getattr(StorageDriver, method)
    }
    assert set(BY_NAME[name].can.split()) == has - BROKEN.get(name, set())
    able = {one for word in BY_NAME[name].can.split() for one in CAPABILITIES[word]}
    assert get_kind("libcloud", name).capabilities == able
    assert driver.connection.timeout == 5


@pytest.mark.parametrize("name", REGIONS)
def test_each_region_has_its_host_also_beside_drivers_of_others(name):
    """OVH's and Scaleway's constructors set the host of a class that they share."""
    hosts = REGIONS[name]
    assert set(BY_NAME[f"{PREFIX}{name}"].regions) == set(hosts)

    drivers = {region: built(f"{PREFIX}{name}", region) for region in hosts}
    built("storage.ovh"), built("storage.scaleway")

    for region, driver in drivers.items():
        assert driver.connection.host == hosts[region]
        assert driver.connection.connection.host == f"https://{hosts[region]}"
        assert driver.region_name == region


@pytest.mark.parametrize("name", ["storage.ovh", "storage.scaleway"])
def test_a_driver_takes_no_host_of_a_class_that_another_thread_has_changed(name, monkeypatch):
    driver = built(name)
    monkeypatch.setattr(driver.connectionCls, "host", "elsewhere.example")

    hosts = REGIONS[name.removeprefix(PREFIX)]
    module = sys.modules[type(driver).__module__]
    assert module.REGION_TO_HOST_MAP is hosts
    assert built(name).connection.host == hosts[BY_NAME[name].regions[0]]


@pytest.mark.parametrize("row", STORES, ids=lambda row: row.name)
def test_arguments_are_of_the_constructor_and_secrets_are_marked(row):
    driver = built(row.name)
    taken = inspect.signature(type(driver).__init__).parameters
    for argument in row.arguments:
        names = argument.address or (argument.name,)
        assert set(names) <= set(taken)
        assert argument.secret == (argument.name == "secret")
    if row.address is not None:
        assert row.address.address == HOST
        host = f"{driver.connection.host}:{driver.connection.port}"
        assert f"https://{host}" == SAMPLE_HOST


@pytest.mark.parametrize("name", ["storage.minio", "storage.s3_rgw"])
def test_a_path_in_an_address_is_refused(name):
    from inventory.providers import CredentialProblem  # noqa: PLC0415

    given = credentials_of(name) | {"url": f"{SAMPLE_HOST}/path"}
    with pytest.raises(CredentialProblem, match="must have no path"):
        get_kind("libcloud", name).clean_credentials(given)
