"""A name in an order counts as the cloud has it now: not as an old catalogue has it, and not as the
catalogue of another account.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models import F

from gateway.core.errors import InvalidInput
from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.live.source_state import close_breakers, mark_dirty
from inventory.models import Location, Size, VirtualMachine
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.providers.simulator import images
from inventory.providers.simulator.objects import Kind
from inventory.resources.image import Image
from inventory.services.machine_dry_runs import dry_run_provision, dry_run_resize
from inventory.services.machines import machine_provision, machine_resize
from inventory.services.orders import ProvisionRequest
from inventory.services.providers import provider_update
from jobs.api import Job
from tests.inventory.cloud_patches import patch_cloud, patch_named, plain_cloud, plain_named
from tests.inventory.factories import machine_source, make_simulator
from tests.inventory.operations.running import run_to_its_end

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about what the cloud is sent and answers
]

RESOURCES = {"size": "sizes", "image": "images", "location": "locations"}
LISTS = {"size": "list_sizes", "image": "list_images", "location": "list_locations"}
HOUR = timedelta(hours=1)


@pytest.fixture
def provider(monkeypatch):
    """A provider without images of its own, which depend on the seed."""
    monkeypatch.setattr(images, "OWN", Kind("images", "img-", lambda _driver: {}))
    return make_simulator(seed="one", machines=2, regions=["r1", "r2"], region_names="r1,r2")


@pytest.fixture
def catalogue(monkeypatch):
    """The cloud's lists, with entries renamed "golden": ``catalogue[field]`` has their numbers."""
    golden = {}
    asked = []

    def listing(field):
        original = plain_named(LISTS[field])

        def answer(cloud, *arguments):
            asked.append((cloud._driver.place.region, field))
            found = original(cloud, *arguments)
            named = golden.get(field, ())
            return [
                replace(one, name="golden") if number in named else one
                for number, one in enumerate(sorted(found, key=lambda one: one.external_id))
            ]

        patch_named(monkeypatch, LISTS[field], answer)

    for field in LISTS:
        listing(field)
    golden["asked"] = asked
    return golden


def read(provider):
    sources = provider.sources.filter(resource__in=RESOURCES.values())
    refresh([Ask(source, 0) for source in sources.select_related("provider")])


def age(provider, by):
    provider.sources.exclude(fetched_at=None).update(
        fetched_at=F("fetched_at") - by,
        listing_started_at=F("listing_started_at") - by,
        attempt_started_at=F("attempt_started_at") - by,
    )


def aged(provider):
    age(provider, HOUR + timedelta(minutes=1))


def dirty(provider):
    mark_dirty(provider.sources.all())


def another_account(provider):
    provider_update(provider=provider, credentials={"seed": "two"}, by=provider.owner)
    provider.refresh_from_db()


OUTDATED = [aged, dirty, another_account]


def order(**changes):
    return ProvisionRequest(
        **{"name": "web", "size": "sim.nano", "image": "img-debian-12"} | changes
    )


def buy(provider, **changes):
    return machine_provision(
        provider=provider, request=order(**changes), requested_by=provider.owner
    )


def ids(provider, field):
    """The ids of the first region, in the order in which ``catalogue`` counts them."""
    model = {"size": Size, "image": Image, "location": Location}[field]
    found = model.objects.filter(provider=provider, region="r1").order_by("external_id")
    return list(found.values_list("external_id", flat=True))


@pytest.mark.parametrize("outdate", OUTDATED)
@pytest.mark.parametrize("field", LISTS)
def test_a_name_that_went_over_to_another_entry_stands_for_that(
    provider, catalogue, field, outdate
):
    catalogue[field] = [0]
    read(provider)
    catalogue[field] = [1]
    outdate(provider)

    assert dry_run_provision(provider=provider, request=order(**{field: "golden"})).allowed
    job = buy(provider, **{field: "GOLDEN"})

    assert job.arguments[field] == ids(provider, field)[1]
    assert run_to_its_end(job).state == "SUCCEEDED"


@pytest.mark.parametrize("outdate", OUTDATED)
def test_a_name_that_is_gone_is_refused_and_one_of_several_too(provider, catalogue, outdate):
    catalogue["image"] = [0]
    read(provider)
    for named, message in (([], "offers no image 'golden'"), ([1, 2], "Several images of r1")):
        catalogue["image"] = named
        outdate(provider)
        with pytest.raises(InvalidInput, match=message) as caught:
            buy(provider, image="golden")
    assert all(one in caught.value.message for one in ids(provider, "image")[1:3])
    assert not Job.objects.exists()


@pytest.mark.parametrize("outdate", OUTDATED)
def test_a_resize_by_a_name_reads_an_old_list_anew(provider, catalogue, outdate):
    refresh([Ask(machine_source(provider, "r1"), 0)])
    machines = VirtualMachine.objects.filter(provider=provider, region="r1")
    catalogue["size"] = [0]
    read(provider)
    catalogue["size"] = [1]
    outdate(provider)
    machine = machines.select_related("source__provider", "provider").first()

    asked = {"machine": machine, "size": "golden", "stop_first": True}
    dry_run_resize(**asked)
    job = machine_resize(**asked, requested_by=provider.owner)

    assert job.arguments["size"] == ids(provider, "size")[1]


def test_a_young_list_is_not_read_for_a_name(provider, catalogue):
    catalogue["image"] = [0]
    read(provider)
    age(provider, HOUR - timedelta(minutes=5))
    catalogue["asked"].clear()

    assert buy(provider, image="golden").arguments["image"] == ids(provider, "image")[0]
    assert catalogue["asked"] == []


def test_an_id_is_found_in_an_old_list(provider, catalogue):
    read(provider)
    aged(provider)
    catalogue["asked"].clear()

    buy(provider)

    assert catalogue["asked"] == []


def test_only_regions_up_to_the_one_that_has_the_name_are_read(provider, catalogue):
    catalogue["image"] = [0]
    read(provider)
    aged(provider)
    catalogue["asked"].clear()

    buy(provider, image="golden")

    assert catalogue["asked"] == [("r1", "image")]


def test_an_old_list_that_cannot_be_read_now_leaves_the_name_to_the_job(
    provider, catalogue, monkeypatch
):
    catalogue["image"] = [0]
    read(provider)
    aged(provider)
    catalogue["image"] = [1]
    listed = plain_cloud("images", "list")

    def no_answer(*_arguments):
        raise ProviderError(ProviderErrorCode.TIMEOUT, "No answer in time.")

    patch_cloud(monkeypatch, "images", "list", no_answer)
    job = buy(provider, image="golden")
    assert job.arguments["image"] == "golden"
    patch_cloud(monkeypatch, "images", "list", listed)
    close_breakers(provider.sources.all())

    ended = run_to_its_end(job)

    assert ended.state == "SUCCEEDED", ended.error_message
    made = VirtualMachine.objects.get(external_id=ended.result["externalId"], provider=provider)
    assert made.image_id == ids(provider, "image")[1]
