import dataclasses
import socket
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model

from gateway.run.demo.fleet import REGIONS, RESEARCH_REGIONS
from gateway.run.demo.keys import FIRM_KEY, RESEARCH_KEY
from gateway.run.demo.seed import connect_demo, mark_demo
from gateway.run.demo.whether import Memory, Plan, plan_demo, read_memory
from gateway.run.errors import StartError
from inventory.models import Credentials, Provider
from inventory.prices.book import Book
from inventory.prices.books import stored_book
from inventory.services.providers import provider_update

pytestmark = pytest.mark.django_db
ALL = Plan(connect=("aws", "research", "simulator"))


@pytest.fixture
def owner():
    return get_user_model().objects.create_superuser("admin", password="x")


@pytest.fixture
def aws_port():
    """A port that somebody listens on: all that connecting wants of the demo's cloud."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def connect(owner, tmp_path, *, plan=ALL, memory=None, port):
    return connect_demo(
        plan=plan, memory=memory or Memory(), aws_port=port, owner=owner, data_dir=tmp_path
    )


def endpoint_of(provider):
    return Credentials.objects.get(provider=provider).values["endpoint_url"]


def key_of(provider):
    return Credentials.objects.get(provider=provider).values["access_key_id"]


def test_all_providers_are_connected_for_the_owner(owner, tmp_path, aws_port):
    memory = connect(owner, tmp_path, port=aws_port)

    aws, research, simulator = Provider.objects.order_by("pk")
    assert [one.kind_slug for one in (aws, research, simulator)] == ["aws", "aws", "simulator"]
    assert {one.owner for one in (aws, research, simulator)} == {owner}
    assert (aws.regions, research.regions) == (list(REGIONS), list(RESEARCH_REGIONS))
    assert endpoint_of(aws) == endpoint_of(research) == f"http://127.0.0.1:{aws_port}"
    assert (key_of(aws), key_of(research)) == (FIRM_KEY, RESEARCH_KEY)
    assert memory == Memory(
        providers={
            "aws": str(aws.public_id),
            "research": str(research.public_id),
            "simulator": str(simulator.public_id),
        },
        aws_port=aws_port,
        finished=True,
    )
    assert read_memory(tmp_path) == memory


def test_its_aws_accounts_have_prices_of_volumes(owner, tmp_path, aws_port):
    """libcloud's list has none; setting them makes no account its user's."""
    connect(owner, tmp_path, port=aws_port)

    aws, research, simulator = Provider.objects.order_by("pk")
    assert aws.demo
    assert research.demo
    assert stored_book(aws).volumes == stored_book(research).volumes != {}
    assert (stored_book(aws).discount, stored_book(research).discount) == (0, Decimal("0.15"))
    assert stored_book(simulator) == Book()


def test_what_is_connected_is_left_alone(owner, tmp_path, aws_port):
    memory = connect(owner, tmp_path, port=aws_port)
    before = list(Provider.objects.values_list("pk", "updated_at"))

    plan = plan_demo(switch=None, memory=memory, connected=memory.providers.values())
    again = connect(owner, tmp_path, plan=plan, memory=memory, port=aws_port)

    assert again == memory
    assert list(Provider.objects.values_list("pk", "updated_at")) == before


def test_the_providers_follow_their_cloud_to_another_port(owner, tmp_path, aws_port):
    memory = connect(owner, tmp_path, port=aws_port)
    elsewhere = dataclasses.replace(memory, aws_port=1)

    moved = connect(
        owner, tmp_path, plan=Plan(keep=memory.providers), memory=elsewhere, port=aws_port
    )

    assert moved.aws_port == aws_port
    aws, research = Provider.objects.filter(kind_slug="aws").order_by("pk")
    assert endpoint_of(aws) == endpoint_of(research) == f"http://127.0.0.1:{aws_port}"
    assert (key_of(aws), key_of(research)) == (FIRM_KEY, RESEARCH_KEY)
    assert Provider.objects.count() == 3


def test_a_start_that_was_ended_before_it_remembered_connects_nothing_twice(
    owner, tmp_path, aws_port
):
    connect(owner, tmp_path, port=aws_port)

    memory = connect(owner, tmp_path, port=aws_port)

    assert Provider.objects.count() == 3
    assert set(memory.providers) == {"aws", "research", "simulator"}


def test_a_name_that_is_taken_by_another_cloud_stops_the_start(owner, tmp_path, aws_port):
    connect(owner, tmp_path, plan=Plan(connect=("aws",)), port=aws_port)
    Provider.objects.update(name="Demo simulator")

    with pytest.raises(StartError, match=r"Demo simulator cannot be connected: .*already"):
        connect(owner, tmp_path, plan=Plan(connect=("simulator",)), port=aws_port)


def test_an_account_that_its_user_has_led_elsewhere_stays_there(owner, tmp_path, aws_port):
    memory = connect(owner, tmp_path, port=aws_port)
    aws, research, _simulator = Provider.objects.order_by("pk")
    own = {"access_key_id": "AKIAOWN", "endpoint_url": "http://127.0.0.1:9"}
    provider_update(provider=aws, credentials=own)
    provider_update(provider=research, name="Mine")

    with socket.create_server(("127.0.0.1", 0)) as server:
        other = server.getsockname()[1]
        connect(owner, tmp_path, plan=Plan(keep=memory.providers), memory=memory, port=other)

    assert (endpoint_of(aws), key_of(aws)) == ("http://127.0.0.1:9", "AKIAOWN")
    assert endpoint_of(research) == f"http://127.0.0.1:{other}"
    assert not Provider.objects.filter(pk__in=[aws.pk, research.pk], demo=True).exists()


def test_what_is_the_demo_s_is_marked_once(owner, tmp_path, aws_port):
    memory = connect(owner, tmp_path, port=aws_port)
    assert not memory.marked
    Provider.objects.update(demo=False)
    Provider.objects.filter(name="Demo simulator").update(name="Mine", demo=True)

    marked = mark_demo(memory, tmp_path)

    assert set(Provider.objects.filter(demo=True).values_list("name", flat=True)) == {
        "Demo AWS",
        "Demo AWS research",
    }
    assert marked.marked
    assert read_memory(tmp_path) == marked
