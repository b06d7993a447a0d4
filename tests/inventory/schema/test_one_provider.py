"""A query on one provider: its live fields, its receipts alone, and the age of its rows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gateway.core.ids import global_id
from inventory.models import Source, VirtualMachine
from inventory.services.actions import target_id
from inventory.services.machines import provider_id
from tests.inventory.actions import machine_change
from tests.inventory.factories import make_simulator, make_user

CATALOGS = ("sizes", "images", "locations")
LISTS = ("virtualMachines", *CATALOGS)
NODE = "query ($id: ID!, $age: Int) { node(id: $id) { ... on Provider { %s } } }"
PROVIDER = "query ($id: ID!, $age: Int) { provider(id: $id) { %s } }"
UNAGED = "query ($id: ID!) { provider(id: $id) { %s } }"
RECEIPT = "{ status fetchedAt error { code } provider { id } }"
MACHINES = "virtualMachines%s { totalCount complete sources " + RECEIPT + " nodes { stale } }"
AGED = "(maxAge: $age)"
USED = "$age: Int"
EVERYTHING = (
    "{ virtualMachines { totalCount } providers { sizes { id } images { id } locations { id } } }"
)


def selected(name, arguments=""):
    return MACHINES % arguments if name == "virtualMachines" else f"{name}{arguments} {{ name }}"


def query(root, name, *, aged):
    text = (NODE if root == "node" else PROVIDER) % selected(name, AGED if aged else "")
    return text if aged else text.replace(f", {USED}", "")


def receipts_of(asked, root, name):
    """The receipts, from the list or the extensions: provider's id, status and code."""
    if name == "virtualMachines":
        found = asked.answer["data"][root][name]["sources"]
    else:
        found = asked.answer["extensions"]["sources"]
    return [
        (each["provider"]["id"], each["status"], (each["error"] or {}).get("code"))
        for each in found
    ]


def is_complete(asked, root, name):
    if name == "virtualMachines":
        return asked.answer["data"][root][name]["complete"]
    return asked.answer["extensions"]["complete"]


def age_all(seconds):
    """Let every stored listing be this much older."""
    for source in Source.objects.exclude(fetched_at=None):
        past = timedelta(seconds=seconds)
        Source.objects.filter(pk=source.pk).update(
            fetched_at=source.fetched_at - past,
            listing_started_at=source.listing_started_at - past,
            attempt_started_at=source.attempt_started_at - past,
        )


@pytest.fixture
def provider(user):
    return make_simulator(user, name="mine")


@pytest.fixture
def others(user):
    """Providers of which a question about another one must say nothing."""
    return [make_simulator(user, name="good"), make_simulator(user, name="bad", error_rate=1)]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("aged", [False, True])
@pytest.mark.usefixtures("others")
def test_provider_by_its_id_is_read_live(ask, provider, name, aged):
    own = provider_id(provider)
    variables = {"age": 0} if aged else {}

    asked = ask(query("provider", name, aged=aged), id=own, **variables)

    assert asked.data["provider"][name]
    assert receipts_of(asked, "provider", name) == [(own, "LIVE", None)]
    assert is_complete(asked, "provider", name) is True
    assert asked.live.misses == 0
    assert {source.provider_id for source in Source.objects.exclude(fetched_at=None)} == {
        provider.pk
    }


@pytest.mark.parametrize("value", ["foreign", "absent", "no uuid"])
def test_a_provider_out_of_sight_is_null(ask, value):
    local = {
        "foreign": make_simulator(make_user()).public_id,
        "absent": "00000000-0000-4000-8000-000000000000",
        "no uuid": "x",
    }[value]

    asked = ask(UNAGED % "name sizes { name }", id=global_id("Provider", local))

    assert asked.data == {"provider": None}
    assert "sources" not in asked.answer["extensions"]


def test_another_type_s_id_is_refused_and_nothing_is_asked(ask, user, provider):
    machine = global_id("VirtualMachine", f"{provider.public_id}:sim-1:x")

    for value in (machine, global_id("User", user.pk), "x"):
        asked = ask(UNAGED % "virtualMachines { totalCount }", id=value)
        [error] = asked.answer["errors"]
        assert error["extensions"] == {"code": "INVALID", "field": "id"}
        assert asked.live.receipts == {}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.usefixtures("others")
def test_a_field_under_node_is_live_if_it_names_an_age(ask, provider, name):
    own = provider_id(provider)
    ask(EVERYTHING)
    age_all(7200)

    asked = ask(query("node", name, aged=True), id=own, age=3600)

    assert receipts_of(asked, "node", name) == [(own, "LIVE", None)]
    assert is_complete(asked, "node", name) is True
    again = ask(query("node", name, aged=True), id=own, age=3600)
    assert receipts_of(again, "node", name) == [(own, "CACHED", None)]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.usefixtures("others")
def test_a_field_under_node_that_names_no_age_shows_the_stored_rows(ask, provider, name):
    own = provider_id(provider)
    ask(EVERYTHING)
    age_all(7200)

    asked = ask(query("node", name, aged=False), id=own)

    assert asked.data["node"][name]
    assert receipts_of(asked, "node", name) == [(own, "CACHED", None)]
    assert asked.live.receipts == {}


@pytest.mark.parametrize("name", CATALOGS)
def test_a_catalogue_that_was_never_read_is_null_with_an_error(ask, provider, name):
    asked = ask(query("node", name, aged=False), id=provider_id(provider))

    assert asked.answer["data"]["node"] == {name: None}
    [error] = asked.answer["errors"]
    assert error["path"] == ["node", name]
    assert error["extensions"] == {"code": "NOT_ASKED_YET"}
    assert asked.answer["extensions"]["complete"] is False


@pytest.mark.parametrize("name", CATALOGS)
@pytest.mark.parametrize("root", ["providers", "provider", "node"])
def test_a_catalogue_that_cannot_be_read_is_null_with_the_cloud_s_error(ask, user, name, root):
    broken = make_simulator(user, error_rate=1)
    queries = {
        "providers": f"{{ providers {{ {name}(maxAge: 0) {{ name }} }} }}",
        "provider": query("provider", name, aged=True),
        "node": query("node", name, aged=True),
    }
    variables = {} if root == "providers" else {"id": provider_id(broken), "age": 0}

    answer = ask(queries[root], **variables).answer

    found = answer["data"][root]
    assert (found[0] if root == "providers" else found) == {name: None}
    [error] = answer["errors"]
    assert error["extensions"] == {"code": "PROVIDER_ERROR"}
    assert answer["extensions"]["complete"] is False


def test_a_catalogue_of_which_one_region_was_read_shows_it_and_is_incomplete(ask, user):
    provider = make_simulator(user, regions=["r1", "r2"])
    ask("{ providers { sizes { name } } }")
    Source.objects.filter(region="r2").update(fetched_at=None, listing_started_at=None)

    asked = ask(query("node", "sizes", aged=False), id=provider_id(provider))

    assert asked.data["node"]["sizes"]
    assert asked.answer["extensions"]["complete"] is False
    statuses = {each["region"]: each["status"] for each in asked.answer["extensions"]["sources"]}
    assert statuses == {"r1": "CACHED", "r2": "FAILED"}


def test_a_search_for_images_that_asks_no_cloud_is_incomplete(ask, provider):
    ask(EVERYTHING)
    images = 'images(search: "debian"%s) { name }'

    stored = ask(NODE.replace(f", {USED}", "") % images % "", id=provider_id(provider))
    live = ask(NODE % images % ", maxAge: $age", id=provider_id(provider), age=0)

    names = [["Debian 12", "Debian 13"]] * 2
    assert [
        [image["name"] for image in each.data["node"]["images"]] for each in (stored, live)
    ] == (names)
    assert receipts_of(stored, "node", "images") == [(provider_id(provider), "STALE", "NOT_ASKED")]
    assert receipts_of(live, "node", "images") == [(provider_id(provider), "LIVE", None)]


@pytest.mark.parametrize("name", LISTS)
def test_a_mutation_s_payload_asks_no_cloud_and_says_what_is_too_old(ask, user, provider, name):
    own = provider_id(provider)
    ask(EVERYTHING)
    machines = VirtualMachine.objects.exclude(state="TERMINATED").select_related("source__provider")
    jobs = [machine_change(name="stop", machine=row, requested_by=user) for row in machines[:2]]
    text = f"""mutation ($id: ID!, $age: Int) {{ cancelJob(input: {{id: $id}}) {{
        job {{ provider {{ {selected(name, AGED)} }} }} }} }}"""

    def run(job):
        asked = ask(text, id=job.public_id, age=3600)
        asked.answer["data"]["node"] = asked.answer["data"]["cancelJob"]["job"]["provider"]
        assert asked.live.receipts == {}
        return asked

    young = run(jobs[0])
    age_all(7200)
    old = run(jobs[1])

    assert receipts_of(young, "node", name) == [(own, "CACHED", None)]
    assert receipts_of(old, "node", name) == [(own, "STALE", "NOT_ASKED")]
    assert is_complete(young, "node", name) is True
    assert is_complete(old, "node", name) is False
    if name == "virtualMachines":
        assert {node["stale"] for node in old.answer["data"]["node"][name]["nodes"]} == {True}


def test_jobs_ask_the_clouds_if_a_field_names_an_age(ask, user, provider, others):
    ask(EVERYTHING)
    machine = VirtualMachine.objects.filter(state="RUNNING", provider=provider).select_related(
        "source__provider"
    )[0]
    job = machine_change(name="stop", machine=machine, requested_by=user)
    age_all(7200)
    below = "provider { virtualMachines(maxAge: 60) { complete sources { status } } }"

    one = ask(f"query ($id: ID!) {{ job(id: $id) {{ {below} }} }}", id=job.public_id)
    many = ask(f"{{ jobs {{ nodes {{ {below} }} }} }}")

    expected = {"virtualMachines": {"complete": True, "sources": [{"status": "LIVE"}]}}
    assert one.data["job"]["provider"] == expected
    expected["virtualMachines"]["sources"] = [{"status": "CACHED"}]
    assert many.data["jobs"]["nodes"][0]["provider"] == expected


@pytest.mark.usefixtures("others")
@pytest.mark.parametrize(
    "text",
    [
        "{ virtualMachines(filter: {provider: [§id§]}) { nodes { provider { images { id } } } } }",
        "{ virtualMachines(filter: {region: [§region§]}) { nodes { provider { sizes { id } } } } }",
        """{ virtualMachines(maxAge: 3600, filter: {name: §name§}) {
            nodes { provider { sizes { id } } } } }""",
        "{ virtualMachine(id: §machine§, maxAge: 60) { provider { locations { id } } } }",
        "{ node(id: §machine§) { ... on VirtualMachine { provider { sizes(maxAge: 9) {id} } } } }",
    ],
)
def test_nested_fields_report_the_providers_that_they_are_resolved_for(ask, user, text):
    mine = make_simulator(user, name="alone", regions=["far"])
    ask("{ virtualMachines { totalCount } }")
    machine = VirtualMachine.objects.filter(provider=mine).select_related("provider").first()
    values = {
        "§id§": provider_id(mine),
        "§region§": "far",
        "§machine§": target_id(machine),
        "§name§": machine.name,
    }
    for name, value in values.items():
        text = text.replace(name, f'"{value}"')
    for row in VirtualMachine.objects.exclude(pk=machine.pk):
        row.name = "another"
        row.save()

    asked = ask(text)

    named = {each["provider"]["id"] for each in asked.answer["extensions"]["sources"]}
    assert asked.data
    assert named == {provider_id(mine)}
    assert asked.answer["extensions"]["complete"] is True


def test_one_machine_s_receipt_is_as_old_as_its_row(ask, provider):
    """The row may be younger than the latest listing, or there was no listing at all."""
    ask(EVERYTHING)
    machine = VirtualMachine.objects.select_related("provider").first()
    one = "query ($id: ID!, $age: Int) { virtualMachine(id: $id, maxAge: $age) { observedAt } }"
    age_all(7200)
    VirtualMachine.objects.update(observed_at=timezone.now() - timedelta(seconds=7200))
    ask(one, id=target_id(machine), age=0)

    for source in ({}, {"fetched_at": None, "listing_started_at": None}):
        Source.objects.filter(pk=machine.source_id).update(**source)
        asked = ask(one, id=target_id(machine), age=60)
        [receipt] = asked.answer["extensions"]["sources"]
        assert receipt["status"] == "CACHED"
        assert receipt["fetchedAt"] == asked.data["virtualMachine"]["observedAt"]
        assert asked.answer["extensions"]["complete"] is True


def test_a_later_page_that_names_an_age_is_refreshed(ask, user):
    make_simulator(user)
    text = """query ($after: String, $age: Int) { virtualMachines(first: 2, after: $after,
        maxAge: $age) { pageInfo { endCursor } sources { status } } }"""
    after = ask(text).data["virtualMachines"]["pageInfo"]["endCursor"]
    age_all(7200)

    def status(**age):
        return ask(text, after=after, **age).data["virtualMachines"]["sources"][0]["status"]

    assert status() == "CACHED"
    assert status(age=3600) == "LIVE"
    assert status(age=3600) == "CACHED"
