"""The set of regions of a provider that was connected with "all", as its cloud lists it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gateway.core.errors import InvalidInput
from gateway.core.graphql.context import Context
from gateway.core.graphql.execution import GraphQLRequest
from gateway.schema import executor
from inventory.live.receipts import TOO_MANY_REGIONS, UNUSABLE_REGION
from inventory.live.source_state import store_failure
from inventory.models import Credentials, Provider, Source, VirtualMachine
from inventory.models.source import SourceResource
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.selectors.providers import provider_check_report, provider_health
from inventory.services import providers as services
from inventory.services.provider_checks import provider_check
from tests.inventory.cloud_patches import patch_cloud, plain_cloud
from tests.inventory.factories import make_simulator, make_user

pytestmark = pytest.mark.django_db(transaction=True)

MACHINES = """query ($age: Int) { virtualMachines(maxAge: $age) {
    complete totalCount nodes { region stale }
    sources { region resource status count error { code } } } }"""


@pytest.fixture(autouse=True)
def simulator_directory(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"


def everywhere(regions="north,south", **settings):
    return make_simulator(regions=["all"], machines=2, region_names=regions, **settings)


def set_cloud(provider, **settings):
    """Change the simulated cloud itself; the gateway is not informed."""
    row = Credentials.objects.get(provider=provider)
    row.values = row.values | settings
    row.save()


def run(provider, query=MACHINES, **variables):
    context = Context(provider.owner)
    answer = executor.run(GraphQLRequest(query, variables), context).as_response()
    assert "errors" not in answer, answer
    return answer


def machines(provider, age=0):
    return run(provider, age=age)["data"]["virtualMachines"]


def receipts(page):
    return {(one["resource"], one["region"]): one for one in page["sources"]}


def region_set(provider):
    return Source.objects.get(provider=provider, resource=SourceResource.REGIONS)


def let_an_hour_pass(provider):
    long_ago = timezone.now() - timedelta(seconds=3601)
    Source.objects.filter(provider=provider, resource="regions").update(
        fetched_at=long_ago, listing_started_at=long_ago
    )


def connected_regions(provider):
    return Provider.objects.get(pk=provider.pk).regions


# --- the receipt ------------------------------------------------------------------------------


def test_the_set_has_a_receipt_in_every_answer_and_is_good_for_an_hour():
    provider = everywhere()
    set_cloud(provider, region_names="north,south,east")

    for age in (0, 5, 100_000):
        page = machines(provider, age)
        assert page["complete"] is True
        receipt = receipts(page)["regions", "all"]
        assert (receipt["status"], receipt["count"], receipt["error"]) == ("CACHED", 2, None)
        assert len(receipts(page)) == 3

    let_an_hour_pass(provider)
    page = machines(provider, 100_000)
    assert receipts(page)["regions", "all"]["status"] == "LIVE"
    assert receipts(page)["regions", "all"]["count"] == 3


def test_a_provider_of_named_regions_has_no_such_receipt():
    page = machines(make_simulator(regions=["north"]))

    assert set(receipts(page)) == {("virtual_machines", "north")}


@pytest.mark.parametrize(
    "query",
    [
        "{ virtualMachines(maxAge: 0) { totalCount } }",
        "{ allComputeTypes(maxAge: 0) { name } }",
        "{ providers { sizes { name } } }",
        "{ providers { images { name } } }",
        "{ providers { locations { name } } }",
        '{ providers { images(search: "debian") { name } } }',
    ],
)
def test_what_a_new_region_has_is_in_the_answer_that_finds_it(query):
    provider = everywhere()
    set_cloud(provider, region_names="north,south,east")
    let_an_hour_pass(provider)

    answer = run(provider, query)

    assert connected_regions(provider) == ["north", "south", "east"]
    if "sources" in answer.get("extensions", {}):
        assert answer["extensions"]["complete"] is True
        seen = {(one["resource"], one["region"]) for one in answer["extensions"]["sources"]}
        assert ("regions", "all") in seen
        assert {region for resource, region in seen if resource != "regions"} == {
            "north",
            "south",
            "east",
        }
    else:
        assert answer["data"]["virtualMachines"]["totalCount"] == 6


def test_a_filter_by_region_holds_for_new_regions_too():
    provider = everywhere()
    set_cloud(provider, region_names="north,south,east,west")
    let_an_hour_pass(provider)

    page = run(
        provider,
        """{ virtualMachines(maxAge: 0, filter: {region: ["south", "west"]}) {
            complete totalCount sources { region resource status } } }""",
    )["data"]["virtualMachines"]

    assert page["totalCount"] == 4
    assert {one["region"] for one in page["sources"]} == {"all", "south", "west"}


def test_a_hanging_region_does_not_delay_the_question_to_a_new_one():
    provider = everywhere()
    machines(provider)
    set_cloud(provider, region_names="north,south,east")
    let_an_hour_pass(provider)
    with pytest.MonkeyPatch.context() as patch:
        plain = plain_cloud("virtual_machines", "list")

        def slow(cloud):
            if cloud._driver.place.region == "north":
                raise ProviderError(ProviderErrorCode.TIMEOUT, "Too late.")
            return plain(cloud)

        patch_cloud(patch, "virtual_machines", "list", slow)
        page = machines(provider)

    assert receipts(page)["virtual_machines", "north"]["status"] == "STALE"
    assert receipts(page)["virtual_machines", "east"]["status"] == "LIVE"
    assert page["complete"] is False


# --- failures ---------------------------------------------------------------------------------

FAILURES = [
    ProviderErrorCode.PERMISSION_DENIED,
    ProviderErrorCode.PROVIDER_ERROR,
    ProviderErrorCode.RATE_LIMITED,
    ProviderErrorCode.TIMEOUT,
    ProviderErrorCode.UNREACHABLE,
    ProviderErrorCode.NOT_SUPPORTED,
]


def failing(code):
    def list_regions(_cloud):
        raise ProviderError(code, "Not now.")

    return list_regions


@pytest.mark.parametrize("code", FAILURES)
def test_connecting_succeeds_although_the_regions_cannot_be_listed(monkeypatch, code):
    with monkeypatch.context() as patch:
        patch_cloud(patch, "regions", "list", failing(code))
        provider = everywhere()
        assert connected_regions(provider) == ["sim-1"]
        assert region_set(provider).error_code == code
        page = machines(provider)
        assert page["complete"] is False
        receipt = receipts(page)["regions", "all"]
        assert (receipt["status"], receipt["error"]["code"]) == ("FAILED", code)
        assert receipts(page)["virtual_machines", "sim-1"]["status"] == "LIVE"

    Source.objects.update(retry_at=None)  # the pause of a throttled source passes
    # The assumed region holds machines by now, so it stays.
    page = machines(provider)
    assert page["complete"] is True
    assert connected_regions(provider) == ["sim-1", "north", "south"]


def test_what_was_assumed_and_holds_nothing_goes_with_the_first_list(monkeypatch):
    """The assumed region is asked at the same time, and does not answer."""
    plain = plain_cloud("virtual_machines", "list")

    def only_where_it_is(cloud):
        if cloud._driver.place.region == "sim-1":
            raise ProviderError(ProviderErrorCode.NOT_FOUND, "There is no such region.")
        return plain(cloud)

    patch_cloud(monkeypatch, "virtual_machines", "list", only_where_it_is)
    provider = everywhere(regions_fail=True)
    assert connected_regions(provider) == ["sim-1"]
    set_cloud(provider, regions_fail=False)

    page = machines(provider)

    assert page["complete"] is True
    assert connected_regions(provider) == ["north", "south"]
    assert set(receipts(page)) == {
        ("regions", "all"),
        ("virtual_machines", "north"),
        ("virtual_machines", "south"),
    }


@pytest.mark.each_case
@pytest.mark.parametrize("code", FAILURES)
def test_a_later_failure_keeps_regions_and_rows(monkeypatch, code):
    provider = everywhere()
    machines(provider)
    let_an_hour_pass(provider)
    before = set(Source.objects.values_list("pk", flat=True))
    patch_cloud(monkeypatch, "regions", "list", failing(code))

    page = machines(provider)
    provider_check(provider=provider)

    assert page["complete"] is False
    assert receipts(page)["regions", "all"]["status"] == "STALE"
    assert receipts(page)["regions", "all"]["error"]["code"] == code
    assert page["totalCount"] == 4
    assert not any(node["stale"] for node in page["nodes"])
    assert connected_regions(provider) == ["north", "south"]
    assert set(Source.objects.values_list("pk", flat=True)) == before
    assert VirtualMachine.objects.count() == 4


def test_a_failure_is_repeated_as_other_failures_are(monkeypatch):
    """A failure within maxAge is repeated; after five in a row the source is not asked."""
    provider = everywhere(regions_fail=True)
    asked = []
    plain = plain_cloud("regions", "list")
    patch_cloud(monkeypatch, "regions", "list", lambda cloud: asked.append(1) or plain(cloud))

    machines(provider, 60)
    assert asked == []
    for _ in range(6):
        machines(provider, 0)
    assert len(asked) == 4  # the first one was made when it was connected
    assert region_set(provider).retry_at is not None


def test_a_region_that_is_listed_no_more_stays_with_its_rows():
    provider = everywhere()
    machines(provider)
    set_cloud(provider, region_names="north")
    let_an_hour_pass(provider)

    page = machines(provider)

    assert connected_regions(provider) == ["north", "south"]
    assert (page["complete"], page["totalCount"]) == (True, 4)
    assert receipts(page)["regions", "all"]["count"] == 1


def test_an_older_list_does_not_replace_a_newer_failure_or_list():
    provider = everywhere()
    began = timezone.now()
    set_cloud(provider, region_names="north,south,east")
    let_an_hour_pass(provider)
    machines(provider)
    error = ProviderError(ProviderErrorCode.TIMEOUT, "Late.")

    store_failure(region_set(provider).pk, error, started_at=began)

    assert region_set(provider).error_code == ""


# --- the limit --------------------------------------------------------------------------------


def names(count):
    return ",".join(f"r-{number:03}" for number in range(count))


def test_more_regions_than_the_limit_cannot_be_connected():
    assert len(connected_regions(everywhere(names(100)))) == 100
    with pytest.raises(InvalidInput) as caught:
        everywhere(names(101))

    assert caught.value.field == "regions"
    assert "101" in caught.value.message


def test_more_regions_later_make_the_answer_incomplete_and_lose_nothing():
    provider = everywhere(names(3))
    machines(provider)
    set_cloud(provider, region_names=names(101))
    let_an_hour_pass(provider)

    page = machines(provider)

    assert page["complete"] is False
    receipt = receipts(page)["regions", "all"]
    assert (receipt["status"], receipt["error"]["code"]) == ("STALE", TOO_MANY_REGIONS)
    assert page["totalCount"] == 6
    assert len(connected_regions(provider)) == 3
    provider_check(provider=provider)
    report = provider_check_report(Provider.objects.get())
    assert report.regions_error.code == TOO_MANY_REGIONS
    assert "101" in report.warnings[0]
    assert provider_health(Provider.objects.get()).status == "DEGRADED"


def test_a_name_that_cannot_be_a_regions_is_not_left_out_silently():
    provider = everywhere("north,two words")
    assert connected_regions(provider) == ["north"]
    assert region_set(provider).error_code == UNUSABLE_REGION
    set_cloud(provider, region_names="north,two words,south")

    machines(provider)
    page = machines(provider)

    assert page["complete"] is False
    assert receipts(page)["regions", "all"]["error"]["code"] == UNUSABLE_REGION
    assert connected_regions(provider) == ["north", "south"]


def test_an_empty_list_of_regions_is_a_failure():
    provider = everywhere(",")

    assert region_set(provider).error_code == "PROVIDER_ERROR"
    assert machines(provider)["complete"] is False
    assert connected_regions(provider) == ["sim-1"]


# --- checks -----------------------------------------------------------------------------------


def test_a_check_lists_the_regions_anew_and_reports_on_new_ones():
    provider = everywhere()
    set_cloud(provider, region_names="north,south,east")

    provider_check(provider=provider)

    report = provider_check_report(Provider.objects.get())
    assert [region.region for region in report.regions] == ["north", "south", "east"]
    assert (report.regions_error, report.warnings) == (None, [])
    assert VirtualMachine.objects.filter(region="east").count() == 2
    assert region_set(provider).count == 3


def test_a_check_of_a_set_that_fails_agrees_with_status_and_last_error():
    provider = everywhere()
    set_cloud(provider, regions_fail=True)

    provider_check(provider=provider)

    stored = Provider.objects.get()
    report, health = provider_check_report(stored), provider_health(stored)
    assert [region.region for region in report.regions] == ["north", "south"]
    assert report.regions_error.code == health.failing.error_code == "PROVIDER_ERROR"
    assert (health.status, report.credentials_valid) == ("DEGRADED", True)
    set_cloud(provider, regions_fail=False)
    provider_check(provider=provider)
    assert provider_health(Provider.objects.get()).status == "OK"


# --- what an update changes -------------------------------------------------------------------


def unchanged(provider):
    """Everything that an update of something else must leave alone."""
    stored = Provider.objects.get(pk=provider.pk)
    return {
        "regions": stored.regions,
        "every_region": stored.every_region,
        "credentials": Credentials.objects.get(provider=provider).values,
        "sources": list(provider.sources.order_by("pk").values()),
        "rows": list(VirtualMachine.objects.order_by("pk").values()),
        "check": provider_check_report(stored),
    }


@pytest.mark.parametrize("change", [{"name": "renamed"}, {"deadline_ms": 4321}])
@pytest.mark.parametrize("fault", [{}, {"regions_fail": True}, {"error_rate": 1.0}])
def test_an_update_changes_what_it_names_and_nothing_else(change, fault):
    provider = everywhere()
    machines(provider)
    provider_check(provider=provider)
    set_cloud(provider, region_names="elsewhere", **fault)
    Source.objects.update(failures=7, retry_at=timezone.now() + timedelta(seconds=60))
    before = unchanged(provider)

    services.provider_update(provider=provider, **change)

    assert unchanged(provider) == before
    (column, value) = next(iter(change.items()))
    assert getattr(Provider.objects.get(), column) == value


def test_a_rename_needs_no_readable_credentials():
    provider = make_simulator()
    Credentials.objects.filter(provider=provider).delete()

    services.provider_update(provider=provider, name="renamed")

    assert Provider.objects.get().name == "renamed"


def test_other_credentials_keep_the_regions_and_ask_everything_anew():
    provider = everywhere()
    machines(provider)
    services.provider_update(provider=provider, credentials={"region_names": "north,south,east"})

    assert connected_regions(provider) == ["north", "south"]
    assert not Source.objects.filter(dirty_at=None).exists()
    assert VirtualMachine.objects.count() == 4
    page = machines(provider, 60)
    assert receipts(page)["regions", "all"]["status"] == "LIVE"
    assert page["totalCount"] == 6


def test_named_regions_remove_the_others_and_the_set():
    provider = everywhere()
    machines(provider)

    services.provider_update(provider=provider, regions=["south"])

    page = machines(provider)
    assert (page["complete"], page["totalCount"]) == (True, 2)
    assert set(receipts(page)) == {("virtual_machines", "south")}


@pytest.mark.parametrize("fails", [False, True])
def test_all_instead_of_named_regions_removes_none(fails):
    provider = make_simulator(regions=["south"], machines=2, regions_fail=str(fails).lower())
    set_cloud(provider, region_names="north,south")
    machines(provider)
    before = set(provider.sources.values_list("pk", flat=True))

    services.provider_update(provider=provider, regions=["all"])

    assert connected_regions(provider) == (["south"] if fails else ["south", "north"])
    assert before <= set(provider.sources.values_list("pk", flat=True))
    page = machines(provider)
    assert page["complete"] is not fails
    assert VirtualMachine.objects.filter(region="south").count() == 2


def test_a_disconnected_provider_is_no_fault_of_the_list(monkeypatch, caplog):
    provider = everywhere()
    machines(provider)
    let_an_hour_pass(provider)
    plain = plain_cloud("regions", "list")

    def list_regions(cloud):
        Provider.objects.filter(pk=provider.pk).delete()
        return plain(cloud)

    patch_cloud(monkeypatch, "regions", "list", list_regions)
    page = machines(provider, 1000)

    assert page["complete"] is False
    assert "Traceback" not in caplog.text
    assert not Source.objects.exists()


def test_pages_after_the_first_ask_for_no_regions(monkeypatch):
    provider = everywhere()
    machines(provider)
    let_an_hour_pass(provider)
    patch_cloud(monkeypatch, "regions", "list", failing(ProviderErrorCode.TIMEOUT))
    query = """query ($after: String) { virtualMachines(first: 1, after: $after) {
        complete sources { resource status } pageInfo { endCursor } } }"""
    first = run(provider, query.replace("first: 1", "first: 1, maxAge: 100"))
    assert first["data"]["virtualMachines"]["complete"] is False
    Source.objects.filter(resource="regions").update(error_code="", retry_at=None)

    cursor = first["data"]["virtualMachines"]["pageInfo"]["endCursor"]
    second = run(provider, query, after=cursor)["data"]["virtualMachines"]

    assert second["complete"] is True
    assert {one["status"] for one in second["sources"]} == {"CACHED"}


def test_kinds_without_a_list_of_regions_have_no_set():
    user = make_user()
    provider = services.provider_connect(
        owner=user,
        kind="docker",
        name="d",
        credentials={"host": "tcp://127.0.0.1:1"},
        regions=["all"],
    )

    assert provider.regions == ["global"]
    assert not provider.sources.filter(resource="regions").exists()
