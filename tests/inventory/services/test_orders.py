"""An order's values depend on the kind of cloud, and are checked before there is a job."""

import pytest

from gateway.core.errors import NotSupported
from inventory.providers import ProviderError, ProviderErrorCode, all_kinds
from inventory.services.machines import machine_provision
from inventory.services.orders import INPUT_NAMES, ProvisionRequest
from inventory.services.providers import provider_connect
from jobs.api import Job
from tests.inventory.cloud_patches import patch_named
from tests.inventory.factories import make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),  # threads store what the cloud answers
    pytest.mark.any_database,  # it is about what the cloud is sent and answers
]


@pytest.fixture
def provider():
    return provider_connect(
        owner=make_user(),
        kind="digitalocean",
        name="droplets",
        credentials={"token": "a-token-of-tests"},
        regions=None,
    )


def order(**given):
    return ProvisionRequest(name="web", size="s-1", image="i-1", **given)


def test_what_a_kind_has_no_place_for_is_refused_and_no_job_is_made(provider):
    with pytest.raises(NotSupported) as caught:
        machine_provision(
            provider=provider,
            request=order(security_groups=("web",)),
            requested_by=provider.owner,
        )

    assert caught.value.field == "securityGroups"
    assert "DigitalOcean" in caught.value.message
    assert not Job.objects.exists()


def test_an_order_without_it_is_taken(provider, monkeypatch):
    def no_answer(*_arguments):
        raise ProviderError(ProviderErrorCode.TIMEOUT, "No answer in time.")

    for catalogue in ("list_sizes", "list_images"):
        patch_named(monkeypatch, catalogue, no_answer)

    machine_provision(provider=provider, request=order(), requested_by=provider.owner)

    assert Job.objects.count() == 1


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.slug)
def test_what_is_unorderable_is_part_of_an_order(kind):
    assert kind.unorderable <= set(INPUT_NAMES)
