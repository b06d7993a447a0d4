"""Google's Billing Catalog: its SKUs become prices of machines, disks, snapshots and addresses."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from inventory.live.store import store_listing
from inventory.models import ListedPrice, Provider, VirtualMachine
from inventory.prices.pricer import order_price
from inventory.providers import get_kind
from inventory.providers.price_lists.google import google_prices
from inventory.providers.price_lists.pages import PriceListError
from inventory.providers.prices import PriceQuestion
from inventory.records.snapshot import SnapshotRecord, SnapshotState
from inventory.records.volume import VolumeRecord, VolumeState
from inventory.resources.snapshot import Snapshot
from inventory.resources.volume import Volume
from inventory.types import SPOT, MachineRecord, MachineState
from tests.inventory.factories import machine_source, make_simulator
from tests.inventory.google_skus import OTHERS, PRICED, ram, sku
from tests.inventory.test_refresh_prices import Prices

KEY = "a-key-of-the-tests"


@pytest.fixture
def catalog(settings):
    settings.GOOGLE_PRICES_KEY = KEY
    served = Prices(page="pageToken")
    served.pages["1"] = 200, {"skus": [*PRICED[:9], *OTHERS], "nextPageToken": "two"}
    served.pages["two"] = 200, {"skus": PRICED[9:], "nextPageToken": ""}
    yield served
    served.server.shutdown()
    served.server.server_close()


def amounts(records, region="us-east1"):
    return {
        (one.item.value, one.name): str(one.amount) for one in records if one.region in {region, ""}
    }


def test_skus_are_recognized_by_description_group_and_usage(catalog):
    assert amounts(google_prices([], catalog.url)) == {
        ("VCPU", "n1"): "0.031611",
        ("MEMORY", "n1"): "0.004237",
        ("VCPU", "n1-custom"): "0.033174",
        ("MEMORY", "n1-custom"): "0.004446",
        ("MEMORY", "n1-custom-ext"): "0.00955",
        ("VCPU", "n2"): "0.031611",
        ("MEMORY", "n2"): "0.004237456",
        ("VCPU", "n2-custom"): "0.033174",
        ("MEMORY", "n2-custom"): "0.004446",
        ("MEMORY", "n2-custom-ext"): "0.00955",
        ("VCPU", "e2"): "0.02181159",
        ("MEMORY", "e2"): "0.00292353",
        ("VCPU", "c2"): "0.033982",
        ("MEMORY", "c2"): "0.00455",
        ("VCPU", "m1"): "0.0348",
        ("MEMORY", "m1"): "0.0051",
        ("VCPU", "f1-micro"): "0.0076",
        ("VCPU", "n2 spot"): "0.008",
        ("MEMORY", "n2 spot"): "0.001",
        ("VOLUME", "pd-standard"): "0.04",
        ("VOLUME", "pd-ssd"): "0.17",
        ("VOLUME", "pd-balanced"): "0.1",
        ("VOLUME", "regional-pd-balanced"): "0.2",
        ("SNAPSHOT", ""): "0.05",
        ("ADDRESS", ""): "0.005",
        ("ADDRESS", " spot"): "0.0025",
    }
    assert [one.get("pageToken") for one in catalog.asked] == [None, "two"]
    assert all(one["currencyCode"] == "USD" for one in catalog.asked)


def test_the_key_is_in_no_address(catalog):
    google_prices([], catalog.url)
    assert catalog.headers[0]["X-Goog-Api-Key"] == KEY
    assert KEY not in str(catalog.asked)


def test_without_a_key_nothing_is_asked(catalog, settings):
    settings.GOOGLE_PRICES_KEY = ""
    with pytest.raises(PriceListError, match="GOOGLE_PRICES_KEY is not set"):
        google_prices([], catalog.url)
    assert catalog.asked == []


@pytest.mark.parametrize(
    "page",
    [
        (403, {"error": {"code": 403, "status": "PERMISSION_DENIED"}}),
        (200, {"skus": None}),
        (200, {"skus": [{}]}),
        (200, {"skus": [], "nextPageToken": "two"}),
        (200, {"skus": [], "nextPageToken": 7}),
    ],
)
def test_a_page_that_cannot_be_read_ends_the_list(catalog, page):
    catalog.pages["two"] = page
    with pytest.raises(PriceListError):
        google_prices([], catalog.url)


@pytest.mark.parametrize(
    "change",
    [
        {"pricingInfo": []},
        {"pricingInfo": [None]},
        {"pricingInfo": [{"pricingExpression": {"usageUnit": "h"}}]},
        {"pricingInfo": [{"pricingExpression": {"usageUnit": "h", "tieredRates": [1]}}]},
        {
            "pricingInfo": [
                {
                    "pricingExpression": {
                        "usageUnit": "h",
                        "tieredRates": [{"unitPrice": {"currencyCode": "USD", "units": "x"}}],
                    }
                }
            ]
        },
        {"serviceRegions": None},
    ],
)
def test_a_price_that_cannot_be_read_is_none(catalog, change):
    catalog.pages["1"] = 200, {"skus": [sku("N2 Instance Core running in X", 1) | change]}
    assert google_prices([], catalog.url) == []


# --- what machines cost by it ------------------------------------------------------------------


@pytest.fixture
def google(transactional_db, settings, tmp_path, catalog, monkeypatch):
    """A provider of the kind, whose prices are of the catalogue that is served."""
    settings.SIMULATOR_DIR = tmp_path / "simulator"
    provider = make_simulator(machines=0)
    Provider.objects.update(kind_slug="google")
    lists = {"google": lambda regions: google_prices(regions, catalog.url)}
    monkeypatch.setattr("inventory.services.price_lists.PRICE_LISTS", lists)
    return Provider.objects.get(pk=provider.pk)


ADDRESS = ("198.51.100.7",)
CASES = {
    # size, vCPUs, MiB, other columns: the price of an hour
    ("n2-standard-2", 2, 8192): 2 * 31_611_000 + 8 * 4_237_456,
    ("n1-standard-1", 1, 3840): 31_611_000 + Decimal("3.75") * 4_237_000,
    ("n1-megamem-96", 96, 1_468_006): 96 * 34_800_000 + Decimal(1_468_006) / 1024 * 5_100_000,
    ("e2-micro", 2, 1024): Decimal("0.25") * 21_811_590 + 2_923_530,
    ("e2-custom-small-3072", 2, 3072): Decimal("0.5") * 21_811_590 + 3 * 2_923_530,
    ("e2-custom-4-8192", 4, 8192): 4 * 21_811_590 + 8 * 2_923_530,
    ("custom-2-4096", 2, 4096): 2 * 33_174_000 + 4 * 4_446_000,
    ("n2-custom-2-4096", 2, 4096): 2 * 33_174_000 + 4 * 4_446_000,
    # 13 GiB are usual at 2 vCPUs of N1, and 7 more are extended.
    ("n1-custom-2-20480-ext", 2, 20480): 2 * 33_174_000 + 13 * 4_446_000 + 7 * 9_550_000,
    ("n2-custom-2-20480-ext", 2, 20480): 2 * 33_174_000 + 16 * 4_446_000 + 4 * 9_550_000,
    ("f1-micro", 1, 614): 7_600_000,
    ("c2-standard-4", 4, 16384): 4 * 33_982_000 + 16 * 4_550_000,
    ("m1-ultramem-40", 40, 984_064): 40 * 34_800_000 + 961 * 5_100_000,
    # No SKU, or parts beside vCPUs and memory.
    ("n4-standard-2", 2, 8192): None,
    ("a2-highgpu-1g", 12, 87_040): None,
    ("c3-standard-4-lssd", 4, 16384): None,
    ("n2-standard-2", None, 8192): None,
}


@pytest.mark.parametrize(("size", "nanos"), CASES.items())
def test_a_machine_costs_its_parts(google, size, nanos):
    name, vcpus, memory = size
    record = machine(name, vcpus, memory)
    store_listing(machine_source(google).pk, [record], started_at=timezone.now())
    call_command("refresh_prices", "google")

    row = VirtualMachine.objects.get()
    if nanos is None:
        assert (row.price_amount, row.monthly_cost) == (None, None)
        return
    assert row.price_source == "CLOUD"
    assert row.price_as_of == datetime.now(UTC).date()
    assert row.price_amount == round(Decimal(nanos) / 1000)
    order = order_price(google, row.region, name, "us-east1-b") if "custom" in name else None
    assert order is None or order.usd == row.price_amount


def machine(size="n2-standard-2", vcpus=2, memory=8192, **columns):
    return MachineRecord(
        "1",
        "a",
        MachineState.RUNNING,
        "RUNNING",
        size_id=size,
        vcpus=vcpus,
        memory=memory,
        **{"location_id": "us-east1-b"} | columns,
    )


@pytest.mark.parametrize(
    ("columns", "micros"),
    [
        ({}, 97_122),
        ({"public_ips": (*ADDRESS, "2001:db8::1")}, 102_122),  # an address of IPv6 is free
        ({"instance_lifecycle": SPOT}, 24_000),
        ({"instance_lifecycle": SPOT, "public_ips": ADDRESS}, 26_500),
        ({"operating_system": "windows-server-2022-dc"}, None),
        ({"off_list": True}, None),
        ({"location_id": "mars-north1-a"}, None),
    ],
)
def test_what_else_decides_a_price(google, columns, micros):
    call_command("refresh_prices", "google")
    store_listing(machine_source(google).pk, [machine(**columns)], started_at=timezone.now())
    assert VirtualMachine.objects.get().price_amount == micros


def test_spot_capacity_has_never_the_price_on_demand(google):
    """Without the catalogue there is libcloud's file, which has no prices of it."""
    spot = machine(instance_lifecycle=SPOT, location_id="us-central1-a")
    store_listing(machine_source(google).pk, [spot], started_at=timezone.now())
    assert VirtualMachine.objects.get().price_amount is None
    on_demand = machine(location_id="us-central1-a")
    store_listing(machine_source(google).pk, [on_demand], started_at=timezone.now())
    assert VirtualMachine.objects.get().price_source == "LIBCLOUD"


def test_disks_and_snapshots_have_the_price_of_their_place(google):
    call_command("refresh_prices", "google")
    volumes = [
        volume("zonal", "us-east1-b"),
        volume("regional", "us-east1"),
        volume("elsewhere", "mars-north1-a"),
        volume("other", "us-east1-b", kind="hyperdisk-balanced"),
    ]
    source = google.sources.get(resource="volumes")
    store_listing(source.pk, volumes, started_at=timezone.now())
    snapshots = [snapshot("east", "us-east1"), snapshot("us", "us"), snapshot("none", None)]
    source = google.sources.get(resource="snapshots")
    store_listing(source.pk, snapshots, started_at=timezone.now())

    prices = dict(Volume.objects.values_list("name", "price_amount"))
    expected = {"zonal": 100_000, "regional": 200_000, "elsewhere": None, "other": None}
    assert prices == expected
    assert Volume.objects.get(name="regional").monthly_cost == 2_000_000
    prices = dict(Snapshot.objects.values_list("name", "price_amount"))
    assert prices == {"east": 50_000, "us": None, "none": None}
    assert Snapshot.objects.exclude(cost_running=None).count() == 0  # it has less than its volume


def volume(name, place, kind="pd-balanced"):
    return VolumeRecord(
        name, name, VolumeState.AVAILABLE, "READY", size=10, type=kind, location_id=place
    )


def snapshot(name, place):
    return SnapshotRecord(
        name, name, SnapshotState.AVAILABLE, "READY", size=10, storage_location=place
    )


def test_a_shorter_catalogue_changes_nothing(google, catalog):
    call_command("refresh_prices", "google")
    before = ListedPrice.objects.count()
    catalog.pages["two"] = 200, {"skus": [ram("N9 Instance Ram running in Americas", 1)]}
    with pytest.raises(CommandError, match="it is kept as it was"):
        call_command("refresh_prices", "google")
    assert ListedPrice.objects.count() == before


def test_a_part_without_a_price_leaves_the_sum_unknown():
    """The kind names the parts. A missing price is not replaced."""
    asked = PriceQuestion("us-east1", "n2-standard-2", "", 2, 8192, addresses=1)
    parts = get_kind("google").prices.parts(asked)
    assert [(one.item.value, one.name, one.quantity) for one in parts] == [
        ("VCPU", "n2", 2),
        ("MEMORY", "n2", 8),
        ("ADDRESS", "", 1),
    ]
