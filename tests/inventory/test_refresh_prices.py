"""refresh_prices: pages are followed, and a part never replaces a list."""

import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.stub import Stubber
from django.core.management import CommandError, call_command

from inventory.live.store import store_listing
from inventory.models import ListedPrice, Provider, VirtualMachine
from inventory.providers import price_lists
from inventory.providers.price_lists.amazon import ON_DEMAND, amazon_prices
from inventory.providers.price_lists.azure import azure_prices
from inventory.providers.price_lists.linode import linode_prices
from inventory.providers.price_lists.pages import PriceListError
from inventory.types import MachineRecord, MachineState
from tests.inventory.factories import machine_source, make_simulator


class Prices:
    """A server of pages by what is asked for. ``page``: the parameter that names one."""

    def __init__(self, page="page"):
        self.pages, self.asked, self.headers, outer = {}, [], [], self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                asked = {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
                outer.asked.append(asked)
                outer.headers.append(dict(self.headers))
                status, body = outer.pages[asked.get(page) or asked.get("$skip") or "1"]
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/prices"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def prices():
    served = Prices()
    yield served
    served.server.shutdown()
    served.server.server_close()


def vm(price, name="Standard_D2s_v5", product="Virtual Machines Dsv5 Series", **other):
    """A price in the form of the documentation's example."""
    return {
        "currencyCode": "USD",
        "retailPrice": price,
        "armRegionName": "westeurope",
        "productName": product,
        "skuName": "D2s v5",
        "armSkuName": name,
        "unitOfMeasure": "1 Hour",
        "type": "Consumption",
    } | other


def shown(records):
    return {
        (one.item.value, one.region, one.name, one.operating_system): str(one.amount)
        for one in records
    }


def test_azures_pages_are_followed(prices):
    prices.pages["1"] = (
        200,
        {
            "Items": [
                vm(0.096),
                vm(0.01, skuName="D2s v5 Spot"),
                vm(0.02, skuName="D2s v5 Low Priority"),
                vm(0.05, product="Virtual Machines Dsv5 Series Cloud Services"),
                vm(500, type="Reservation"),
                vm(0, name="Free"),
                vm(3, name="Day", unitOfMeasure="1 Day"),
                vm(3, name="Euro", currencyCode="EUR"),
            ],
            "NextPageLink": f"{prices.url}?$skip=1000",
        },
    )
    prices.pages["1000"] = (
        200,
        {
            "Items": [vm(0.188, product="Virtual Machines Dsv5 Series Windows")],
            "NextPageLink": None,
        },
    )

    assert shown(azure_prices(["westeurope"], prices.url)) == {
        ("SIZE", "westeurope", "Standard_D2s_v5", "linux"): "0.096",
        ("SIZE", "westeurope", "Standard_D2s_v5", "windows"): "0.188",
    }
    assert "armRegionName eq 'westeurope'" in prices.asked[0]["$filter"]


@pytest.mark.parametrize(
    "page",
    [
        (500, {}),
        (302, {}),
        (200, []),
        (200, {"Items": None}),
        (200, {"Items": [1]}),
        (200, {"Items": [], "NextPageLink": "http://127.0.0.1:1/"}),
        (200, {"Items": [], "NextPageLink": "§self§"}),
    ],
)
def test_a_page_that_cannot_be_read_ends_azures_list(prices, page):
    status, body = page
    if isinstance(body, dict) and body.get("NextPageLink") == "§self§":
        body = body | {"NextPageLink": f"{prices.url}?$skip=1000"}
        prices.pages["1000"] = 200, body
    prices.pages["1"] = status, body

    with pytest.raises(PriceListError):
        azure_prices(["westeurope"], prices.url)


def a_type(name, hourly, **regions):
    return {
        "id": name,
        "price": {"hourly": hourly, "monthly": 5.0},
        "region_prices": [
            {"id": key.replace("_", "-"), "hourly": value} for key, value in regions.items()
        ],
    }


def test_linodes_types_have_prices_by_region(prices):
    prices.pages["1"] = 200, {"data": [a_type("nano", 0.0075, br_gru=0.0105)], "pages": 2}
    prices.pages["2"] = 200, {"data": [a_type("big", 1.5)], "pages": 2}

    assert shown(linode_prices([], prices.url)) == {
        ("SIZE", "", "nano", "linux"): "0.0075",
        ("SIZE", "br-gru", "nano", "linux"): "0.0105",
        ("SIZE", "", "big", "linux"): "1.5",
    }
    prices.pages["2"] = 503, {}
    with pytest.raises(PriceListError, match="503"):
        linode_prices([], prices.url)


def product(attributes, unit="Hrs", usd="0.0960000000", begin="0"):
    """A product in the form of an answer to GetProducts, in format aws_v1, abridged."""
    dimension = {"unit": unit, "beginRange": begin, "pricePerUnit": {"USD": usd}}
    return json.dumps(
        {
            "product": {"productFamily": "Compute Instance", "attributes": attributes},
            "serviceCode": "AmazonEC2",
            "terms": {"OnDemand": {"SKU.TERM": {"priceDimensions": {"SKU.TERM.DIM": dimension}}}},
        }
    )


def instance(system, usd):
    return product({"instanceType": "m7i.large", "operatingSystem": system}, usd=usd)


def filters(**terms):
    return [{"Type": "TERM_MATCH", "Field": k, "Value": v} for k, v in terms.items()]


@pytest.fixture
def pricing():
    client = boto3.client(
        "pricing", region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s"
    )
    with Stubber(client) as stub:
        yield client, stub


def amazon_answers(stub, *compute):
    """``compute``: pages of instance types; storage has one page each."""
    asked = {
        "ServiceCode": "AmazonEC2",
        "Filters": filters(**ON_DEMAND, regionCode="eu-west-1"),
    }
    for number, page in enumerate(compute):
        token = {"NextToken": f"t{number + 1}"} if number + 1 < len(compute) else {}
        sent = asked | ({"NextToken": f"t{number}"} if number else {})
        stub.add_response("get_products", {"PriceList": page, **token}, sent)
    rest = (
        (
            "AmazonEC2",
            {"productFamily": "Storage"},
            [
                product({"volumeApiName": "gp3"}, "GB-Mo", "0.088"),
                product({"volumeApiName": "gp3", "x": "iops"}, "IOPS-Mo", "0.0055"),
            ],
        ),
        (
            "AmazonEC2",
            {"productFamily": "Storage Snapshot"},
            [
                product({"usagetype": "EU-EBS:SnapshotUsage"}, "GB-Mo", "0.05"),
                product({"usagetype": "EU-EBS:SnapshotArchiveStorage"}, "GB-Mo", "0.0125"),
            ],
        ),
        (
            "AmazonS3",
            {"productFamily": "Storage", "volumeType": "Standard"},
            [
                product({"volumeType": "Standard"}, "GB-Mo", "0.023"),
                product({"volumeType": "Standard"}, "GB-Mo", "0.022", begin="51200"),
            ],
        ),
    )
    for service, terms, page in rest:
        sent = {"ServiceCode": service, "Filters": filters(**terms, regionCode="eu-west-1")}
        stub.add_response("get_products", {"PriceList": page}, sent)


def test_amazons_pages_are_followed(pricing):
    client, stub = pricing
    amazon_answers(
        stub,
        [instance("Linux", "0.1008000000"), instance("Linux", "0.0000000000")],
        [instance("Windows", "0.1928"), instance("RHEL", "0.13"), instance("Odd", "9")],
    )

    assert shown(amazon_prices(["eu-west-1"], client)) == {
        ("SIZE", "eu-west-1", "m7i.large", "linux"): "0.1008000000",
        ("SIZE", "eu-west-1", "m7i.large", "windows"): "0.1928",
        ("SIZE", "eu-west-1", "m7i.large", "red hat enterprise linux"): "0.13",
        ("VOLUME", "eu-west-1", "gp3", ""): "0.088",
        ("SNAPSHOT", "eu-west-1", "", ""): "0.05",
        ("BUCKET", "eu-west-1", "", ""): "0.023",
    }
    stub.assert_no_pending_responses()


def test_a_refusal_of_amazon_ends_its_list(pricing):
    client, stub = pricing
    stub.add_client_error("get_products", "AccessDeniedException", "no")
    with pytest.raises(PriceListError, match="AccessDenied"):
        amazon_prices(["eu-west-1"], client)
    stub.add_response("get_products", {"PriceList": ["{}"]})
    with pytest.raises(PriceListError, match="unexpected form"):
        amazon_prices(["eu-west-1"], client)


@pytest.fixture
def linode(transactional_db, settings, tmp_path, prices, monkeypatch):
    """A provider of the kind, with a machine in São Paulo, and the list that is served."""
    settings.SIMULATOR_DIR = tmp_path / "simulator"
    provider = make_simulator(machines=0)
    Provider.objects.update(kind_slug="linode")
    record = MachineRecord(
        "1", "a", MachineState.RUNNING, "running", size_id="nano", location_id="br-gru"
    )
    store_listing(machine_source(provider).pk, [record], started_at=datetime.now(UTC))
    lists = {"linode": lambda regions: linode_prices(regions, prices.url)}
    monkeypatch.setattr("inventory.services.price_lists.PRICE_LISTS", lists)
    prices.pages["1"] = 200, {"data": [a_type("nano", 0.0075, br_gru=0.0105)], "pages": 1}
    return prices


def test_rows_are_priced_by_the_new_list(linode, capsys):
    assert VirtualMachine.objects.get().monthly_cost is None
    call_command("refresh_prices")

    assert capsys.readouterr().out == "linode: 2 prices; 1 objects have another one.\n"
    row = VirtualMachine.objects.get()
    assert (row.price_amount, row.price_source) == (10_500, "CLOUD")
    assert (row.monthly_cost, row.price_as_of) == (7_665_000, datetime.now(UTC).date())
    call_command("refresh_prices", "linode")
    assert ListedPrice.objects.count() == 2


def test_a_shorter_or_broken_list_changes_nothing(linode):
    call_command("refresh_prices")
    linode.pages["1"] = 200, {"data": [a_type("nano", 99)], "pages": 1}
    with pytest.raises(CommandError, match="has 0 prices of SIZE in br-gru and had 1"):
        call_command("refresh_prices")
    linode.pages["1"] = 200, {"data": [a_type("nano", 99)], "pages": 2}
    linode.pages["2"] = 500, {}
    with pytest.raises(CommandError, match="answers 500"):
        call_command("refresh_prices", "--allow-shorter")
    assert VirtualMachine.objects.get().price_amount == 10_500
    linode.pages["1"] = 200, {"data": [a_type("nano", 99)], "pages": 1}
    call_command("refresh_prices", "--allow-shorter")
    assert VirtualMachine.objects.get().price_amount == 99_000_000


def test_a_kind_without_a_list_is_refused(transactional_db):
    with pytest.raises(CommandError, match=r"'s3' has no list .*: aws, azure, google, linode have"):
        call_command("refresh_prices", "s3")
    assert set(price_lists.PRICE_LISTS) == {"aws", "azure", "google", "linode"}
