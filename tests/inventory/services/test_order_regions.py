"""The region of an order: the first region of the provider that offers it, as the schema says."""

import pytest

from gateway.core.errors import NotFound
from gateway.core.ids import global_id
from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import Size
from inventory.operations.placement import choose_region
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.resources import type_names
from inventory.resources.image import Image
from inventory.services.machine_dry_runs import dry_run_provision
from inventory.services.machines import machine_provision
from inventory.services.orders import (
    CATALOG_TYPES,
    ProvisionRequest,
    own_id,
    provision_arguments,
)
from inventory.services.providers import provider_update
from inventory.services.schedules import CATALOG_PARTS
from jobs.api import Job, OperationFailed
from tests.inventory.cloud_patches import patch_cloud, patch_named, plain_named
from tests.inventory.factories import make_simulator

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about what the cloud is sent and answers
]

READS = {"sizes": "list_sizes", "images": "list_images"}


@pytest.fixture
def provider():
    return make_simulator(machines=3, regions=["r1", "r2"], region_names="r1,r2")


def read(provider, *regions):
    resources = ("sizes", "images", "locations")
    sources = provider.sources.filter(resource__in=resources, region__in=regions)
    refresh([Ask(source, 0) for source in sources.select_related("provider")])


def order(**changes):
    return ProvisionRequest(
        **{"name": "web", "size": "sim.nano", "image": "img-debian-12"} | changes
    )


def region_of(provider, **changes):
    return choose_region(provider, provision_arguments(provider, order(**changes))).region


@pytest.fixture
def failing(monkeypatch):
    """Makes a resource of r1 unreadable; returns what makes it readable again."""

    def _failing(resource, code=ProviderErrorCode.TIMEOUT):
        method = READS[resource]
        original = plain_named(method)

        def answer(cloud, *arguments):
            if cloud._driver.place.region == "r1":
                raise ProviderError(code, "No answer in time.")
            return original(cloud, *arguments)

        patch_named(monkeypatch, method, answer)
        return lambda: patch_named(monkeypatch, method, original)

    return _failing


def test_a_region_that_was_never_read_is_read_before_it_is_passed_over(provider):
    read(provider, "r2")

    assert region_of(provider) == "r1"


@pytest.mark.parametrize("resource", READS)
def test_a_region_whose_list_failed_is_read_again_before_it_is_passed_over(
    provider, failing, resource
):
    readable_again = failing(resource)
    read(provider, "r1", "r2")
    readable_again()

    assert region_of(provider) == "r1"


@pytest.mark.parametrize("resource", READS)
def test_while_a_preferred_region_cannot_be_read_nothing_is_ordered_elsewhere(
    provider, failing, resource
):
    failing(resource)
    read(provider, "r1", "r2")

    with pytest.raises(OperationFailed, match="catalogue of r1 could not be read") as caught:
        region_of(provider)

    assert (caught.value.code, caught.value.retryable) == ("TIMEOUT", True)
    run = dry_run_provision(provider=provider, request=order())
    assert [(check.name, check.ok) for check in run.checks] == [
        ("capability", True),
        ("offer", False),
    ]
    assert region_of(provider, location="r2") == "r2"


@pytest.mark.parametrize(("model", "value"), [(Size, "sim.nano"), (Image, "img-debian-12")])
def test_a_region_that_does_not_offer_it_is_passed_over(provider, monkeypatch, model, value):
    method = READS["sizes" if model is Size else "images"]
    original = plain_named(method)

    def without(cloud, *arguments):
        found = original(cloud, *arguments)
        lacks = cloud._driver.place.region == "r1"
        return [one for one in found if not lacks or one.external_id != value]

    patch_named(monkeypatch, method, without)
    read(provider, "r1", "r2")

    assert region_of(provider) == "r2"


def test_what_the_first_region_is_known_to_offer_is_asked_of_no_other(provider, monkeypatch):
    read(provider, "r1")
    patch_cloud(monkeypatch, "sizes", "list", None)  # a call would fail
    patch_cloud(monkeypatch, "images", "list", None)

    assert region_of(provider) == "r1"


@pytest.mark.parametrize(
    ("field", "type_name", "value"),
    [
        ("size", "Size", "sim.nano"),
        ("image", "Image", "img-debian-12"),
        ("location", "Location", "r2-a"),
    ],
)
def test_an_id_of_a_region_that_is_connected_no_more_is_refused(provider, field, type_name, value):
    read(provider, "r1", "r2")
    named = order(**{field: global_id(type_name, f"{provider.public_id}:r2:{value}")})
    provider_update(provider=provider, regions=["r1"])
    provider.refresh_from_db()

    for act in (
        lambda: machine_provision(provider=provider, request=named, requested_by=None),
        lambda: dry_run_provision(provider=provider, request=named),
    ):
        with pytest.raises(NotFound, match="not connected to region r2 any more") as caught:
            act()
        assert caught.value.field == field
    assert not Job.objects.exists()


def test_a_job_whose_region_was_dropped_meanwhile_says_so(provider):
    named = order(size=global_id("Size", f"{provider.public_id}:r2:sim.nano"))
    arguments = provision_arguments(provider, named)
    provider_update(provider=provider, regions=["r1"])
    provider.refresh_from_db()

    with pytest.raises(OperationFailed, match="not connected to region r2 any more") as caught:
        choose_region(provider, arguments)

    assert (caught.value.code, caught.value.retryable) == ("NOT_FOUND", False)


def test_an_id_of_another_type_is_no_cloud_s_own_id(provider):
    """This includes the types of resources that no order names, as volumes."""
    local = f"{provider.public_id}:{provider.regions[0]}:sim.nano"

    for field, of in CATALOG_TYPES.items():
        for name in type_names():
            value = global_id(name, local)
            if name == of:
                assert own_id(provider, of, field, value) == (provider.regions[0], "sim.nano")
                continue
            with pytest.raises(NotFound, match=f"This provider has no {field} with this id"):
                own_id(provider, of, field, value)
    assert {"size", "image", "location"} == CATALOG_TYPES.keys()
    assert CATALOG_PARTS == {"size": "Size", "image": "Image"}
