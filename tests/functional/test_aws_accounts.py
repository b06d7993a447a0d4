"""Two EC2 accounts with two regions each, and an account with all regions."""

import pytest

from inventory.models import Provider
from inventory.services.provider_checks import provider_check
from inventory.services.providers import provider_connect
from tests.client import GraphQLClient
from tests.clouds.moto import moto_server
from tests.clouds.static_ec2 import instances_xml, refusal, reply, static_ec2
from tests.inventory.factories import make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.functional,
    pytest.mark.any_database,  # it is about what the cloud answers
]

REGIONS = ("eu-west-2", "us-west-2")
QUERY = """query ($filter: VirtualMachineFilter) {
    virtualMachines(first: 100, maxAge: 0, filter: $filter) {
        complete totalCount nodes { name region provider { name } }
        sources { provider { name } region status count } } }"""


@pytest.fixture(scope="module")
def servers():
    """Two clouds: neither knows the objects of the other's account."""
    with moto_server() as one, moto_server() as other:
        yield {"one": one, "two": other}


@pytest.fixture
def user(transactional_db):
    return make_user("operator")


@pytest.fixture
def ask(user):
    client = GraphQLClient().log_in("operator", "correct-horse")

    def answer(**filters):
        return client.data(QUERY, filter=filters)["virtualMachines"]

    return answer


def connect(user, server, name, regions):
    return provider_connect(
        owner=user, kind="aws", name=name, credentials=server.credentials, regions=regions
    )


def test_two_accounts_in_two_regions_show_their_own_machines(user, ask, servers):
    expected = set()
    for account, server in servers.items():
        connect(user, server, account, REGIONS)
        for region in REGIONS:
            server.launch(region, f"{account}-{region}", count=2)
            expected.add((f"{account}-{region}", region, account))

    answer = ask()

    assert (answer["complete"], answer["totalCount"]) == (True, 8)
    shown = {(node["name"], node["region"], node["provider"]["name"]) for node in answer["nodes"]}
    assert shown == expected
    assert {receipt["count"] for receipt in answer["sources"]} == {2}
    assert len(answer["sources"]) == 4

    one_region = ask(region=["us-west-2"])
    assert {node["region"] for node in one_region["nodes"]} == {"us-west-2"}
    assert len(one_region["sources"]) == 2


def test_all_regions_are_those_that_the_account_tells(user, ask, servers):
    server = servers["one"]
    server.launch("sa-east-1", "far")

    provider = connect(user, server, "everywhere", ["all"])

    assert {"sa-east-1", "us-east-1", "eu-west-2"} <= set(provider.regions)
    answer = ask(region=["sa-east-1"])
    assert [node["name"] for node in answer["nodes"]] == ["far"]


def test_an_account_that_may_not_ask_has_the_regions_that_are_known(user):
    """checkProvider asks again for the regions that were unknown at connecting."""
    told = []

    def answer(asked):
        if asked["Action"] != "DescribeRegions":
            return reply(instances_xml([]))
        if not told:
            return refusal("UnauthorizedOperation", status=403)
        items = "".join(f"<item><regionName>{name}</regionName></item>" for name in told)
        return reply(
            '<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
            f"<regionInfo>{items}</regionInfo></DescribeRegionsResponse>"
        )

    with static_ec2(answer) as server:
        credentials = {
            "access_key_id": "AKIATEST",
            "secret_access_key": "secret",
            "endpoint_url": server.url,
        }
        provider = provider_connect(
            owner=user, kind="aws", name="private", credentials=credentials, regions=["all"]
        )
        assert provider.regions == ["us-east-1"]

        told += ["here", "there"]
        provider_check(provider=provider)

    provider = Provider.objects.get()
    assert provider.regions == ["here", "there"]
    sources = provider.sources.filter(resource="virtual_machines")
    assert {(source.region, source.error_code) for source in sources} == {
        ("here", ""),
        ("there", ""),
    }
