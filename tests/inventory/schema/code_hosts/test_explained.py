"""``explain`` on requests to code hosts, which are sent while a query is executed."""

import json

import pytest
from django.utils import timezone

from gateway.core.ids import global_id
from inventory.live.source_state import store_failure
from inventory.models import Source
from inventory.providers import ProviderError, ProviderErrorCode
from tests.inventory.schema.code_hosts.world import connect

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about what GitHub is asked and answers
]
BELOW = "issues { number } contributors { login } issue(number: 1) { id }"
BELOW_ASKS = {("ask", "issues"), ("ask", "contributors"), ("ask", "issue")}
QUERIES = {
    '{ organization(login: "acme") { login } }': {("ask", "organization")},
    '{ organization(login: "acme") { repositories { nodes { issues { number } } } } }': {
        *(("ask", "organization"), ("ask", "issues"))
    },
    f"{{ repositoriesConnection {{ nodes {{ {BELOW} }} }} }}": {("list", None), *BELOW_ASKS},
    f'{{ repository(name: "boat") {{ {BELOW} }} }}': {("list", None), *BELOW_ASKS},
    f'{{ repository(id: "ID") {{ {BELOW} }} }}': {("find", "1"), *BELOW_ASKS},
    "{ repositoriesConnection { nodes { name } } }": {("list", None)},
    '{ organization(login: "acme", provider: "x") { login } }': set(),
}


def explained(client, query):
    text = json.dumps(query)
    return client.data(
        f"{{ explain(query: {text}) {{ calls sources {{ call about action fields }} }} }}"
    )["explain"]


@pytest.mark.parametrize("query", QUERIES)
def test_what_would_be_asked(client, github, provider, query):
    local = global_id("Repository", f"{provider.public_id}:global:1")

    plan = explained(client, query.replace("ID", local))

    assert {(one["call"], one["about"]) for one in plan["sources"]} == QUERIES[query]
    assert plan["calls"] == len(QUERIES[query])
    assert not github.asked


def test_the_provider_of_the_owner_is_the_one(client, github, user):
    connect(user, name="other", owner="other")
    connect(user, name="acme", owner="acme")
    query = '{ a: organization(login: "acme") { login } b: organization(login: "acme") { url } }'

    [step] = explained(client, query)["sources"]

    assert step["fields"] == ["a", "b"]


def test_what_is_left_alone_is_no_call(client, github, provider):
    slow_down = ProviderError(ProviderErrorCode.RATE_LIMITED, "Slow down.", retry_after=600)
    source = Source.objects.get(resource="repositories")
    store_failure(source.pk, slow_down, started_at=timezone.now())

    plan = explained(client, '{ organization(login: "acme") { login } }')

    assert (plan["calls"], plan["sources"][0]["action"]) == (0, "LEFT_ALONE")
