"""At every kind of cloud, an order names an existing size and image, by id or by name."""

import pytest

from gateway.core.errors import InvalidInput
from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import Size, VirtualMachine
from inventory.providers import Capability
from inventory.resources.image import Image
from inventory.services.machines import machine_provision, machine_resize
from inventory.services.orders import ProvisionRequest
from inventory.services.providers import provider_connect
from jobs.api import Job
from tests.inventory.factories import machine_source, make_user
from tests.inventory.providers.contract.every import backed, machine_kinds

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about what the cloud is sent and answers
]
UNKNOWN = "no-such-thing.large"


@pytest.fixture(params=machine_kinds())
def account(request):
    account = backed(request)
    account.launch()
    return account


@pytest.fixture
def provider(account):
    given = {name: str(one) for name, one in account.credentials.items() if one is not None}
    provider = provider_connect(
        owner=make_user(),
        kind=account.slug,
        name=account.slug,
        credentials=given,
        regions=[account.region],
    )
    for source in provider.sources.select_related("provider"):
        refresh([Ask(source, 0)])
    return provider


def buy(provider, **given):
    request = ProvisionRequest(name="made-here", **given)
    return machine_provision(provider=provider, request=request, requested_by=None)


def only_named(model, provider, **architecture):
    """An entry whose name no other entry has, and is no id."""
    rows = list(model.objects.filter(provider=provider, **architecture).order_by("pk"))
    folded = [row.name_folded for row in rows]
    ids = {row.external_id for row in rows}
    for row in rows:
        if folded.count(row.name_folded) == 1 and row.name not in ids - {row.external_id}:
            return row
    raise AssertionError(f"{model.__name__}: each name stands for several.")


@pytest.mark.parametrize("field", ["size", "image"])
def test_an_unknown_one_is_refused_before_there_is_a_job(account, provider, field):
    given = {"size": account.size, "image": account.image} | {field: UNKNOWN}

    with pytest.raises(InvalidInput) as caught:
        buy(provider, **given)

    assert caught.value.field == field
    assert f"{account.region} offers no {field} '{UNKNOWN}'." in caught.value.message
    assert not Job.objects.exists()


def test_ids_are_taken(account, provider):
    job = buy(provider, size=account.size, image=account.image)

    assert (job.arguments["size"], job.arguments["image"]) == (account.size, account.image)


def test_names_are_taken_in_any_case(provider):
    image = only_named(Image, provider)
    booted = {"architecture": image.architecture} if image.architecture else {}
    size = only_named(Size, provider, **booted)

    job = buy(provider, size=size.name.upper(), image=image.name.upper())

    assert (job.arguments["size"], job.arguments["image"]) == (size.external_id, image.external_id)


def test_a_resize_to_an_unknown_size_is_refused(account, provider):
    if Capability.RESIZE not in account.kind.capabilities:
        pytest.skip("It has no resize.")
    rows = VirtualMachine.objects.select_related("source__provider", "provider")
    machine = rows.filter(source=machine_source(provider)).first()

    with pytest.raises(InvalidInput) as caught:
        machine_resize(machine=machine, size=UNKNOWN, requested_by=None)

    assert caught.value.field == "size"
    assert not Job.objects.exists()


@pytest.mark.parametrize("account", ["google"], indirect=True)
@pytest.mark.parametrize("size", ["custom-2-4096", "n2-custom-4-8192", "e2-custom-micro-1024"])
def test_a_custom_machine_type_is_in_no_list_and_can_be_ordered(account, provider, size):
    assert buy(provider, size=size, image=account.image).arguments["size"] == size


@pytest.mark.parametrize("account", ["aws"], indirect=True)
def test_an_instance_type_that_the_stored_list_lacks_is_asked_for(account, provider):
    Size.objects.filter(provider=provider, external_id="m5.large").delete()

    assert buy(provider, size="m5.large", image=account.image).arguments["size"] == "m5.large"


@pytest.mark.parametrize("account", ["azure"], indirect=True)
def test_a_size_is_looked_up_where_the_order_goes(account, provider):
    Size.objects.filter(provider=provider, external_id=account.size).delete()
    job = buy(provider, size=account.size, image=account.image, location="westeurope")

    assert job.arguments["size"] == account.size
