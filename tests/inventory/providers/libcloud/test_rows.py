"""The reviewed table of drivers matches libcloud's drivers."""

import inspect
import socket
import subprocess
import sys

import pytest
from libcloud.common import cloudsigma, dimensiondata, nttcis
from libcloud.compute.base import NodeDriver
from libcloud.compute.drivers import ec2, rackspace
from libcloud.compute.providers import DRIVERS
from libcloud.compute.types import NodeState

from inventory.providers import get_kind
from inventory.providers.libcloud.actions import STATES
from inventory.providers.libcloud.build import arguments_of, build
from inventory.providers.libcloud.offered import ROWS
from inventory.providers.libcloud.refused import REFUSED
from inventory.providers.libcloud.rows import HOST
from tests.inventory.providers.libcloud.recorded import credentials_of

BY_NAME = {row.name: row for row in ROWS}
METHODS = {
    "list": ["list_nodes"],
    "start": ["start_node", "ex_start_node", "ex_start", "ex_power_on_node"],
    "stop": ["stop_node", "ex_stop_node", "ex_stop", "ex_shutdown_node"],
    "reboot": ["reboot_node"],
    "terminate": ["destroy_node"],
    "sizes": ["list_sizes"],
    "images": ["list_images"],
    "locations": ["list_locations"],
}
REGIONS = {
    "cloudsigma": set(cloudsigma.API_ENDPOINTS_2_0),
    "dimensiondata": set(dimensiondata.API_ENDPOINTS),
    "internetsolutions": set(dimensiondata.API_ENDPOINTS),
    "ntta": set(dimensiondata.API_ENDPOINTS),
    "nttcis": set(nttcis.API_ENDPOINTS),
    "ec2": set(ec2.EC2NodeDriver.list_regions()),
    "outscale_inc": set(ec2.OUTSCALE_INC_REGION_DETAILS),
    "outscale_sas": set(ec2.OUTSCALE_SAS_REGION_DETAILS),
    "rackspace": set(rackspace.ENDPOINT_ARGS_MAP),
}
# Methods that a driver has, and that can do nothing, or that do more than they are called.
BROKEN = {
    "rackspace_first_gen": {"start", "stop"},
    "eucalyptus": {"locations"},
    "kubevirt": {"terminate"},
}
FILES = ("file", "path", "cert")
SECRETS = ("secret", "password", "token", "consumer")


@pytest.fixture
def no_sockets(monkeypatch):
    def refused(*_arguments, **_options):
        pytest.fail("A socket was opened.")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)


def built(name, region=None, **given):
    kind = get_kind("libcloud", name)
    credentials = kind.clean_credentials(credentials_of(name) | given)
    return build(BY_NAME[name], credentials, region or kind.default_regions[0], 5)


def has(driver, method):
    own = getattr(type(driver), method, None)
    if own is None or own is getattr(NodeDriver, method, None):
        return False
    needs_more = [
        one
        for one in list(inspect.signature(own).parameters.values())[1:]
        if one.default is one.empty and one.kind is one.POSITIONAL_OR_KEYWORD
    ]
    return not (method.startswith("list_") and needs_more)


def first_method(driver, names):
    return next((name for name in names if has(driver, name)), None)


def versions():
    for row in ROWS:
        for argument in row.arguments:
            if argument.name == "api_version":
                yield from ((row.name, {argument.name: one}) for one in argument.choices)
        if all(argument.name != "api_version" for argument in row.arguments):
            yield row.name, {}


def test_each_driver_of_libcloud_is_offered_or_refused():
    assert set(BY_NAME) | set(REFUSED) == set(DRIVERS)
    assert not set(BY_NAME) & set(REFUSED)
    assert list(BY_NAME) == sorted(BY_NAME)
    assert (len(BY_NAME), len(REFUSED)) == (38, 11)


@pytest.mark.parametrize(("name", "given"), list(versions()))
def test_a_driver_is_built_without_a_request_and_can_what_its_row_says(no_sockets, name, given):
    driver, row = built(name, **given), BY_NAME[name]

    can = [word for word, names in METHODS.items() if first_method(driver, names)]
    able = set(row.can.split()) - {"provision"}  # for which see test_orders
    assert able == set(can) - BROKEN.get(name, set())
    if "start" in row.can.split():
        assert row.start == first_method(driver, METHODS["start"])
    if "stop" in row.can.split():
        assert row.stop == first_method(driver, METHODS["stop"])
    assert driver.connection.timeout == 5


@pytest.mark.parametrize("name", REGIONS)
def test_a_row_has_the_regions_of_its_driver(no_sockets, name):
    assert set(BY_NAME[name].regions) == REGIONS[name]
    for region in BY_NAME[name].regions:
        built(name, region)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_no_field_is_a_path_of_a_file_and_secrets_are_marked(row):
    for argument in row.arguments:
        assert not any(word in argument.name for word in FILES)
        if any(word in argument.name for word in SECRETS):
            assert argument.secret
    keys = {one.name: one for one in row.arguments}
    if "key" in keys and "secret" not in keys:
        assert keys["key"].secret


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_an_address_reaches_the_constructor_as_it_was_given(row):
    if not any(argument.address for argument in row.arguments):
        pytest.skip("Its address is libcloud's.")
    kind = get_kind("libcloud", row.name)
    scheme = "https" if row.address.https_only else "http"
    url = f"{scheme}://a.example:81" + ("" if row.address.address == HOST else "/b")
    values = kind.clean_credentials(credentials_of(row.name) | {"url": url})

    given = arguments_of(row, values, "r")

    parts = {"host": "a.example", "port": 81, "secure": scheme == "https", "path": "/b"}
    for name in row.address.address:
        assert given[name] == parts.get(name, url)


def test_each_account_of_outscale_asks_its_own_region():
    first, second = built("outscale_sas", "eu-west-1"), built("outscale_inc", "us-east-2")

    assert first.connection.host != second.connection.host
    assert first.connection.connection.host == f"https://{first.connection.host}"
    assert second.connection.connection.host == f"https://{second.connection.host}"


def test_each_state_of_libcloud_has_one_of_ours():
    assert set(STATES) | {"unknown"} == {state.value for state in NodeState}


def test_a_start_imports_neither_boto3_nor_a_driver():
    """The script starts as a worker does: it discovers modules and runs Django's checks."""
    script = """
import sys, django
django.setup()
from django.core.checks import run_checks
from gateway.celery import app
from inventory.providers import all_kinds
from inventory.providers.checks import problems_of
app.loader.import_default_modules()
run_checks()
[*problems_of(next(kind for kind in all_kinds() if kind.slug == "libcloud"))]
heavy = {"boto3", "botocore", "s3transfer"} & {name.partition(".")[0] for name in sys.modules}
drivers = [name for name in sys.modules if name.startswith("libcloud.compute.drivers.")]
print([*sorted(heavy), *drivers])
"""
    run = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    # The kind aws subclasses the driver of EC2.
    assert run.stdout.strip() in {"[]", "['libcloud.compute.drivers.ec2']"}
