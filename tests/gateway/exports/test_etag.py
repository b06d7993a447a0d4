"""An ETag stays the same only if nothing has changed, and is compared without reading a row."""

import pytest
from django.utils import timezone

from inventory.live.api import reprice_all
from inventory.live.source_state import store_failure
from inventory.live.store import store_listing
from inventory.models import ListedPrice, Provider, Source
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.schema.table.exported import ExportedPage
from inventory.services.price_books import price_book_set
from inventory.services.repositories import repository_create
from inventory.types import MachineRecord, MachineState
from tests.client import token_of
from tests.gateway.exports.client import get, make_exports
from tests.inventory.factories import machine_source
from tests.jobs.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "virtualMachines.jsonl"
HOUR = "3600"
DOWN = ProviderError(ProviderErrorCode.UNREACHABLE, "It is down.", retryable=False)


@pytest.fixture
def exports():
    made = make_exports()
    yield made
    made.close()


@pytest.fixture
def fetch(token, cloud, exports):
    """Asks again with what the last answer was tagged with."""

    def run(name=NAME, known=None, token=token, **parameters):
        headers = [] if known is None else [(b"if-none-match", known.encode())]
        parameters = {"maxAge": HOUR} | parameters
        return get(token, name, exports=exports, headers=headers, **parameters)

    run(maxAge="0")
    return run


def test_what_has_not_changed_is_not_read_again(fetch, monkeypatch):
    first = fetch()
    tag = first.headers["etag"]
    assert tag.startswith('W/"')

    def fail(_page):
        raise AssertionError("It read rows.")

    monkeypatch.setattr(ExportedPage, "fetch", fail)
    for known in (tag, f'"other", {tag}', "*", tag.removeprefix("W/")):
        again = fetch(known=known)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == tag
        assert again.headers["x-complete"] == "true"


def test_whatever_is_written_makes_another(fetch, cloud):
    """Writes to the list's sources, to catalogues, and to sources that rows link to."""
    source = machine_source(cloud)

    def list_one():
        record = MachineRecord("vm-1", "web", MachineState.RUNNING, "running", vcpus=2)
        store_listing(source.pk, [record], started_at=timezone.now())

    def fail(resource):
        for one in Source.objects.filter(resource=resource):
            store_failure(one.pk, DOWN, started_at=timezone.now())

    def rename():
        provider = Provider.objects.get()
        provider.name = "another"
        provider.save()

    def set_book(price):
        price_book_set(provider=cloud, text=f"prices: {{vcpu: {price} / vCPU-hour}}")

    def list_a_price():
        price_book_set(provider=cloud, text="")
        found = {"kind_slug": "simulator", "item": "SIZE", "name": "", "unit": "HOUR"}
        ListedPrice.objects.create(
            **found, operating_system="linux", amount=1, as_of=timezone.now().date()
        )
        assert reprice_all("simulator") == 1

    deeds = [
        list_one,
        lambda: set_book("0.5"),
        lambda: set_book("0.7"),
        list_a_price,
        rename,
        *(
            lambda resource=resource: fail(resource)
            for resource in ("sizes", "images", "security_groups", "key_pairs", "virtual_machines")
        ),
    ]
    seen = {fetch().headers["etag"]}
    for number, deed in enumerate(deeds):
        deed()
        answer = fetch(known=", ".join(seen))
        assert answer.status == 200, number
        seen.add(answer.headers["etag"])
    assert len(seen) == len(deeds) + 1


def test_what_does_not_concern_the_columns_changes_nothing(fetch):
    tag = fetch(fields="name").headers["etag"]
    for one in Source.objects.filter(resource__in=["sizes", "volumes", "key_pairs"]):
        store_failure(one.pk, DOWN, started_at=timezone.now())

    assert fetch(fields="name", known=tag).status == 304


def test_another_question_or_another_user_has_another_one(fetch):
    make_user("bob")
    found = [
        fetch(),
        fetch("virtualMachines.csv"),
        fetch("virtualMachines.csv", formulas="true"),
        fetch("virtualMachines.csv", trailer="true"),
        fetch(fields="name"),
        fetch(fields="name", filter={"name": "a"}),
        fetch(fields="name", filter={"name": "b"}),
        fetch(fields="name", orderBy={"field": "CREATED_AT"}),
        fetch("virtualMachinesAggregate.csv"),
        fetch("virtualMachinesAggregate.csv", groupBy=[{"field": "REGION"}]),
        fetch("volumes.csv"),
        fetch(token=token_of(make_user("carl"))),
    ]
    tags = [one.headers["etag"] for one in found]
    assert len(set(tags)) == len(tags)
    assert (
        fetch(fields="name", maxAge="7200").headers["etag"] == fetch(fields="name").headers["etag"]
    )


def test_where_it_is_not_known_there_is_none(ann, fetch):
    assert "etag" not in fetch(fields="name,provider.status").headers
    assert "etag" in fetch("repositories.csv", filter={"kind": ["github"]}).headers
    repository_create(creator=ann, name="r", full_name="x/r", url="u")
    assert "etag" not in fetch("repositories.csv").headers
    assert len(fetch("repositories.csv", known="*").table) == 1
