"""Sizes, images and locations of an order are looked up before there is a job."""

import pytest

from gateway.core.errors import InvalidInput
from gateway.core.folding import folded
from gateway.core.ids import global_id
from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.live.source_state import close_breakers
from inventory.models import Size, VirtualMachine
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.records.image import ImageRecord
from inventory.resources.image import Image
from inventory.services.machine_dry_runs import dry_run_provision, dry_run_resize
from inventory.services.machines import machine_provision, machine_resize
from inventory.services.orders import ProvisionRequest
from jobs.api import Job, KeyReused
from tests.inventory.cloud_patches import patch_cloud, patch_named, plain_cloud, plain_named
from tests.inventory.factories import machine_source, make_simulator
from tests.inventory.operations.running import effects_of, run_to_its_end

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about what the cloud is sent and answers
]

READS = {"size": "list_sizes", "image": "list_images", "location": "list_locations"}


@pytest.fixture
def provider():
    return make_simulator(machines=3, regions=["r1", "r2"])


@pytest.fixture
def machine(provider):
    refresh([Ask(machine_source(provider, "r2"), 0)])
    found = VirtualMachine.objects.filter(provider=provider, region="r2")
    return found.select_related("source__provider", "provider").first()


@pytest.fixture
def unreadable(monkeypatch):
    """Makes a catalogue unreadable; returns what makes it readable again."""

    def no_answer(*_arguments):
        raise ProviderError(ProviderErrorCode.TIMEOUT, "No answer in time.")

    def _unreadable(field):
        original = plain_named(READS[field])
        patch_named(monkeypatch, READS[field], no_answer)
        return lambda: patch_named(monkeypatch, READS[field], original)

    return _unreadable


def order(**changes):
    given = {"name": "web", "size": "sim.nano", "image": "img-debian-12"} | changes
    return ProvisionRequest(**given)


def buy(provider, *, count=1, key=None, **changes):
    return machine_provision(
        provider=provider,
        request=order(**changes),
        count=count,
        requested_by=provider.owner,
        idempotency_key=key,
    )


def read_catalogues(provider):
    for resource in ("sizes", "images", "locations"):
        sources = provider.sources.filter(resource=resource).select_related("provider")
        refresh([Ask(source, 0) for source in sources])


def rename(model, external_ids, name, **limits):
    rows = model.objects.filter(external_id__in=external_ids, **limits)
    assert rows.update(name=name, name_folded=folded(name)) >= len(external_ids)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("wrong", "value"), [("size", "sim.none"), ("image", "img-none"), ("location", "r9-a")]
)
def test_an_order_of_something_unknown_is_refused_and_no_job_is_made(
    provider, simulator_directory, wrong, value, count
):
    with pytest.raises(InvalidInput) as caught:
        buy(provider, count=count, **{wrong: value})

    assert caught.value.field == wrong
    assert (
        f"r1 offers no {wrong} '{value}'. r2 offers no {wrong} '{value}'." in caught.value.message
    )
    assert f'provider(id: "{provider.scope}") {{ {wrong}s' in caught.value.message
    assert not Job.objects.exists()
    assert effects_of(simulator_directory, provider) == []


@pytest.mark.parametrize("spelling", [str, str.upper])
def test_shown_names_stand_for_ids(provider, spelling):
    read_catalogues(provider)
    rename(Size, ["sim.small"], "Two processors")
    size = spelling("Two processors")

    job = buy(provider, size=size, image=spelling("Debian 12"))

    assert (job.arguments["size"], job.arguments["image"]) == ("sim.small", "img-debian-12")
    assert job.arguments["region"] == "r1"
    ended = run_to_its_end(job)
    assert ended.state == "SUCCEEDED", ended.error_message
    made = VirtualMachine.objects.get(external_id=ended.result["externalId"], provider=provider)
    assert (made.size_id, made.image_id) == ("sim.small", "img-debian-12")


def test_each_of_several_is_ordered_by_the_id(provider):
    parent = buy(provider, count=2, image="debian 12")

    assert {child.arguments["image"] for child in parent.children.all()} == {"img-debian-12"}


def test_an_id_wins_over_the_same_name(provider):
    read_catalogues(provider)
    rename(Image, ["img-debian-13"], "img-debian-12")

    assert buy(provider).arguments["image"] == "img-debian-12"


def test_a_name_of_several_is_refused_with_their_ids(provider):
    read_catalogues(provider)
    rename(Image, ["img-debian-12", "img-debian-13"], "Debian", region="r1")

    with pytest.raises(InvalidInput, match="img-debian-12, img-debian-13") as caught:
        buy(provider, image="Debian")

    assert caught.value.field == "image"
    assert not Job.objects.exists()


def test_a_name_is_looked_up_in_the_region_that_is_named(provider):
    read_catalogues(provider)
    rename(Image, ["img-debian-12", "img-debian-13"], "Debian", region="r1")
    rename(Image, ["img-debian-13"], "Debian", region="r2")

    job = buy(provider, image="Debian", location="r2")

    assert (job.arguments["image"], job.arguments["region"]) == ("img-debian-13", "r2")


def test_an_order_by_ids_leaves_the_region_to_the_job(provider):
    assert buy(provider).arguments["region"] is None


def test_an_image_beyond_the_stored_choice_is_found(provider, monkeypatch):
    read_catalogues(provider)
    original = plain_cloud("images", "list")

    def list_images(cloud, search=None):
        rare = [ImageRecord("img-rare", "Rare 1"), ImageRecord("img-rarer", "Rare 10")]
        return original(cloud, search) + (rare if search else [])

    patch_cloud(monkeypatch, "images", "list", list_images)

    assert buy(provider, image="img-rare").arguments["image"] == "img-rare"
    assert buy(provider, image="Rare 1").arguments["image"] == "img-rare"


@pytest.mark.parametrize("field", ["size", "image"])
def test_a_catalogue_that_cannot_be_read_leaves_the_check_to_the_job(
    provider, unreadable, field, simulator_directory
):
    readable_again = unreadable(field)

    bad, good = buy(provider, **{field: "unknown"}), buy(provider)
    readable_again()
    close_breakers(provider.sources.all())

    ended = run_to_its_end(bad)
    assert (ended.state, ended.error_code) == ("FAILED", "NOT_FOUND")
    assert f"r1 offers no {field} 'unknown'." in ended.error_message
    assert run_to_its_end(good).state == "SUCCEEDED"
    assert effects_of(simulator_directory, provider) == ["create"]


def test_a_name_that_could_not_be_looked_up_is_looked_up_by_the_job(provider, unreadable):
    readable_again = unreadable("image")
    job = buy(provider, image="Debian 12")
    assert job.arguments["image"] == "Debian 12"
    readable_again()

    ended = run_to_its_end(job)

    assert ended.state == "SUCCEEDED", ended.error_message
    made = VirtualMachine.objects.get(external_id=ended.result["externalId"], provider=provider)
    assert made.image_id == "img-debian-12"


@pytest.mark.parametrize("count", [1, 2])
def test_a_key_stands_for_the_order_as_it_was_given(provider, count):
    first = buy(provider, key="k", image="Debian 12", count=count)
    rename(Image, ["img-debian-12"], "Another name")

    assert buy(provider, key="k", image="Debian 12", count=count) == first
    with pytest.raises(KeyReused):
        buy(provider, key="k", image="img-debian-12", count=count)


def test_a_dry_run_reports_what_is_not_offered_and_takes_names(provider):
    refused = dry_run_provision(provider=provider, request=order(size="sim.none"))
    allowed = dry_run_provision(provider=provider, request=order(image="debian 12"))

    assert [check.name for check in refused.checks if not check.ok] == ["offer"]
    assert allowed.allowed, allowed.checks


def resize(machine, size, key=None):
    return machine_resize(
        machine=machine,
        size=size,
        stop_first=True,
        requested_by=machine.provider.owner,
        idempotency_key=key,
    )


def test_a_resize_to_an_unknown_size_is_refused(machine):
    with pytest.raises(InvalidInput, match=r"r2 offers no size 'sim\.none'\.") as caught:
        resize(machine, "sim.none")

    assert caught.value.field == "size"
    assert not Job.objects.exists()
    run = dry_run_resize(machine=machine, size="sim.none", stop_first=True)
    assert [check.name for check in run.checks if not check.ok] == ["offer"]


def test_a_resize_takes_a_name_and_refuses_one_of_several(provider, machine):
    read_catalogues(provider)
    rename(Size, ["sim.large"], "Big")
    assert dry_run_resize(machine=machine, size="BIG", stop_first=True).allowed

    job = resize(machine, "big", key="k")

    assert job.arguments["size"] == "sim.large"
    rename(Size, ["sim.nano"], "Big")
    assert resize(machine, "big", key="k") == job
    with pytest.raises(InvalidInput, match=r"sim\.large, sim\.nano"):
        resize(machine, "Big")


def test_a_resize_by_a_size_s_id_needs_no_name(provider, machine):
    read_catalogues(provider)
    size = global_id("Size", f"{provider.public_id}:r2:sim.large")

    assert resize(machine, size).arguments["size"] == "sim.large"


def test_a_resize_is_not_blocked_by_sizes_that_cannot_be_read(machine, unreadable):
    unreadable("size")

    assert resize(machine, "sim.large").arguments["size"] == "sim.large"


def test_an_image_that_does_not_boot_on_the_size_is_refused_before_there_is_a_job(provider):
    assert dry_run_provision(provider=provider, request=order()).allowed
    Size.objects.filter(external_id="sim.nano").update(architecture="arm64")
    conflict = r"img-debian-12 is for x86_64 and does not boot on sim.nano, which is arm64"

    run = dry_run_provision(provider=provider, request=order())

    assert not run.allowed
    assert [check.name for check in run.checks if not check.ok] == ["architecture"]
    with pytest.raises(InvalidInput, match=conflict) as refusal:
        machine_provision(provider=provider, request=order(), requested_by=provider.owner)
    assert refusal.value.field == "image"
    assert not Job.objects.exists()

    Size.objects.filter(external_id="sim.nano").update(architecture=None)
    assert dry_run_provision(provider=provider, request=order()).allowed


@pytest.mark.parametrize("image_is_known", [True, False])
def test_a_size_that_does_not_boot_the_machine_is_refused_before_there_is_a_job(
    provider, machine, image_is_known
):
    read_catalogues(provider)
    if not image_is_known:
        Image.objects.filter(external_id=machine.image_id).update(architecture=None)
    bigger = "sim.xlarge" if machine.size_id == "sim.large" else "sim.large"
    assert dry_run_resize(machine=machine, size=bigger, stop_first=True).allowed
    Size.objects.filter(external_id=bigger).update(architecture="arm64")
    conflict = f"is for x86_64 and does not boot on {bigger}, which is arm64"

    run = dry_run_resize(machine=machine, size=bigger, stop_first=True)

    assert not run.allowed
    assert [check.name for check in run.checks if not check.ok] == ["architecture"]
    with pytest.raises(InvalidInput, match=conflict) as refusal:
        resize(machine, bigger)
    assert refusal.value.field == "size"
    assert not Job.objects.exists()
