"""``regions: ["all"]`` at every kind: nothing is lost when the regions cannot be listed, and a new
region is in the answer that finds it.

The list of regions itself is replaced here; each kind's own tests hold how it is read.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from gateway.core.graphql.context import Context
from gateway.core.graphql.execution import GraphQLRequest
from gateway.schema import executor
from inventory.models import Provider, Source
from inventory.providers import Capability, CredentialProblem, ProviderError
from inventory.providers import ProviderErrorCode as Code
from inventory.services.provider_checks import provider_check
from inventory.services.providers import provider_connect, provider_update
from tests.inventory.cloud_patches import patch_cloud
from tests.inventory.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "new-region"
QUERY = """{ providers { regions
    virtualMachines(maxAge: 0) { complete sources { region resource status error { code } } }
    containers(maxAge: 0) { complete sources { region resource status error { code } } } } }"""


class Regions:
    """The cloud's answer when its regions are listed."""

    def __init__(self, names):
        self.names, self.error = names, None

    def listed(self):
        if self.error is not None:
            raise ProviderError(self.error, "Not now.")
        return list(self.names)


@pytest.fixture
def listed(account, monkeypatch):
    regions = Regions([account.region])
    patch_cloud(monkeypatch, "regions", "list", lambda _cloud: regions.listed())
    return regions


def everywhere(account):
    given = {name: str(value) for name, value in account.credentials.items() if value is not None}
    if any(name in given for name in ("ca_certificate", "certificate")):
        given = {name: value for name, value in given.items() if value}
    return provider_connect(
        owner=make_user(), kind=account.kind.slug, name="all", credentials=given, regions=["all"]
    )


def asked(provider):
    """``complete`` and the receipts of the main list, by resource and region."""
    answer = executor.run(GraphQLRequest(QUERY, {}), Context(provider.owner)).as_response()
    assert "errors" not in answer, answer
    (shown,) = answer["data"]["providers"]
    field = "virtualMachines" if provider.kind.lists_machines else "containers"
    page = shown[field]
    return page["complete"], {(one["resource"], one["region"]): one for one in page["sources"]}


def let_an_hour_pass(provider):
    long_ago = timezone.now() - timedelta(seconds=3601)
    Source.objects.filter(provider=provider, resource="regions").update(
        fetched_at=long_ago, listing_started_at=long_ago
    )


def takes_all(account):
    try:
        return bool(account.kind.clean_regions(["all"], account.credentials))
    except CredentialProblem:
        return False


def lists_regions(account):
    if Capability.LIST_REGIONS not in account.kind.capabilities:
        pytest.skip("The kind has one region, which cannot change.")


def test_the_one_region_of_a_kind_is_all_of_them(account):
    if Capability.LIST_REGIONS in account.kind.capabilities or not takes_all(account):
        pytest.skip("The cloud lists its regions, or has no list.")
    account.launch()
    provider = everywhere(account)

    complete, receipts = asked(provider)

    assert complete is True
    assert {region for _resource, region in receipts} == {"global"}


@pytest.mark.parametrize("code", [Code.PERMISSION_DENIED, Code.PROVIDER_ERROR, Code.TIMEOUT])
def test_regions_that_cannot_be_listed_leave_the_answer_incomplete(account, listed, code):
    lists_regions(account)
    account.launch()
    listed.error = code

    provider = everywhere(account)
    complete, receipts = asked(provider)

    assert complete is False
    assert receipts["regions", "all"]["status"] == "FAILED"
    assert receipts["regions", "all"]["error"]["code"] == code
    assert len(receipts) > 1


@pytest.mark.parametrize("code", [Code.PERMISSION_DENIED, Code.PROVIDER_ERROR, Code.TIMEOUT])
def test_a_list_that_fails_later_loses_nothing(account, listed, code):
    lists_regions(account)
    account.launch()
    provider = everywhere(account)
    assert asked(provider)[0] is True
    let_an_hour_pass(provider)
    before = set(provider.sources.values_list("pk", flat=True))
    listed.error = code

    complete, receipts = asked(provider)
    provider_check(provider=provider)
    provider_update(provider=provider, name="renamed")
    provider_update(provider=provider, regions=["all"])

    assert complete is False
    assert receipts["regions", "all"]["status"] == "STALE"
    assert set(provider.sources.values_list("pk", flat=True)) == before
    assert Provider.objects.get().regions == [account.region]


@pytest.mark.parametrize("how", ["an hour later", "a check"])
def test_a_new_region_is_listed(account, listed, how):
    lists_regions(account)
    account.launch()
    provider = everywhere(account)
    asked(provider)
    listed.names = [account.region, NEW]
    _complete, receipts = asked(provider)
    assert not any(region == NEW for _resource, region in receipts)

    if how == "a check":
        provider_check(provider=provider)
    else:
        let_an_hour_pass(provider)
    _complete, receipts = asked(provider)

    assert Provider.objects.get().regions == [account.region, NEW]
    assert any(region == NEW for _resource, region in receipts)
