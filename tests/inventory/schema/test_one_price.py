"""A size, an order of it and a machine of it have one price, whatever the kind and the source."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from gateway.core.graphql.context import Context
from inventory.live.api import resources_of
from inventory.live.repricing import reprice
from inventory.live.store import store_listing
from inventory.models import ListedPrice, PriceBook, Provider, Size, VirtualMachine
from inventory.prices.pricer import WRITTEN, order_price, resized
from inventory.providers import all_kinds
from inventory.records.price import MICRO
from inventory.services.dry_run_costs import change_of_size, change_of_state
from inventory.types import MachineRecord, MachineState, SizeRecord
from tests.gateway.exports.client import exported
from tests.inventory.factories import machine_source, make_simulator

KINDS = {kind.slug: kind for kind in all_kinds()}
WITH_SIZES = sorted(
    slug for slug, kind in KINDS.items() if {"sizes", "virtual_machines"} <= {*resources_of(kind)}
)
# The size, the region of the source, and the location, as the kind lists them.
PLACES = {
    "aws": ("m5.large", "us-east-1", None),
    "azure": ("Standard_D2s_v3", "global", "eastus"),
    "google": ("n2-standard-2", "global", "us-central1-a"),
}
LARGER = {"aws": "m5.2xlarge", "azure": "Standard_D4s_v3", "google": "n2-standard-4"}
# Kinds whose records of machines have no price, but those of their sizes.
IN_SIZES_ALONE = {"linode"}
WITHOUT_PRICES = {"openstack", "libvirt"}
ADDRESSES = ("192.0.2.1",)  # of a machine, and not in the price of its size
BOOKS = {
    "": "",
    "discount": "discount: 10 %",
    "parts": "prices: {vcpu: 0.03 / vCPU-hour, memory: 0.001 / GiB-hour}",
    "size": "sizes: {SIZE: 0.5 / hour}",
    "euros": "currency: EUR\nrate: {dollars: 1.5, date: 2026-11-02}\nsizes: {SIZE: 0.5 / hour}",
}
MACHINES = """{ virtualMachines(maxAge: 1000000) { nodes {
    pricePerHour size { pricePerHour priceAsOf } } } }"""


@pytest.fixture
def stored(user):
    """``stored(slug)``: a provider of the kind with a size and a machine of it."""

    def of(slug):
        size_id, region, place = PLACES.get(slug, ("small", "region-1", None))
        own = None if slug in {"aws", "azure", "google", *WITHOUT_PRICES} else Decimal("0.02")
        provider = make_simulator(user, machines=0)
        Provider.objects.filter(pk=provider.pk).update(kind_slug=slug, regions=[region])
        provider.sources.update(region=region)
        provider = Provider.objects.get(pk=provider.pk)
        size = SizeRecord(size_id, size_id, 8192, 2, price_per_hour=own, location_id=place)
        machine = MachineRecord(
            "i-1",
            "web",
            MachineState.RUNNING,
            "running",
            size_id=size_id,
            memory=8192,
            vcpus=2,
            price_per_hour=None if slug in IN_SIZES_ALONE else own,
            operating_system="linux",
            location_id=place,
        )
        now = timezone.now()
        store_listing(provider.sources.get(resource="sizes").pk, [size], started_at=now)
        store_listing(machine_source(provider).pk, [machine], started_at=now)
        return provider, size_id, place

    return of


@pytest.fixture
def resizable(stored):
    """``resizable(slug)``: the ids of a machine's size and of a larger one, of which there is
    another machine.
    """

    def of(slug):
        provider, size_id, place = stored(slug)
        size = provider.sources.get(resource="sizes")
        machines = machine_source(provider)
        larger, own = LARGER.get(slug, "large"), Size.objects.get().price_per_hour
        own = own and own * 2
        first, now = VirtualMachine.objects.get(), timezone.now()
        shared = {"memory": 16384, "vcpus": 4, "location_id": place}
        records = [
            SizeRecord(
                size_id, size_id, 8192, 2, price_per_hour=own and own / 2, location_id=place
            ),
            SizeRecord(larger, larger, price_per_hour=own, **shared),
        ]
        store_listing(size.pk, records, started_at=now)
        of_machine = None if slug in IN_SIZES_ALONE else own
        common = {"operating_system": "linux", "location_id": place}
        records = [
            MachineRecord(
                first.external_id,
                first.name,
                MachineState.RUNNING,
                "running",
                size_id=size_id,
                memory=8192,
                vcpus=2,
                price_per_hour=of_machine and of_machine / 2,
                public_ips=ADDRESSES,
                **common,
            ),
            MachineRecord(
                "i-2",
                "larger",
                MachineState.RUNNING,
                "running",
                size_id=larger,
                memory=16384,
                vcpus=4,
                price_per_hour=of_machine,
                public_ips=ADDRESSES,
                **common,
            ),
        ]
        store_listing(machines.pk, records, started_at=now)
        return provider, size_id, larger

    return of


def refreshed(kind, size_id, region):
    """A list of the kind, as refresh_prices stores it."""
    rows = [("SIZE", size_id, "linux", 97_000_000)]
    if kind.slug == "google":
        rows = [("VCPU", "n2", "", 31_611_123), ("MEMORY", "n2", "", 4_237_456)]
    for item, name, system, amount in rows:
        _listed(kind, item, name, region, amount, system=system)


def _listed(kind, item, name, region, amount, *, system=""):
    ListedPrice.objects.create(
        kind_slug=kind.slug,
        item=item,
        region=region,
        name=name,
        operating_system=system,
        amount=amount,
        unit="HOUR",
        as_of=date(2026, 11, 1),
    )


def columns_of(external_id):
    row = VirtualMachine.objects.select_related("source__provider").get(external_id=external_id)
    return row, {name: getattr(row, name) for name in WRITTEN["virtual_machines"]}


def prices_of(provider, size_id, place):
    """Those of the size, of an order of it, of a machine of it, and of that machine's size."""
    size, machine = Size.objects.get(), VirtualMachine.objects.get()
    order = order_price(provider, size.region, size_id, place)
    running = machine.cost_running
    return (
        size.usd_per_hour,
        order and order.usd,
        None if running is None else running // 730,
        machine.size_usd_per_hour,
    )


@pytest.mark.parametrize("has_list", [False, True])
@pytest.mark.parametrize("slug", WITH_SIZES)
def test_size_order_and_machine_cost_the_same(stored, slug, has_list):
    provider, size_id, place = stored(slug)
    kind = KINDS[slug]
    if has_list:
        refreshed(kind, size_id, kind.prices.region_of(Size.objects.get().region, place))
    for name, text in BOOKS.items():
        PriceBook.objects.all().delete()
        if text:
            book = text.replace("SIZE", size_id)
            PriceBook.objects.create(provider=provider, text=book, set_at=timezone.now())
        reprice(provider)

        size, order, machine, of_machine = prices_of(provider, size_id, place)
        by_lists = not has_list and name in {"", "discount"}
        expected = None if slug in IN_SIZES_ALONE and by_lists else size
        assert (name, order, machine, of_machine) == (name, size, expected, expected)
        assert (size is None) is (by_lists and slug in WITHOUT_PRICES)


@pytest.mark.parametrize("has_list", [False, True])
@pytest.mark.parametrize("slug", WITH_SIZES)
def test_another_size_costs_a_machine_what_it_costs_others(resizable, slug, has_list):
    provider, size_id, larger = resizable(slug)
    kind = KINDS[slug]
    region = kind.prices.region_of(Size.objects.first().region, Size.objects.first().location_id)
    if has_list and slug == "google":
        refreshed(kind, size_id, region)
        _listed(kind, "ADDRESS", "", region, 4_000_000)
    elif has_list:
        for name in (size_id, larger):
            refreshed(kind, name, region)
    for text in BOOKS.values():
        PriceBook.objects.all().delete()
        if text:
            book = text.replace("SIZE", larger)
            PriceBook.objects.create(provider=provider, text=book, set_at=timezone.now())
        reprice(provider)

        (smaller, before), (_row, expected) = map(columns_of, ("i-1", "i-2"))
        assert resized(smaller, larger) == expected
        assert resized(smaller, size_id) == before
        is_priced = has_list or bool(text and text != BOOKS["discount"])
        assert (expected["cost_running"] is not None) is (
            is_priced or slug not in WITHOUT_PRICES | IN_SIZES_ALONE
        )


@pytest.mark.parametrize("slug", WITH_SIZES)
def test_a_size_is_shown_with_the_price_that_was_decided(ask, stored, slug):
    provider, size_id, place = stored(slug)
    kind = KINDS[slug]
    refreshed(kind, size_id, kind.prices.region_of(Size.objects.get().region, place))
    reprice(provider)
    hour = Size.objects.get().usd_per_hour / MICRO

    [machine] = ask(MACHINES).data["virtualMachines"]["nodes"]
    shown = {"pricePerHour": hour, "priceAsOf": "2026-11-01"}
    assert machine == {"pricePerHour": hour, "size": shown}
    Size.objects.all().delete()  # then the machine itself describes it
    assert ask(MACHINES).data["virtualMachines"]["nodes"] == [machine]


def test_the_size_of_a_machine_has_the_price_of_a_free_system(stored):
    """The machine pays for its licence, and may have no list price."""
    provider, *_ = stored("azure")
    VirtualMachine.objects.update(operating_system="windows")
    reprice(provider)
    machine = VirtualMachine.objects.get()
    assert (machine.price_amount, machine.size_usd_per_hour) == (188_000, 96_000)
    VirtualMachine.objects.update(off_list=True)
    reprice(provider)
    machine = VirtualMachine.objects.get()
    assert (machine.price_amount, machine.size_usd_per_hour) == (None, 96_000)


def test_an_order_elsewhere_has_the_price_of_there(stored):
    provider, size_id, _place = stored("azure")
    [region] = {one.region for one in Size.objects.all()}
    prices = {
        place: order_price(provider, region, size_id, place)
        for place in (None, "eastus", "brazilsouth")
    }
    assert prices[None] == prices["eastus"] != prices["brazilsouth"]


def test_an_order_at_linode_has_no_price_until_its_list_is_read(stored):
    """The record of a type has the usual price, and some regions have another one."""
    provider, size_id, _place = stored("linode")
    assert order_price(provider, "region-1", size_id, "br-gru") is None
    refreshed(KINDS["linode"], size_id, "")
    assert order_price(provider, "region-1", size_id, "br-gru").usd == 97_000


EVERYWHERE = """query ($hour: Float, $month: Float) {
    virtualMachines(maxAge: 1000000,
            filter: { minPricePerHour: $hour, maxPricePerHour: $hour, minMonthlyCost: $month,
                maxMonthlyCost: $month }) {
        nodes { externalId pricePerHour monthlyCost price { amount currency per asOf source } } }
    virtualMachinesAggregate(maxAge: 1000000, groupBy: [{ field: SIZE }, { field: LOCATION }]) {
        totals { hourlyCost monthlyCost priced unpriced }
        groups { keys { value } measures { hourlyCost monthlyCost priced unpriced } } }
    byName: virtualMachinesAggregate(maxAge: 1000000, filter: { name: "larger" }) {
        totals { hourlyCost monthlyCost priced unpriced } } }"""


@pytest.mark.parametrize("slug", WITH_SIZES)
def test_each_answer_has_the_same_price(ask, resizable, user, slug):
    """The machine, filters, aggregates of rows and of the roll-up, exports and dry runs."""
    provider, _size_id, larger = resizable(slug)
    row, _columns = columns_of("i-2")
    for text in BOOKS.values():
        book = text.replace("SIZE", larger)
        PriceBook.objects.update_or_create(
            provider=provider, defaults={"text": book or "discount: 0 %", "set_at": timezone.now()}
        )
        reprice(provider)
        row.refresh_from_db()
        if row.cost_running is None:
            continue
        found = ask(EVERYWHERE, hour=row.cost_running / 730 / MICRO, month=row.cost_running / MICRO)
        [node] = found.data["virtualMachines"]["nodes"]
        hour, month = node["pricePerHour"], node["monthlyCost"]
        one = {"hourlyCost": hour, "monthlyCost": month, "priced": 1, "unpriced": 0}
        groups = found.data["virtualMachinesAggregate"]["groups"]
        [of_size] = [one["measures"] for one in groups if one["keys"][0]["value"] == larger]
        price, rate = node["price"], 1.5 if "EUR" in text else 1

        assert node["externalId"] == "i-2"
        assert month == pytest.approx(hour * 730, abs=1e-9)
        assert hour == pytest.approx(price["amount"] * rate, abs=1e-9)
        assert of_size == found.data["byName"]["totals"] == one
        data, _export = exported(
            lambda: Context(user),
            "virtualMachines",
            "jsonl",
            filter={"name": "larger"},
            maxAge="1000000",
        )
        line = json.loads(data.splitlines()[0])
        assert (line["pricePerHour"], line["monthlyCost"], line["price"]) == (hour, month, price)
        data, _export = exported(
            lambda: Context(user),
            "virtualMachinesAggregate",
            "jsonl",
            maxAge="1000000",
            groupBy=[{"field": "SIZE"}],
            filter={"name": "larger"},
        )
        line = json.loads(data.splitlines()[0])
        assert {name: line[name] for name in one} == one
        change = change_of_state(row, "RUNNING", "TERMINATED")
        assert (change.now.monthly / MICRO, change.after.monthly) == (month, 0)
        resize = change_of_size(columns_of("i-1")[0], "RUNNING", larger)
        assert resize.after.monthly / MICRO == month
