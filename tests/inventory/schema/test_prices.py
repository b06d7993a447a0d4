"""Prices and costs in the API: the source that wins, and the costs of each state."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from inventory.live.repricing import reprice
from inventory.live.store import store_listing, store_removal
from inventory.models import (
    Change,
    ListedPrice,
    PastRow,
    PriceBook,
    Provider,
    VirtualMachine,
)
from inventory.models.source import SourceResource
from inventory.providers import all_kinds
from inventory.providers.prices import Charge
from inventory.records.bucket import BucketRecord
from inventory.records.snapshot import SnapshotRecord, SnapshotState
from inventory.records.volume import VolumeRecord, VolumeState
from inventory.resources.snapshot import Snapshot
from inventory.resources.volume import Volume
from inventory.types import MachineRecord, MachineState
from tests.inventory.factories import machine_source, make_simulator

PRICE = "price { amount currency per asOf source }"
MACHINES = f"""query ($order: VirtualMachineOrder, $filter: VirtualMachineFilter) {{
    virtualMachines(maxAge: 1000000, orderBy: $order, filter: $filter) {{
        nodes {{ name monthlyCost pricePerHour operatingSystem {PRICE} }} }} }}"""


@pytest.fixture
def provider(user):
    return make_simulator(user, machines=0)


def of_kind(provider, slug):
    """The provider with another kind, which decides the prices of its rows."""
    Provider.objects.filter(pk=provider.pk).update(kind_slug=slug)
    return Provider.objects.get(pk=provider.pk)


def machine(name, state=MachineState.RUNNING, raw_state="", **columns):
    return MachineRecord(
        external_id=f"i-{name}",
        name=name,
        state=state,
        raw_state=raw_state or state.value.lower(),
        **columns,
    )


def stored(provider, *records, resource=SourceResource.VIRTUAL_MACHINES):
    source = provider.sources.get(resource=resource)
    store_listing(source.pk, list(records), started_at=timezone.now())


def shown(ask, **variables):
    nodes = ask(MACHINES, **variables).data["virtualMachines"]["nodes"]
    return {node.pop("name"): node for node in nodes}


def book(provider, text):
    PriceBook.objects.update_or_create(
        provider=provider, defaults={"text": text, "set_at": timezone.now()}
    )
    reprice(provider)


M5 = {"size_id": "m5.large", "vcpus": 2, "memory": 8192}


def test_the_clouds_own_word_is_of_the_day_on_which_it_was_seen(ask, provider):
    stored(provider, machine("a", price_per_hour=Decimal("0.0104")), machine("b"))

    found = shown(ask)
    today = datetime.now(UTC).date().isoformat()
    assert found["a"] == {
        "monthlyCost": 7.592,
        "pricePerHour": 0.0104,
        "operatingSystem": None,
        "price": {
            "amount": 0.0104,
            "currency": "USD",
            "per": "HOUR",
            "asOf": today,
            "source": "CLOUD",
        },
    }
    assert found["b"] == dict.fromkeys(found["b"])


def test_libclouds_file_has_the_price_of_linux_alone(ask, provider):
    provider = of_kind(provider, "aws")
    provider.sources.update(region="us-east-1")
    stored(
        provider,
        machine("linux", **M5, operating_system="linux"),
        machine("unsaid", **M5),
        machine("windows", **M5, operating_system="windows"),
        machine("spot", **M5, operating_system="linux", off_list=True),
        machine("new", size_id="m99.large"),
    )
    rows = {row.name: row for row in VirtualMachine.objects.all()}

    assert {name: row.price_amount for name, row in rows.items()} == {
        "linux": 96_000,
        "unsaid": 96_000,
        "windows": None,
        "spot": None,
        "new": None,
    }
    assert (rows["linux"].price_source, rows["linux"].price_as_of) == ("LIBCLOUD", date(2025, 3, 2))
    assert rows["linux"].monthly_cost == 70_080_000


@pytest.mark.parametrize(
    ("slug", "columns", "amount"),
    [
        (
            "azure",
            {"size_id": "Standard_D2s_v3", "location_id": "eastus", "operating_system": "linux"},
            96_000,
        ),
        (
            "azure",
            {"size_id": "Standard_D2s_v3", "location_id": "eastus", "operating_system": "windows"},
            188_000,
        ),
        (
            "azure",
            {"size_id": "Standard_D2s_v3", "location_id": "eastus", "operating_system": "redhat"},
            None,
        ),
        (
            "google",
            {
                "size_id": "n1-standard-2",
                "location_id": "us-central1-a",
                "vcpus": 2,
                "memory": 7680,
            },
            95_000,  # 2 × 0.031611 + 7.5 × 0.004237
        ),
        (
            "google",
            {"size_id": "f1-micro", "location_id": "us-central1-a", "vcpus": 1, "memory": 614},
            7_600,
        ),
        (
            "google",
            {"size_id": "e2-micro", "location_id": "us-central1-a", "vcpus": 2, "memory": 1024},
            8_376,  # a quarter of a core, and 1 GiB
        ),
        (
            "google",
            {
                "size_id": "custom-2-4096",
                "location_id": "us-central1-a",
                "vcpus": 2,
                "memory": 4096,
            },
            81_092,
        ),
        (
            "google",
            {
                "size_id": "n1-custom-2-20480-ext",
                "location_id": "us-central1-a",
                "vcpus": 2,
                "memory": 20480,
            },
            None,
        ),
        ("google", {"size_id": "n4-standard-2", "vcpus": 2, "memory": 8192}, None),
    ],
)
def test_azure_and_google_are_priced_by_the_file(provider, slug, columns, amount):
    stored(of_kind(provider, slug), machine("a", **columns))

    row = VirtualMachine.objects.get()
    assert (row.price_amount, row.price_source) == (amount, "LIBCLOUD" if amount else "")


def listed(kind, amount, item="SIZE", *, region="us-east-1", name="m5.large", system=""):
    """``amount``: in micro-dollars."""
    ListedPrice.objects.create(
        kind_slug=kind,
        item=item,
        region=region,
        name=name,
        operating_system=system,
        amount=amount * 1000,
        unit="HOUR" if item == "SIZE" else "GIB_MONTH",
        as_of=date(2026, 11, 1),
    )


def test_the_first_source_wins(provider):
    """The price book, then the refreshed list, then libcloud's file."""
    provider = of_kind(provider, "aws")
    provider.sources.update(region="us-east-1")
    stored(
        provider,
        machine("linux", **M5, operating_system="linux"),
        machine("windows", **M5, operating_system="windows"),
    )

    def prices():
        rows = VirtualMachine.objects.order_by("name")
        return [(row.price_source, row.price_amount) for row in rows]

    assert prices() == [("LIBCLOUD", 96_000), ("", None)]
    listed("aws", 97_000, system="linux")
    listed("aws", 188_000, system="windows")
    listed("aws", 1, system="linux", region="eu-west-1")
    assert reprice(provider) == 2
    assert prices() == [("CLOUD", 97_000), ("CLOUD", 188_000)]
    book(provider, "discount: 10 %")
    assert prices() == [("CLOUD", 87_300), ("CLOUD", 169_200)]
    book(provider, "prices: {vcpu: 0.03 / vCPU-hour, memory: 0.001 / GiB-hour}")
    assert prices() == [("PRICE_BOOK", 68_000)] * 2
    book(provider, "prices: {vcpu: 0.03 / vCPU-hour}\nsizes: {m5.large: 0.5 / hour}")
    assert prices() == [("PRICE_BOOK", 500_000)] * 2
    assert reprice(provider) == 0


def test_a_price_in_another_currency_costs_dollars_by_its_rate(ask, provider):
    book(
        provider,
        "currency: EUR\nrate: {dollars: 1.5, date: 2026-11-02}\n"
        "prices: {vcpu: 0.0100001 / vCPU-hour, memory: 0.002 / GiB-hour, address: 0.001 / hour}",
    )
    addresses = ("192.0.2.1", "2001:db8::1")
    stored(
        provider,
        machine("a", vcpus=3, memory=1536, public_ips=addresses),
        machine("b", vcpus=3),  # its memory has a price, and is not known
    )

    found = shown(ask)
    assert found["a"]["price"] == {
        "amount": 0.034,  # 0.0300003 + 0.003 + 0.001, to the millionth
        "currency": "EUR",
        "per": "HOUR",
        "asOf": "2026-11-02",
        "source": "PRICE_BOOK",
    }
    assert found["a"]["pricePerHour"] == 0.051
    assert found["a"]["monthlyCost"] == 37.23
    assert found["b"]["price"] is None


S = MachineState
STATES = {
    # by kind: (state, raw state) → the months' cost of 1 dollar an hour
    "aws": {
        (S.STOPPED, "stopped"): 0,
        (S.TERMINATED, "terminated"): 0,
        (S.PENDING, "pending"): 730,
    },
    "azure": {
        (S.STOPPED, "deallocated"): 0,
        (S.STOPPED, "deallocated (failed: X)"): 0,
        (S.STOPPED, "stopped"): 730,
        (S.SUSPENDED, "hibernated"): None,
    },
    "google": {(S.STOPPED, "TERMINATED"): 0, (S.SUSPENDED, "SUSPENDED"): None},
    "digitalocean": {(S.STOPPED, "off"): 730, (S.UNKNOWN, "odd"): 730},
    "linode": {(S.STOPPED, "offline"): 730},
    "openstack": {(S.STOPPED, "SHUTOFF"): None, (S.ERROR, "ERROR"): None, (S.RUNNING, ""): 730},
    "libvirt": {(S.STOPPED, "shutoff"): None, (S.PAUSED, "paused"): 730},
    "simulator": {(S.STOPPED, "stopped"): 0, (S.UNKNOWN, "odd"): None},
}


@pytest.mark.parametrize(
    ("slug", "state", "raw_state", "dollars"),
    [(slug, *state, cost) for slug, costs in STATES.items() for state, cost in costs.items()],
)
def test_a_state_costs_what_the_cloud_charges(provider, slug, state, raw_state, dollars):
    provider = of_kind(provider, slug)
    book(provider, "sizes: {one: 1 / hour}")
    stored(provider, machine("a", state, raw_state, size_id="one"))

    cost = VirtualMachine.objects.get().monthly_cost
    assert cost == (None if dollars is None else dollars * 1_000_000)


@pytest.mark.parametrize(("word", "cost"), [("all", 149_650), ("disk", 4_000), ("nothing", 0)])
def test_a_book_says_what_is_paid_for_a_stopped_machine(provider, word, cost):
    book(
        provider, f"stopped: {word}\nprices: {{vcpu: 0.0001 / vCPU-hour, disk: 0.0002 / GiB-month}}"
    )
    stored(provider, machine("a", S.STOPPED, vcpus=2, disk=20, memory=1))

    row = VirtualMachine.objects.get()
    assert row.monthly_cost == cost
    assert row.cost_running == 149_650  # 730 hours of 205 micro-dollars: 200, and 5.48 for the disk


@pytest.mark.parametrize(
    ("prices", "disk", "cost"),
    [
        ("sizes: {one: 1 / hour}", 20, None),
        ("prices: {vcpu: 1 / vCPU-hour}", 20, None),
        ("prices: {disk: 0.0002 / GiB-month}", None, None),
        ("prices: {disk: 0.0002 / GiB-month, address: 1 / hour}", 20, 4_000),
        ("prices: {address: 1 / hour}", None, 0),
    ],
)
def test_what_a_book_does_not_price_is_not_free_in_a_stopped_machine(provider, prices, disk, cost):
    book(provider, f"stopped: disk\n{prices}")
    stored(provider, machine("a", S.STOPPED, size_id="one", disk=disk))

    assert VirtualMachine.objects.get().monthly_cost == cost


def test_what_is_removed_or_missing_costs_nothing(provider):
    stored(
        provider, machine("a", price_per_hour=Decimal(1)), machine("b", price_per_hour=Decimal(1))
    )
    source = machine_source(provider)
    store_removal(source, "i-a")
    VirtualMachine.objects.filter(name="b").update(state="MISSING")

    assert [row.monthly_cost for row in VirtualMachine.objects.all()] == [0, 0]


@pytest.mark.each_case
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize(("field", "names"), [("PRICE", "bcd"), ("MONTHLY_COST", "dbc")])
def test_unknown_prices_come_last_in_both_directions(ask, provider, field, names, direction):
    stored(
        provider,
        machine("a"),
        machine("b", price_per_hour=Decimal("0.1")),
        machine("c", price_per_hour=Decimal("0.2")),
        machine("d", S.STOPPED, price_per_hour=Decimal("0.3")),
        machine("e"),
    )
    query = """query ($order: VirtualMachineOrder, $after: String, $before: String, $last: Int) {
        virtualMachines(first: 2, maxAge: 1000000, orderBy: $order, after: $after, before: $before,
            last: $last) { nodes { name } pageInfo { hasNextPage endCursor startCursor } } }"""
    order, found, after, page = {"field": field, "direction": direction}, [], None, {}
    while page.get("hasNextPage", True):
        answer = ask(query, order=order, after=after).data["virtualMachines"]
        found += [node["name"] for node in answer["nodes"]]
        page, after = answer["pageInfo"], answer["pageInfo"]["endCursor"]

    known = list(names if direction == "ASC" else reversed(names))
    assert found[:3] == known
    assert sorted(found[3:]) == ["a", "e"]
    before = page["startCursor"]
    back = ask(query, order=order, before=before, last=4).data["virtualMachines"]
    assert [node["name"] for node in back["nodes"]] == found[:4]


def test_machines_are_found_by_what_they_cost(ask, provider):
    stored(
        provider,
        machine("none"),
        machine("ten", price_per_hour=Decimal("0.01")),
        machine("off", S.STOPPED, price_per_hour=Decimal("0.01")),
    )

    def found(**limits):
        return sorted(shown(ask, filter=limits))

    assert found(minMonthlyCost=0) == ["off", "ten"]
    assert found(minMonthlyCost=7.3, maxMonthlyCost=7.3) == ["ten"]
    assert found(maxMonthlyCost=7.299999) == ["off"]
    assert found(minPricePerHour=0.01) == ["off", "ten"]
    assert found(**{"not": {"minMonthlyCost": 0}}) == ["none"]
    for name in ("minMonthlyCost", "maxMonthlyCost"):
        refused = ask(MACHINES, filter={name: -1}).answer["errors"]
        assert refused[0]["extensions"]["field"] == f"filter.{name}"


def test_volumes_snapshots_and_buckets_have_prices(ask, provider):
    stored(
        provider,
        *(
            VolumeRecord(name, name, VolumeState.AVAILABLE, "available", size=size, type=kind)
            for name, size, kind in (("a", 50, "sim.ssd"), ("b", None, "sim.ssd"), ("c", 9, "odd"))
        ),
        VolumeRecord("d", "d", VolumeState.DELETED, "deleted", size=5, type="odd"),
        resource="volumes",
    )
    stored(
        provider,
        SnapshotRecord("s", "s", SnapshotState.AVAILABLE, "completed", size=10),
        resource="snapshots",
    )
    stored(provider, BucketRecord("b", "b"), resource="buckets")
    fields = f"nodes {{ name monthlyCost {PRICE} }}"
    measures = "count hourlyCost monthlyCost priced unpriced"
    query = f"""{{
        volumes(maxAge: 1000000, orderBy: {{field: MONTHLY_COST, direction: DESC}}) {{ {fields} }}
        snapshots(maxAge: 1000000) {{ {fields} }} buckets(maxAge: 1000000) {{ {fields} }}
        volumesAggregate(maxAge: 1000000) {{ totals {{ size {measures} }} }}
        snapshotsAggregate(maxAge: 1000000) {{ totals {{ {measures} }} }}
        bucketsAggregate(maxAge: 1000000) {{ totals {{ {measures} }} }} }}"""

    answer = ask(query).data
    volumes = [(one["name"], one["monthlyCost"]) for one in answer["volumes"]["nodes"]]
    assert volumes[:2] == [("a", 5.0), ("d", 0.0)]
    assert sorted(volumes[2:]) == [("b", None), ("c", None)]
    assert answer["volumes"]["nodes"][0]["price"] | {"asOf": None} == {
        "amount": 0.1,
        "currency": "USD",
        "per": "GIB_MONTH",
        "asOf": None,
        "source": "CLOUD",
    }
    assert answer["volumesAggregate"]["totals"] == {
        "size": 64.0,
        "count": 4,
        "hourlyCost": 0.006849,
        "monthlyCost": 5.0,
        "priced": 2,
        "unpriced": 2,
    }
    assert answer["snapshots"]["nodes"][0]["monthlyCost"] == 0.3
    assert answer["snapshotsAggregate"]["totals"]["monthlyCost"] == 0.3
    [bucket] = answer["buckets"]["nodes"]
    assert (bucket["price"], bucket["monthlyCost"]) == (None, None)
    assert answer["bucketsAggregate"]["totals"]["unpriced"] == 1
    book(
        provider,
        "prices: {volume: {odd: 1 / GiB-month}, snapshot: 2 / GiB-month, bucket: 3 / GiB-month}",
    )
    answer = ask(query).data
    assert answer["volumesAggregate"]["totals"]["monthlyCost"] == 14.0
    assert answer["snapshotsAggregate"]["totals"]["monthlyCost"] == 20.0
    [bucket] = answer["buckets"]["nodes"]
    assert (bucket["price"]["amount"], bucket["monthlyCost"]) == (3.0, None)


def test_snapshots_that_are_paid_for_by_their_content_have_no_cost(provider):
    """Amazon's snapshots hold what has changed; the size is that of their volume."""
    provider = of_kind(provider, "aws")
    provider.sources.update(region="us-east-1")
    listed("aws", 50_000, item="SNAPSHOT", name="")
    stored(
        provider,
        SnapshotRecord("s", "s", SnapshotState.AVAILABLE, "completed", size=10),
        resource="snapshots",
    )
    row = Snapshot.objects.get()
    assert (row.price_amount, row.monthly_cost) == (50_000, None)


def test_a_cost_that_no_column_holds_is_unknown(provider):
    book(provider, "prices: {volume: 1000000 / GiB-month}")
    stored(
        provider,
        VolumeRecord("v", "v", VolumeState.AVAILABLE, "available", size=(1 << 31) - 1),
        resource="volumes",
    )
    assert Volume.objects.get().monthly_cost is None


def test_a_price_that_no_column_holds_is_unknown(provider):
    """Its amount is in the book's currency, the cost in dollars."""
    rate = "rate: {dollars: 0.0000001, date: 2026-01-01}"
    book(provider, f"currency: IRR\n{rate}\nprices: {{vcpu: 1000000 / vCPU-hour}}")
    stored(provider, machine("a", vcpus=(1 << 31) - 1), machine("b", vcpus=2))

    costs = dict(VirtualMachine.objects.values_list("external_id", "monthly_cost"))
    assert costs == {"i-a": None, "i-b": 146_000_000}


def test_every_kind_with_machines_says_what_a_stopped_one_costs():
    unknown = {"libvirt", "openstack"}  # their operators decide
    for kind in all_kinds():
        if kind.lists_machines:
            prices = kind.prices
            says = prices.stopped is not Charge.UNKNOWN or bool(prices.stopped_words)
            assert says != (kind.slug in unknown), kind.slug
            assert bool(prices.stopped_source) == says


def test_prices_follow_a_resize(provider):
    book(provider, "sizes: {one: 1 / hour, two: 2 / hour}")
    stored(provider, machine("a", size_id="one"))
    stored(provider, machine("a", size_id="two"))

    assert VirtualMachine.objects.get().monthly_cost == 1_460_000_000


def test_a_provider_of_a_kind_that_is_gone_is_left_alone(user):
    provider = make_simulator(user)
    provider.kind_slug = "no-more"
    assert reprice(provider) == 0


def test_an_earlier_price_is_a_version_of_its_row(provider):
    """And the price, not its day, is a Change."""
    stored(provider, machine("a", size_id="one"))
    book(provider, "as_of: 2026-01-01\nsizes: {one: 1 / hour}")
    book(provider, "as_of: 2026-01-02\nsizes: {one: 2 / hour}")
    reprice(provider)

    facts = [one.facts for one in PastRow.objects.order_by("pk")]
    assert [(one["price_amount"], one["price_as_of"]) for one in facts] == [
        (None, None),
        (1_000_000, "2026-01-01"),
    ]
    found = Change.objects.order_by("pk").values_list("field", "after__amount")
    assert list(found) == [("price", 1.0), ("price", 2.0)]
