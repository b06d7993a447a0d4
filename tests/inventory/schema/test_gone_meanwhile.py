"""A provider is disconnected, or loses a region, while a request waits for other clouds."""

import pytest

from inventory.models import Provider
from inventory.schema import live_answers as live
from inventory.services.providers import provider_disconnect, provider_update
from tests.inventory.factories import make_simulator

pytestmark = pytest.mark.django_db(transaction=True)

SOURCES = "sources { provider { name } region status count error { code } }"
LIST = "{ virtualMachines(maxAge: 0) { complete totalCount %s } }" % SOURCES  # noqa: UP031 - braces
ENDS = {
    "disconnected": lambda provider, _by: provider_disconnect(provider=provider),
    "one region": lambda provider, by: provider_update(provider=provider, regions=["r1"], by=by),
}
GONE = {"status": "FAILED", "count": None, "code": "NOT_FOUND"}


@pytest.fixture
def fast(user):
    """A provider of two regions; another provider is connected too."""
    make_simulator(user, name="slow")
    return make_simulator(user, name="fast", regions=["r1", "r2"], region_names="r1,r2")


@pytest.fixture(params=ENDS.values(), ids=ENDS)
def end(request, fast, user):
    """The event that happens to "fast", once."""
    return lambda: Provider.objects.filter(pk=fast.pk).exists() and request.param(fast, user)


@pytest.fixture
def ends_after(monkeypatch, end):
    """``end`` happens as soon as the function of this name has answered."""

    def patch(name):
        original = getattr(live, name)

        def then_end(*arguments, **options):
            found = original(*arguments, **options)
            end()
            return found

        monkeypatch.setattr(live, name, then_end)

    return patch


def receipts_of(sources, name, region):
    return [
        {"status": one["status"], "count": one["count"], "code": one["error"]["code"]}
        for one in sources
        if one["provider"]["name"] == name and one["region"] == region
    ]


@pytest.mark.parametrize("stage", ["refresh", "finish_reads"])
def test_a_source_that_was_live_is_failed_when_it_is_gone(ask, ends_after, fast, stage):
    ends_after(stage)

    answer = ask(LIST).data["virtualMachines"]

    assert answer["complete"] is False
    assert receipts_of(answer["sources"], "fast", "r2") == [GONE]
    assert answer["totalCount"] == sum(one["count"] or 0 for one in answer["sources"])
    slow = [one["status"] for one in answer["sources"] if one["provider"]["name"] == "slow"]
    assert slow == ["LIVE"]


def test_rows_that_were_not_asked_for_are_failed_when_they_are_gone(ask, ends_after, fast):
    page = ask("{ virtualMachines(maxAge: 0, first: 1) { pageInfo { endCursor } } }").data
    after = page["virtualMachines"]["pageInfo"]["endCursor"]
    ends_after("refresh")
    query = """query ($after: String) {
        virtualMachines(first: 100, after: $after) { complete %s }
        containers(maxAge: 0) { totalCount } others: virtualMachines(maxAge: 0,
            filter: {kind: ["simulator"], region: ["sim-1"]}) { totalCount } }"""

    answer = ask(query % SOURCES, after=after).data["virtualMachines"]

    assert answer["complete"] is False
    assert receipts_of(answer["sources"], "fast", "r2") == [GONE]


def test_extensions_are_not_complete_either(ask, ends_after, fast):
    ends_after("refresh")

    extensions = ask("{ allComputeTypes(maxAge: 0) { name } }").answer["extensions"]

    assert extensions["complete"] is False
    assert receipts_of(extensions["sources"], "fast", "r2") == [GONE]


@pytest.mark.parametrize("end", [ENDS["one region"]], indirect=True)
def test_an_image_search_is_not_complete_either(ask, ends_after, fast):
    ends_after("search_images")
    query = '{ providers { name images(search: "debian", maxAge: 0) { name } } }'

    extensions = ask(query).answer["extensions"]

    assert extensions["complete"] is False


def test_what_is_cached_costs_no_question_more(ask, fast, monkeypatch):
    ask(LIST)
    asked = []
    monkeypatch.setattr(live, "sources_left", asked.append)

    assert ask("{ virtualMachines(maxAge: 60) { complete } }").data["virtualMachines"]["complete"]
    assert asked == []
