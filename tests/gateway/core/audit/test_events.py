"""The audit events of requests over HTTP."""

import json
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema, GraphQLString

from gateway.core.accounts.api_tokens import api_token_create
from gateway.core.accounts.credential import Scope
from gateway.core.accounts.models import ApiToken, Session
from gateway.core.audit.models import AuditEvent, EventKind
from gateway.core.audit.record import REFUSALS_AT_ONCE, event_record
from gateway.core.errors import Forbidden, NotFound, RateLimited
from gateway.core.graphql.audited import AuditNotes, audit
from gateway.core.graphql.context import Context
from gateway.core.graphql.errors import INTERNAL
from gateway.core.ids import global_id
from gateway.schema import schema
from inventory.models import Provider
from tests.bad_input.operations import root_fields
from tests.client import GraphQLClient
from tests.inventory.factories import make_simulator, make_user

pytestmark = pytest.mark.django_db

LOGIN = """mutation ($u: String!, $p: String!) { tokenAuth(username: $u, password: $p) {
    token refreshToken } }"""
CONNECT = """mutation { connectProvider(input: {kind: "simulator", name: "prod",
    credentials: [{name: "seed", value: "s3cret-seed"}]}) { provider { id } errors { code } } }"""
SECRETS = ("s3cret", "correct-horse", "another-horse")


def events():
    rows = AuditEvent.objects.order_by("pk").values_list("kind", "action", "login", "outcome")
    return list(rows)


@pytest.fixture(autouse=True)
def _no_secret_is_recorded():
    yield
    recorded = json.dumps([event.as_json() for event in AuditEvent.objects.all()])
    assert not any(secret in recorded for secret in SECRETS)


def test_a_mutation_is_recorded_with_who_where_with_what_and_what_came_of_it(client, ann):
    client.data(CONNECT)

    event = AuditEvent.objects.get()
    assert (event.kind, event.action, event.outcome) == ("MUTATION", "connectProvider", "OK")
    assert (event.user_key, event.login, event.address) == (ann.pk, "ann", "127.0.0.1")
    assert event.credential == f"session:{Session.objects.get().pk}"
    assert event.arguments == {
        "kind": "simulator",
        "name": "prod",
        "credentials": [{"name": "seed", "value": "[redacted]"}],
    }
    assert event.result == {"provider": Provider.objects.get().scope}


def test_an_action_names_its_job(transactional_db, client, ann):
    make_simulator(ann)
    found = client.data("{ virtualMachines(maxAge: 0) { nodes { id } } }")
    node_id = found["virtualMachines"]["nodes"][0]["id"]
    job = client.data(
        "mutation ($id: ID!) { terminateVirtualMachine(input: {id: $id}) { job { id } } }",
        id=node_id,
    )["terminateVirtualMachine"]["job"]["id"]

    event = AuditEvent.objects.get()
    assert event.arguments["id"] == node_id
    assert event.result == {"job": job}


def test_a_mutation_that_does_nothing_is_recorded_with_its_code(client, monkeypatch):
    client.data(
        "mutation ($id: ID!) { checkProvider(input: {id: $id}) { errors { code } } }",
        id=global_id("Provider", "00000000-0000-4000-8000-000000000000"),
    )
    client.errors('mutation { createRepository(url: "u", name: "", fullName: "a/b") { id } }')

    assert events() == [
        ("MUTATION", "checkProvider", "ann", "NOT_FOUND"),
        ("MUTATION", "createRepository", "ann", "INVALID"),
    ]


def test_a_mutation_that_breaks_is_recorded(root, monkeypatch):
    def broken(**_given):
        raise ZeroDivisionError

    monkeypatch.setattr("gateway.core.accounts.teams.team_create", broken)

    root.errors('mutation { createTeam(input: {name: "a"}) { team { id } } }')

    assert events() == [("MUTATION", "createTeam", "root", "INTERNAL")]


def test_logins_are_recorded_by_whom_they_are_about(ann):
    http = GraphQLClient()
    tokens = http.data(LOGIN, u="ann", p="correct-horse")["tokenAuth"]
    http.post(LOGIN, {"u": "ann", "p": "s3cret"})
    http.post(LOGIN, {"u": "s3cret", "p": "ann"})  # typed into the wrong box
    http.post(LOGIN, {"u": "s3cret\x00", "p": "ann"})
    renew = "mutation ($t: String!) { refreshToken(refreshToken: $t) { token } }"
    for client in (http, GraphQLClient(user_agent="thief")):
        client.post(renew, {"t": tokens["refreshToken"]})
    http.data(
        "mutation ($t: String!) { revokeToken(refreshToken: $t) { revoked } }",
        t=tokens["refreshToken"],
    )

    session = f"session:{Session.objects.get().pk}"
    named = AuditEvent.objects.exclude(credential="").values_list("action", "credential")
    assert list(named.order_by("pk")) == [
        ("tokenAuth", session),
        ("refreshToken", session),
        ("refreshToken", session),
    ]
    assert events() == [
        ("LOGIN", "tokenAuth", "ann", "OK"),
        ("LOGIN", "tokenAuth", "ann", "INVALID_CREDENTIALS"),
        ("LOGIN", "tokenAuth", "", "INVALID_CREDENTIALS"),
        ("LOGIN", "refreshToken", "ann", "OK"),
        ("LOGIN", "refreshToken", "ann", "UNAUTHENTICATED"),
        ("LOGIN", "revokeToken", "ann", "OK"),
    ]
    assert {event.address for event in AuditEvent.objects.all()} == {"127.0.0.1"}


def test_a_login_is_about_whom_it_names_whoever_asks(client, ann):
    make_user("bob")

    for password in ("s3cret", "correct-horse"):
        client.post(LOGIN, {"u": "bob", "p": password})

    assert events() == [
        ("LOGIN", "tokenAuth", "bob", "INVALID_CREDENTIALS"),
        ("LOGIN", "tokenAuth", "bob", "OK"),
    ]


def test_each_alias_is_recorded(client):
    guesses = [f'g{n}: tokenAuth(username: "ann", password: "{n}") {{ token }}' for n in range(3)]

    client.post(f"mutation {{ {' '.join(guesses)} }}")

    assert events() == [("LOGIN", "tokenAuth", "ann", "INVALID_CREDENTIALS")] * 3


def test_an_api_token_is_named_and_what_it_is_not_good_for(ann):
    token, secret = api_token_create(user=ann, name="ci", scope=Scope.READ, days=1)
    GraphQLClient(secret).post(CONNECT)

    event = AuditEvent.objects.get()
    assert event.credential == f"api_token:{token.pk}"
    assert (event.action, event.outcome) == ("connectProvider", "FORBIDDEN")
    assert secret not in json.dumps(event.as_json())


def test_making_a_token_records_the_token_and_not_its_secret(client):
    query = 'mutation { createApiToken(input: {name: "ci", scope: READ}) { secret } }'
    secret = client.data(query)["createApiToken"]["secret"]

    event = AuditEvent.objects.get()
    assert event.result == {"apiToken": global_id("ApiToken", ApiToken.objects.get().pk)}
    assert secret not in json.dumps(event.as_json())


def revoked(ann):
    Session.objects.update(ended_at="2026-01-01T00:00:00Z")


def other_password(ann):
    ann.set_password("another-horse")
    ann.save()


@pytest.mark.parametrize("end", [revoked, other_password])
def test_a_token_that_has_ended_is_recorded_with_whose_it_was(client, ann, end):
    end(ann)

    client.post("{ viewer { login } }")

    assert events() == [("REFUSAL", "request", "ann", "UNAUTHENTICATED")]


@pytest.mark.parametrize(
    ("query", "action", "login", "outcome"),
    [
        ("{ viewer { login } }", "viewer", "", "UNAUTHENTICATED"),
        (CONNECT, "connectProvider", "", "UNAUTHENTICATED"),
        ("{ nope }", "request", "", "GRAPHQL_VALIDATION_FAILED"),
        ("{ " * 200, "request", "", "GRAPHQL_PARSE_FAILED"),
    ],
)
def test_refusals_of_nobody(query, action, login, outcome, db):
    GraphQLClient().post(query)

    assert events() == [("REFUSAL", action, login, outcome)]


def test_other_refusals(client, settings):
    client.post("{ auditEvents { totalCount } }")
    client.post("{ jobs(first: 1000) { nodes { children(first: 1000) { nodes { id } } } } }")
    GraphQLClient("x.y.z").post("{ viewer { login } }")

    assert events() == [
        ("REFUSAL", "auditEvents", "ann", "FORBIDDEN"),
        ("REFUSAL", "request", "ann", "QUERY_TOO_LARGE"),
        ("REFUSAL", "request", "", "UNAUTHENTICATED"),
    ]


def test_a_query_is_not_recorded(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.data("{ viewer { login } providerKinds { slug } }")

    assert not AuditEvent.objects.exists()


def test_refusals_do_not_fill_the_disk(db):
    http = GraphQLClient()

    for _ in range(REFUSALS_AT_ONCE + 20):
        http.post("{ viewer { login } }")

    assert REFUSALS_AT_ONCE <= AuditEvent.objects.count() <= REFUSALS_AT_ONCE + 2
    http.post(LOGIN, {"u": "s3cret", "p": "x"})
    assert events()[-1] == ("LOGIN", "tokenAuth", "", "INVALID_CREDENTIALS")


def test_every_mutation_is_recorded(client):
    names = [field.name for field in root_fields() if field.kind == "mutation"]
    for field in root_fields():
        if field.kind == "mutation":
            client.post(field.text)

    recorded = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
    assert recorded == names
    assert set(names) == schema.graphql_schema.mutation_type.fields.keys()


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (NotFound("Gone."), "NOT_FOUND"),
        (Forbidden("Not yours."), "FORBIDDEN"),
        (RateLimited("Later.", retry_after=1), "RATE_LIMITED"),
        (RuntimeError("s3cret"), INTERNAL),
    ],
)
def test_every_mutation_that_raises_keeps_its_notes(ann, error, outcome):
    """Each mutation of the schema in turn, on one context: no note of another one is left."""
    provider = make_simulator(ann)
    context = Context(user=ann)
    names = list(schema.graphql_schema.mutation_type.fields)

    def noting(name):
        def resolve(_root, info, **_arguments):
            info.context.of(AuditNotes).update({name: "noted", "provider": provider.scope})
            raise error

        return GraphQLField(GraphQLString, resolve=resolve)

    fields = GraphQLObjectType("Mutation", {name: noting(name) for name in names})
    nothing = GraphQLObjectType("Query", {"a": GraphQLField(GraphQLString)})
    audited = GraphQLSchema(nothing, fields)
    audit(audited)
    for field in audited.mutation_type.fields.values():
        with pytest.raises(type(error)):
            field.resolve(None, SimpleNamespace(context=context))

    recorded = list(AuditEvent.objects.order_by("pk"))
    assert [event.action for event in recorded] == names
    assert {event.outcome for event in recorded} == {outcome}
    for event in recorded:
        assert event.result == {event.action: "noted", "provider": provider.scope}
        assert event.names[provider.scope]["name"] == provider.name


def test_what_the_database_does_not_take_is_in_the_log(client, monkeypatch, caplog):
    def full(*_arguments, **_options):
        raise DatabaseError("disk full")

    monkeypatch.setattr(AuditEvent, "save", full)

    assert client.data(CONNECT)["connectProvider"]["errors"] == []

    assert '"action": "connectProvider"' in caplog.text
    assert "s3cret" not in caplog.text


def test_superusers_read_it(client, root, ann):
    client.data(CONNECT)
    client.post("{ auditEvents { totalCount } }")
    query = """query ($filter: AuditFilter) { auditEvents(filter: $filter) { totalCount nodes {
        kind action userId login outcome address arguments result } } }"""
    mine = {"userId": global_id("User", ann.pk), "login": "ann", "address": "127.0.0.1"}
    refused = {
        "kind": "REFUSAL",
        "action": "auditEvents",
        "outcome": "FORBIDDEN",
        "arguments": {},
        "result": {},
        **mine,
    }

    newest, connected = root.data(query)["auditEvents"]["nodes"]

    assert newest == refused
    assert connected["action"] == "connectProvider"
    for limits in (
        {"kind": ["REFUSAL"]},
        {"action": ["auditEvents"]},
        {"outcome": ["FORBIDDEN"]},
        {"kind": ["REFUSAL"], "user": [mine["userId"]], "since": "2026-01-01T00:00:00Z"},
    ):
        assert root.data(query, filter=limits)["auditEvents"]["nodes"] == [refused]
    for limits in (
        {"until": "2026-01-01T00:00:00Z"},
        {"user": [global_id("User", 10**9)]},
        {"address": ["192.0.2.1"]},
        {"credential": ["api_token:1"]},
        {"action": ["stopVirtualMachine", "virtualMachines", "import_clouds", "request"]},
    ):
        assert root.data(query, filter=limits)["auditEvents"]["totalCount"] == 0


def test_an_action_that_there_is_not_is_refused(root, ann):
    query = "query ($of: [String!]) { auditEvents(filter: {action: $of}) { totalCount } }"
    about = {"user": ann, "address": "", "outcome": "OK"}
    event_record(kind=EventKind.MUTATION, action="anOldMutation", **about)

    assert root.data(query, of=["anOldMutation"])["auditEvents"] == {"totalCount": 1}
    [error] = root.errors(query, of=["anOldMutation", "stopVirtualMachin"])
    assert error["extensions"] == {"code": "INVALID", "field": "filter.action"}
    assert "'stopVirtualMachin'" in error["message"]


def test_a_superusers_limited_token_reads_none(ann):
    superuser = make_user("root", is_superuser=True)
    for providers, code in (([make_simulator(ann).scope], "FORBIDDEN"), (None, None)):
        _token, secret = api_token_create(
            user=superuser, name="a", scope=Scope.READ, days=1, providers=providers
        )
        answer = GraphQLClient(secret).post("{ auditEvents { totalCount } }")
        found = [error["extensions"]["code"] for error in answer.get("errors", [])]
        assert found == ([code] if code else [])


def test_it_is_exported_as_json_lines(client, capsys):
    client.data(CONNECT)
    client.post("{ auditEvents { totalCount } }")

    call_command("export_audit")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert lines == [event.as_json() for event in AuditEvent.objects.order_by("pk")]
    assert [line["action"] for line in lines] == ["connectProvider", "auditEvents"]
    call_command("export_audit", "--until=2026-01-01")
    call_command("export_audit", "--since=2100-01-01T00:00:00+02:00")
    assert capsys.readouterr().out == ""
