"""Generated requests: schemathesis for the whole schema, Hypothesis for values that users type in.

Each answer is GraphQL JSON with a status below 500 and without an internal error, and stored rows
stay. The number of cases is bounded, and every run has the same cases.
"""

import base64
import json
from functools import cache

import pytest
from django.conf import settings as configured
from django.contrib.auth import get_user_model
from django.test import Client
from graphene.utils.str_converters import to_camel_case
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from gateway.core.ids import global_id
from gateway.run.options import ROOT
from gateway.schema import schema
from inventory.models import Provider, Repository
from inventory.resources.base import How
from tests.client import token_of
from tests.inventory.factories import make_simulator, make_user
from tests.inventory.resources.names import LISTED, plural, single
from tests.inventory.resources.names import TYPES as RESOURCE_TYPES

CASES = 4
TYPED_CASES = 60
bounded = {
    "deadline": None,
    "database": None,
    "derandomize": True,
    "suppress_health_check": list(HealthCheck),
}
# The root fields, as schemathesis calls them.
OPERATIONS = [
    f"{root.name}.{name}"
    for root in (schema.graphql_schema.query_type, schema.graphql_schema.mutation_type)
    for name in root.fields
]
TYPES = ("Provider", *RESOURCE_TYPES, "Job", "User", "Repository", "Nothing")

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
global_ids = st.builds(global_id, st.sampled_from(TYPES), texts)
ids = st.one_of(texts, global_ids, st.uuids().map(lambda key: global_id("Job", key)))
cursors = st.one_of(
    texts,
    st.lists(st.one_of(texts, st.integers(), st.none()), max_size=5).map(
        lambda values: base64.urlsafe_b64encode(json.dumps(values).encode()).decode()
    ),
    st.lists(texts, max_size=3).map(
        lambda values: base64.urlsafe_b64encode(
            json.dumps(["name", "pk", *values]).encode()
        ).decode()
    ),
)
several = st.lists(st.one_of(texts, ids), max_size=2)
# The values that a caller may write in a filter, by the way that the filter's field compares.
values = {
    How.STATES: st.lists(st.one_of(texts, st.sampled_from(["MISSING", "UNKNOWN"])), max_size=2),
    How.CONTAINS: texts,
    How.WORDS: texts,
    How.PAIRS: st.lists(st.fixed_dictionaries({"key": texts}), max_size=2),
    How.ADDRESSES: st.one_of(texts, several),
    **dict.fromkeys((How.SINCE, How.BEFORE, How.SEEN_SINCE, How.SEEN_BEFORE), texts),
}


@cache
def operations():
    """The operations by their labels. The import and the schema take a second, so only processes
    that run these tests load them, not every process that collects them.
    """
    import schemathesis  # noqa: PLC0415 - see above

    document = (ROOT / "schema.graphql").read_text()
    found = schemathesis.graphql.from_file(document).get_all_operations()
    return {operation.label: operation for operation in (one.ok() for one in found)}


def maybe(strategy):
    return st.none() | strategy


def filters_of(resource):
    """A filter with any of the parts that the resource declares."""
    optional = {
        to_camel_case(name): values.get(one.how, several) for name, one in resource.filters.items()
    }
    return st.fixed_dictionaries({}, optional=optional)


SINGLE = " ".join(f"{single(one)}(id: $id) {{ id }}" for one in LISTED)
BY_ID = f"""query ($id: ID!) {{ node(id: $id) {{ id }} job(id: $id) {{ id }} {SINGLE}
    jobs(filter: {{target: [$id], provider: [$id]}}) {{ totalCount }} }}"""


@pytest.fixture(autouse=True)
def _roomy(settings, tmp_path):
    settings.GRAPHQL_BUDGET = {"per_second": 0, "burst": 0}
    settings.LOGIN_LIMITS = {"account_per_minute": 10_000, "address_per_minute": 10_000}
    settings.SIMULATOR_DIR = tmp_path / "simulator"


@pytest.fixture
def ann(db):
    return make_user("ann")


@pytest.fixture
def bob(db):
    """Somebody else, whose things must outlive whatever ann sends."""
    owner = make_user("bob")
    make_simulator(owner, machines=2)
    Repository.objects.create(
        full_name="bob/book", name="book", owner_login="bob", url="https://x.example/bob/book"
    )
    return owner


@pytest.fixture
def ask(ann):
    """POST, and the answer, which must be one."""
    http, token = Client(raise_request_exception=False), token_of(ann)

    def asked(query, variables=None, **headers):
        response = http.post(
            "/graphql/",
            json.dumps({"query": query, "variables": variables}),
            content_type="application/json",
            headers={"Authorization": f"JWT {token}", **headers},
        )
        told = response.content.decode()
        assert response.status_code < 500, told
        assert "Traceback" not in told
        answer = json.loads(told)
        codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
        assert "INTERNAL" not in codes, (query, variables, answer["errors"])
        return answer

    return asked


def stored(owner):
    return (
        get_user_model().objects.filter(pk=owner.pk, is_active=True).count(),
        list(Provider.objects.filter(owner=owner).values_list("public_id", "name")),
        list(Repository.objects.filter(owner_login="bob").values_list("full_name", "url")),
    )


def test_the_whole_schema_is_asked():
    assert sorted(operations()) == sorted(OPERATIONS)
    assert len(OPERATIONS) > 60


@pytest.mark.parametrize("operation", OPERATIONS)
def test_whatever_the_schema_allows(ask, bob, operation):
    before, executed = stored(bob), []

    @examples(max_examples=CASES, **bounded)
    @given(operations()[operation].as_strategy())
    def each(case):
        executed.append("data" in ask(case.body))

    each()
    assert any(executed)  # not only refused before it ran
    assert stored(bob) == before


def test_any_text_as_an_id(ask):
    @examples(max_examples=TYPED_CASES, **bounded)
    @given(ids)
    def each(value):
        answer = ask(BY_ID, {"id": value})
        assert "data" in answer or "NUL" in answer["errors"][0]["message"]

    each()


@pytest.mark.parametrize("resource", LISTED, ids=plural)
def test_any_text_as_a_cursor_or_in_a_filter(ask, bob, resource):
    of, field = resource.type_name, plural(resource)
    query = f"""query ($filter: {of}Filter, $after: String, $before: String, $first: Int) {{
        {field}(filter: $filter, after: $after, before: $before, first: $first) {{
            totalCount nodes {{ id }} }} }}"""

    @examples(max_examples=TYPED_CASES // len(LISTED), **bounded)
    @given(
        filters_of(resource), st.none() | cursors, st.none() | cursors, st.none() | st.integers()
    )
    def each(chosen, after, before, first):
        answer = ask(query, {"filter": chosen, "after": after, "before": before, "first": first})
        found = (answer.get("data") or {}).get(field)
        assert found is None or found["nodes"] == []

    each()


@pytest.mark.parametrize("name", ["Authorization", "Accept", "Host", "X-Forwarded-For", "Origin"])
def test_any_text_as_a_header(db, name, settings):
    settings.TRUSTED_PROXIES = 1
    body = json.dumps({"query": "{ viewer { login } }"})
    latin = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60)

    @examples(max_examples=TYPED_CASES, **bounded)
    @given(latin, st.sampled_from(["", "JWT ", "Bearer ", "application/"]))
    def each(value, prefix):
        response = Client(raise_request_exception=False).post(
            "/graphql/", body, content_type="application/json", headers={name: prefix + value}
        )
        assert response.status_code in {200, 400, 401, 406}
        assert response["Content-Type"].startswith("application/")
        assert "ann" not in json.dumps(response.json().get("data"))

    each()


@examples(max_examples=TYPED_CASES, **bounded)
@given(st.binary(max_size=200))
def test_any_bytes_as_a_body(db, body):
    response = Client(raise_request_exception=False).generic(
        "POST", "/graphql/", body, "application/json", CONTENT_TYPE="application/json"
    )

    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert configured.SECRET_KEY not in response.content.decode()
