"""A list that may be one page of several is not the whole, and proves no absence."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from gateway.core.ids import global_id
from inventory.live.store import store_listing
from inventory.models import Grant, Role, VirtualMachine
from inventory.models import provider as provider_module
from inventory.operations import absence
from inventory.operations.absence import confirm_absence
from inventory.providers import Table, all_kinds, get_kind
from inventory.providers.capability import LIST
from inventory.providers.generic import libcloud_method, table_over_libcloud
from inventory.types import Completeness
from jobs.api import OperationFailed
from tests.client import GraphQLClient, token_of
from tests.inventory.factories import machine_source, make_simulator, make_user

pytestmark = pytest.mark.django_db(transaction=True)

MACHINES = """{ virtualMachines(maxAge: 0) { complete totalCount nodes { name state stale }
    sources { status completeness error { code message retryable } } } }"""
UPDATE = """mutation ($id: ID!, $trust: Boolean) {
    updateProvider(input: {id: $id, trustListing: $trust}) {
        provider { trustListing } errors { field code message } } }"""
CONNECT = """mutation ($trust: Boolean) { connectProvider(input: {kind: "simulator", name: "Mine",
    credentials: [{name: "machines", value: "2"}], trustListing: $trust}) {
        provider { trustListing } errors { code } } }"""
KEY = ("virtual_machines", LIST)


@pytest.fixture
def unproven(monkeypatch):
    """The simulator, as if its list of machines were libcloud's own."""
    kind = get_kind("simulator")
    own, generic = kind.table.functions[KEY], table_over_libcloud({}).functions[KEY]

    def listed(driver):
        return own(driver)

    vars(listed).update(vars(generic))
    assert libcloud_method(listed) == "list_nodes"
    table = Table({**kind.table.functions, KEY: listed}, kind.table.beside)
    changed = replace(kind, table=table)
    monkeypatch.setattr(provider_module, "get_kind", lambda *_slug_and_driver: changed)
    return changed


@pytest.fixture
def provider():
    return make_simulator(machines=2)


def ask(user, query, **variables):
    return GraphQLClient(token_of(user)).data(query, **variables)


def machines(provider):
    return ask(provider.owner, MACHINES)["virtualMachines"]


def update(user, provider, trust):
    values = {"id": global_id("Provider", provider.public_id), "trust": trust}
    return ask(user, UPDATE, **values)["updateProvider"]


def test_a_list_of_a_kind_s_own_is_proven(provider):
    found = machines(provider)

    [receipt] = found["sources"]
    assert found["complete"]
    assert receipt == {"status": "LIVE", "completeness": "PROVEN", "error": None}


def test_an_unproven_list_is_not_complete_and_says_what_to_do(unproven, provider):
    found = machines(provider)

    [receipt] = found["sources"]
    assert not found["complete"]
    assert found["totalCount"] == 2
    assert (receipt["status"], receipt["completeness"]) == ("LIVE", "UNPROVEN")
    assert receipt["error"]["code"] == "UNPROVEN_LIST"
    assert "trustListing: true" in receipt["error"]["message"]


def test_the_extensions_of_an_answer_have_it_too(unproven, provider):
    client = GraphQLClient(token_of(provider.owner))

    extensions = client.post("{ allComputeTypes { __typename } }")["extensions"]

    assert not extensions["complete"]
    assert {one["completeness"] for one in extensions["sources"]} == {"UNPROVEN"}


def test_its_owner_vouches_for_it(unproven, provider):
    assert update(provider.owner, provider, True) == {
        "provider": {"trustListing": True},
        "errors": [],
    }

    found = machines(provider)

    [receipt] = found["sources"]
    assert found["complete"]
    assert (receipt["completeness"], receipt["error"]) == ("UNPROVEN", None)
    assert update(provider.owner, provider, None)["provider"] == {"trustListing": True}
    assert update(provider.owner, provider, False)["provider"] == {"trustListing": False}
    assert not machines(provider)["complete"]


def test_it_may_be_vouched_for_from_the_beginning(unproven):
    user = make_user()

    assert ask(user, CONNECT, trust=True)["connectProvider"]["provider"] == {"trustListing": True}
    assert ask(user, MACHINES)["virtualMachines"]["complete"]


def test_nobody_but_the_owner_vouches(provider):
    admin = make_user()
    Grant.objects.create(provider=provider, user=admin, role=Role.ADMIN)

    refused = update(admin, provider, True)

    assert refused["provider"] is None
    assert [one["code"] for one in refused["errors"]] == ["FORBIDDEN"]
    provider.refresh_from_db()
    assert not provider.trust_listing


@pytest.mark.parametrize(("trusted", "state"), [(False, "RUNNING"), (True, "MISSING")])
def test_what_an_unproven_list_lacks_is_stale_and_never_missing(unproven, provider, trusted, state):
    machines(provider)
    update(provider.owner, provider, trusted)
    VirtualMachine.objects.update(state="RUNNING")
    source = machine_source(provider)

    for minutes in (2, 4, 6):
        store_listing(source.pk, [], started_at=timezone.now() + timedelta(minutes=minutes))

    states = set(VirtualMachine.objects.values_list("state", "listed"))
    assert states == {(state, False)}


class Looked:
    """A job's step that has looked for its machine often enough."""

    last_look = True

    def __init__(self):
        self.memory = {absence.ABSENT_LOOKS: absence.LEAST_LOOKS}

    def remember(self, **values):
        self.memory |= values


class LookedFor:
    external_id = "gone"

    def __init__(self, source):
        self.source = source
        self.cloud = self
        self.kind = source.provider.kind
        self.target_type = type("Machine", (), {"noun": "machine"})

    def read(self, _resource):
        return []


def test_an_unproven_list_shows_no_absence(unproven, provider):
    with pytest.raises(OperationFailed, match="trustListing"):
        confirm_absence(Looked(), LookedFor(machine_source(provider)))

    update(provider.owner, provider, True)
    assert confirm_absence(Looked(), LookedFor(machine_source(provider))) is None


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.slug)
def test_every_shipped_list_is_proven(kind):
    """test_pages.py and test_whole_lists.py prove the lists of these kinds."""
    resources = {resource for resource, verb in kind.table.functions if verb == LIST}

    assert all(kind.completeness(one) is Completeness.PROVEN for one in resources)


def test_no_owner_vouches_for_a_list_that_is_known_to_be_cut(unproven, provider, monkeypatch):
    provider.trust_listing = True
    provider.save()
    assert ask(provider.owner, MACHINES)["virtualMachines"]["complete"]

    cut = replace(unproven, cut_lists=frozenset({"virtual_machines"}))
    monkeypatch.setattr(provider_module, "get_kind", lambda *_slug_and_driver: cut)

    assert not ask(provider.owner, MACHINES)["virtualMachines"]["complete"]
