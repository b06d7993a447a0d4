"""Regions that a user named, that were assumed, and that a cloud does not list any more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gateway.core.graphql.context import Context
from gateway.core.graphql.execution import GraphQLRequest
from gateway.core.ids import global_id
from gateway.schema import executor
from inventory.live import region_names
from inventory.live.receipts import TOO_MANY_REGIONS
from inventory.models import Provider, Source, VirtualMachine
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.providers.ec2.regions import amazon_host
from inventory.services import providers as services
from inventory.services import regions
from inventory.services.provider_checks import provider_check
from inventory.tasks import prune
from tests.inventory.cloud_patches import patch_cloud, plain_cloud
from tests.inventory.factories import make_simulator, make_user
from tests.inventory.live.test_region_set import (
    FAILURES,
    connected_regions,
    everywhere,
    failing,
    let_an_hour_pass,
    machines,
    names,
    receipts,
    region_set,
    run,
    set_cloud,
    simulator_directory,
)

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1, minutes=1)
__all__ = ["simulator_directory"]


def others(count):
    return names(count).replace("r-", "other-")


def let_time_pass(provider, by=HOUR):
    """Change all stored times of the regions, as if they had been stored ``by`` earlier."""
    stored = Provider.objects.get(pk=provider.pk)
    stored.unlisted_regions = {
        region: (timezone.datetime.fromisoformat(since) - by).isoformat()
        for region, since in stored.unlisted_regions.items()
    }
    stored.save()
    let_an_hour_pass(provider)


def empty(monkeypatch, *regions):
    """Let these regions hold no machine."""
    plain = plain_cloud("virtual_machines", "list")
    patch_cloud(
        monkeypatch,
        "virtual_machines",
        "list",
        lambda cloud: [] if cloud._driver.place.region in regions else plain(cloud),
    )


def down(monkeypatch, *regions):
    """Let these regions fail."""
    plain = plain_cloud("virtual_machines", "list")

    def list_machines(cloud):
        if cloud._driver.place.region in regions:
            raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, "Out of order.")
        return plain(cloud)

    patch_cloud(monkeypatch, "virtual_machines", "list", list_machines)


# --- named and assumed ------------------------------------------------------------------------


@pytest.mark.parametrize("fails", [True, False])
@pytest.mark.parametrize("fault", [empty, down])
def test_a_list_never_removes_a_region_that_a_user_named(monkeypatch, fault, fails):
    fault(monkeypatch, "west")
    provider = make_simulator(
        regions=["north", "west"], machines=2, region_names="north,south", regions_fail=fails
    )
    services.provider_update(provider=provider, regions=["all"])
    assert Provider.objects.get().assumed_regions == []
    set_cloud(provider, regions_fail=False)

    for _ in range(3):
        page = machines(provider)
        provider_check(provider=provider)
        let_time_pass(provider)
        prune()

    assert connected_regions(provider) == ["north", "west", "south"]
    assert receipts(page)["virtual_machines", "west"]["status"] in (
        {"LIVE"} if fault is empty else {"FAILED"}
    )
    assert page["complete"] is (fault is empty)


@pytest.mark.parametrize("code", FAILURES)
def test_only_regions_of_a_failed_list_are_assumed(monkeypatch, code):
    with monkeypatch.context() as patch:
        patch_cloud(patch, "regions", "list", failing(code))
        provider = everywhere()
    assert Provider.objects.get().assumed_regions == ["sim-1"]
    services.provider_update(provider=provider, regions=["sim-1"])
    assert Provider.objects.get().assumed_regions == []
    services.provider_update(provider=provider, regions=["all"])

    assert connected_regions(provider) == ["sim-1", "north", "south"]
    assert Provider.objects.get().assumed_regions == []


def test_the_first_list_after_an_upgrade_removes_nothing():
    """The last release did not record which regions its cloud had listed."""
    provider = everywhere("north,south,east")
    Source.objects.filter(resource="regions").update(
        listing_started_at=None, fetched_at=None, attempt_started_at=None
    )
    set_cloud(provider, region_names="north")

    page = machines(provider)

    assert receipts(page)["regions", "all"]["status"] == "LIVE"
    assert connected_regions(provider) == ["north", "south", "east"]


# --- regions that are not listed any more -----------------------------------------------------


def test_the_limit_counts_the_regions_that_the_cloud_lists(monkeypatch):
    """The limit is lower here: each region has a source of each resource."""
    for module in (region_names, regions):
        monkeypatch.setattr(module, "MOST_REGIONS", 10)
    provider = everywhere(names(6))
    set_cloud(provider, region_names=others(6))

    provider_check(provider=provider)
    page = machines(provider, 60)

    assert page["complete"] is True
    assert receipts(page)["regions", "all"]["count"] == 6
    assert len(connected_regions(provider)) == 12
    services.provider_update(provider=provider, credentials={"machines": "1"})
    services.provider_update(provider=provider, regions=["all"])
    assert len(connected_regions(provider)) == 12


def test_the_message_of_too_many_regions_counts_those_that_are_listed():
    provider = everywhere(names(3))
    set_cloud(provider, region_names=others(101))
    let_an_hour_pass(provider)

    page = machines(provider)

    assert receipts(page)["regions", "all"]["error"]["code"] == TOO_MANY_REGIONS
    message = region_set(provider).error_message
    assert "has 101 regions" in message
    assert "3 regions are connected that the cloud does not list any more" in message
    assert connected_regions(provider) == names(3).split(",")


def unlisted(monkeypatch, *, holds_rows=False):
    """A provider whose cloud lists "north" alone, after it had listed "south"."""
    if not holds_rows:
        empty(monkeypatch, "south")
    provider = everywhere()
    machines(provider)
    set_cloud(provider, region_names="north")
    let_an_hour_pass(provider)
    machines(provider)
    return provider


def test_a_region_that_is_gone_for_an_hour_and_empty_is_removed(monkeypatch):
    provider = unlisted(monkeypatch)
    prune()
    assert connected_regions(provider) == ["north", "south"]
    let_time_pass(provider)
    prune()
    assert connected_regions(provider) == ["north", "south"], "one list alone lacks it"
    machines(provider)
    prune()

    assert connected_regions(provider) == ["north"]
    assert Provider.objects.get().unlisted_regions == {}
    page = machines(provider)
    assert page["complete"] is True
    assert set(receipts(page)) == {("regions", "all"), ("virtual_machines", "north")}
    assert VirtualMachine.objects.count() == 2


def test_a_region_with_rows_is_never_removed(monkeypatch):
    provider = unlisted(monkeypatch, holds_rows=True)
    VirtualMachine.objects.filter(region="south").update(state="TERMINATED")
    for _ in range(3):
        let_time_pass(provider)
        machines(provider)
        prune()

    assert connected_regions(provider) == ["north", "south"]
    assert VirtualMachine.objects.filter(region="south").count() == 2


@pytest.mark.each_case
@pytest.mark.parametrize("act", ["update", "check", "failed list", "failed check"])
def test_no_update_check_or_failed_list_removes_a_region(monkeypatch, act):
    provider = unlisted(monkeypatch)
    before = set(provider.sources.values_list("pk", flat=True))
    for _ in range(3):
        let_time_pass(provider)
        set_cloud(provider, regions_fail="failed" in act)
        if act == "update":
            services.provider_update(provider=provider, regions=["all"])
        elif "check" in act:
            provider_check(provider=provider)
        else:
            machines(provider)
        if "failed" in act:
            prune()

    assert connected_regions(provider) == ["north", "south"]
    assert set(provider.sources.values_list("pk", flat=True)) == before


def test_a_region_that_is_listed_again_is_not_gone(monkeypatch):
    provider = unlisted(monkeypatch)
    let_time_pass(provider)
    set_cloud(provider, region_names="north,south")
    machines(provider)
    assert Provider.objects.get().unlisted_regions == {}
    set_cloud(provider, region_names="north")
    let_an_hour_pass(provider)
    machines(provider)
    prune()

    assert connected_regions(provider) == ["north", "south"]


# --- filters by regions that are not connected ------------------------------------------------

FILTERED = """query ($region: [String!]!, $age: Int) {
    virtualMachines(maxAge: $age, filter: {region: $region}) {
    complete totalCount sources { region resource status count error { code } } } }"""


def filtered(provider, *regions, age=0):
    return run(provider, FILTERED, region=list(regions), age=age)["data"]["virtualMachines"]


def test_a_filter_by_a_region_that_is_not_connected_lists_the_regions_anew():
    provider = everywhere()
    machines(provider)
    set_cloud(provider, region_names="north,south,east")

    page = filtered(provider, "east")

    assert (page["complete"], page["totalCount"]) == (True, 2)
    assert receipts(page)["regions", "all"]["status"] == "LIVE"
    assert receipts(page)["virtual_machines", "east"]["status"] == "LIVE"
    assert receipts(filtered(provider, "east"))["regions", "all"]["status"] == "CACHED"


def errors(provider, query, **variables):
    request = GraphQLRequest(query, variables)
    return executor.run(request, Context(provider.owner)).as_response()["errors"]


def refused(provider, *regions, age=0):
    [error] = errors(provider, FILTERED, region=list(regions), age=age)
    assert (error["extensions"]["code"], error["extensions"]["field"]) == (
        "NOT_FOUND",
        "filter.region",
    )
    return error["message"]


def test_a_region_that_no_provider_has_is_an_error():
    """An empty list would pass for complete; a typing error would never be noticed."""
    provider = everywhere()
    for age in (0, 60, None):
        assert "'east'" in refused(provider, "east", age=age)
        assert "'east'" in refused(provider, "north", "east", age=age)

    assert filtered(provider, "north")["complete"] is True


def test_a_region_is_not_unknown_while_the_regions_cannot_be_listed():
    provider = everywhere()
    assert refused(provider, "east")
    set_cloud(provider, regions_fail=True)

    page = filtered(provider, "east")

    assert (page["complete"], page["totalCount"]) == (False, 0)
    assert receipts(page)["regions", "all"]["error"]["code"] == "PROVIDER_ERROR"


def test_a_region_of_one_provider_is_no_error_at_another():
    owner = make_user()
    one = make_simulator(owner, seed="one", regions=["north"])
    make_simulator(owner, seed="two", regions=["south"])
    query = """{ providers { virtualMachines(maxAge: 0, filter: {region: ["south"]}) {
        complete totalCount } } virtualMachines(filter: {region: ["south"]}) { complete } }"""

    data = run(one, query)["data"]

    assert [one["virtualMachines"]["complete"] for one in data["providers"]] == [True, True]
    assert data["virtualMachines"] == {"complete": True}


def test_a_region_of_another_users_provider_is_unknown():
    make_simulator(make_user(), seed="other", regions=["east"])
    mine = make_simulator(make_user(), regions=["north"])

    assert "'east'" in refused(mine, "east")


def test_a_region_of_a_provider_that_the_filter_leaves_out_is_unknown():
    owner = make_user()
    one = make_simulator(owner, seed="one", regions=["north"])
    make_simulator(owner, seed="two", regions=["south"])
    query = FILTERED.replace(
        "region: $region", f'region: $region, provider: ["{global_id("Provider", one.public_id)}"]'
    )

    [error] = errors(one, query, region=["south"])

    assert error["extensions"]["code"] == "NOT_FOUND"


NEWER = "mx-future-1"  # a region that Amazon lists and botocore's release does not know


@pytest.fixture
def with_newer_region(monkeypatch):
    patch_cloud(monkeypatch, "regions", "list", lambda _cloud: ["us-east-1", NEWER])
    return services.provider_connect(
        owner=make_user(),
        kind="aws",
        name="aws",
        regions=["all"],
        credentials={"access_key_id": "AKIATESTTESTTEST1234", "secret_access_key": "x"},
    )


@pytest.mark.parametrize("fails", [True, False])
def test_a_region_that_the_kind_does_not_know_is_no_obstacle(monkeypatch, with_newer_region, fails):
    provider = with_newer_region
    assert connected_regions(provider) == ["us-east-1", NEWER]
    if fails:
        code = ProviderErrorCode.PERMISSION_DENIED
        patch_cloud(monkeypatch, "regions", "list", failing(code))

    services.provider_update(provider=provider, credentials={"secret_access_key": "y"})
    services.provider_update(provider=provider, regions=["all"])

    assert connected_regions(provider) == ["us-east-1", NEWER]
    assert provider.sources.filter(region=NEWER).exists()


@pytest.mark.parametrize(
    ("region", "host"),
    [
        (NEWER, "ec2.mx-future-1.amazonaws.com"),
        ("cn-future-1", "ec2.cn-future-1.amazonaws.com.cn"),
        ("us-east-1", "ec2.us-east-1.amazonaws.com"),
    ],
)
def test_the_host_of_a_newer_region_has_the_suffix_of_its_partition(region, host):
    assert amazon_host(region) == host


@pytest.mark.parametrize("region", ["nowhere", "a@b", "x.evil"])
def test_a_name_that_can_be_no_region_has_no_host(region):
    with pytest.raises(KeyError):
        amazon_host(region)
