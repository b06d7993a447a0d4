"""Canaries: a unique secret in every credential field of every kind, and then a search for it.

Clouds answer with an echo of the whole request, as some do in their errors, so each secret comes
back by every way that a reply can take. Nothing of it may be found afterwards: in the database, in
Redis, in the log, in an answer, in the metrics, on Django's own page of an error.
"""

import io
import json
import logging
import sys
from functools import cache

import pytest
import requests
import urllib3
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import connection
from django.http import Http404
from django.test import Client, RequestFactory
from django.views.debug import technical_500_response

from gateway import metrics
from gateway.core import redis as redis_module
from gateway.core.logging import LineFormatter, RedactingFilter
from inventory.providers.exceptions import ProviderError, map_provider_errors
from inventory.providers.libvirt import driver
from inventory.schema.enums import SourceErrorCodeValue
from jobs.api import Job, run_job
from tests.client import GraphQLClient, token_of
from tests.clouds.certificates import Signed, known_by
from tests.inventory.factories import make_user
from tests.inventory.providers.contract.every import single_kinds

KINDS = {kind.slug: kind for kind in single_kinds()}
CLIENT = known_by(Signed("gateway.example"))
# A kind that takes one of two sets of credentials: what each account of it leaves out and adds.
ACCOUNTS = {slug: (slug, frozenset(), {}) for slug in KINDS} | {
    "aws": ("aws", {"web_identity_token"}, {}),
    "aws, web identity": (
        "aws",
        {"access_key_id", "secret_access_key", "session_token", "endpoint_url"},
        {"role_arn": "arn:aws:iam::123456789012:role/gateway"},
    ),
    "openstack": (
        "openstack",
        {"application_credential_secret", "client_key"},
        {"username": "x", "project": "x"},
    ),
    "openstack, application": (
        "openstack",
        {"password", "client_key"},
        {"application_credential_id": "x"},
    ),
    "openstack, certificate": (
        "openstack",
        {"application_credential_secret"},
        {"auth_url": "https://127.0.0.1:1", "username": "x", "project": "x", **CLIENT},
    ),
    "libvirt": ("libvirt", {"client_key"}, {"username": "x"}),
    "libvirt, certificate": (
        "libvirt",
        {"password"},
        {"uri": "qemu+tls://127.0.0.1:1/system", **CLIENT},
    ),
    "kubernetes": ("kubernetes", {"client_key"}, {"server": "https://127.0.0.1:1"}),
    "kubernetes, certificate": (
        "kubernetes",
        {"token"},
        {"server": "https://127.0.0.1:1", **CLIENT},
    ),
    "docker": ("docker", frozenset(), {"host": "tcp://127.0.0.1:1", **CLIENT}),
}
CLOSED = "http://127.0.0.1:1"
CONNECT = """mutation ($input: ConnectProviderInput!) { connectProvider(input: $input) {
    provider { id name status lastError { code message } } errors { field code message } } }"""
ASK = """{ virtualMachines(maxAge: 0) { complete nodes { id name }
        sources { status error { code message } } }
    allComputeTypes(maxAge: 0) { id }
    providers { id name status check { regions { error { message } permissions { message } } }
        lastError { code message } kind { slug label }
        sizes { id } images { id } locations { id } sources { error { code message } } }
    explain(query: "{ virtualMachines(maxAge: 0) { totalCount } }") { calls } }"""
CHECK = """mutation ($id: ID!) { checkProvider(input: {id: $id}) {
    provider { lastError { code message } } errors { code message }
    check { credentialsValid warnings missingPermissions { actions regions }
        regions { region reachable error { code message }
            permissions { capability status actions message } } } } }"""
UPDATE = """mutation ($input: UpdateProviderInput!) { updateProvider(input: $input) {
    provider { id } errors { field code message } } }"""
BUY = """mutation ($id: ID!, $data: String) { provisionVirtualMachine(input: {provider: $id,
    name: "web", size: "small", image: "linux", userData: $data}) {
    job { id } errors { field code message } } }"""
JOBS = """{ jobs { nodes { id state result error { code message }
    events { nodes { kind message } } } } }"""


def is_secret(field):
    return field.secret or (field.names_account and field.type is str)


def canary(slug, field):
    """A secret that only its owner knows. It must also be valid as the name of an account."""
    return f"canary-{slug}-{field.name.replace('_', '-')}-7f3a9c"


def planted(account):
    """The kind, values that it takes, and the secrets among them."""
    slug, left_out, added = ACCOUNTS[account]
    kind = KINDS[slug]
    values, secrets = dict(added), []
    for field in kind.credentials:
        if field.name in left_out:
            continue
        if field.name in added:
            secrets += added[field.name].splitlines()[1:-1] if is_secret(field) else []
        elif field.url:
            values[field.name] = field.sample or CLOSED
        elif is_secret(field):
            secrets.append(canary(kind.slug, field))
            values[field.name] = within(field.sample, secrets[-1])
            if "PRIVATE KEY" in values[field.name]:
                secrets.append(private_key().splitlines()[1])
        elif field.required and field.default is None:
            values[field.name] = field.sample or "x"
    return kind, values, secrets


def within(sample, secret):
    """The secret itself, or the sample of a field that holds a document, with the secret in it."""
    if not (sample or "").lstrip().startswith("{"):
        return secret
    return json.dumps(json.loads(sample) | {"private_key_id": secret, "private_key": private_key()})


@cache
def private_key():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


@pytest.fixture
def log():
    """All that is logged, at any level, as the log's own handler writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RedactingFilter())
    handler.setFormatter(LineFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.fixture
def heard(monkeypatch):
    """Clouds that answer with the request itself; what they heard."""
    found = []

    def echo(_self, request, **_options):
        # The header with the secret comes first: a message is cut after some hundred characters.
        headers = sorted(request.headers.items(), key=lambda one: one[0] != "Authorization")
        body = request.body.decode() if isinstance(request.body, bytes) else request.body
        said = f"{headers} {body} {request.method} {request.url}"
        found.append(said)
        if len(found) % 3 == 1:
            raise requests.ConnectionError(f"Lost: {said}")
        answer = requests.Response()
        answer.status_code = (400, 500)[len(found) % 2]
        answer.raw = urllib3.HTTPResponse(io.BytesIO(said.encode()), preload_content=False)
        answer.request, answer.url = request, request.url
        return answer

    def echo_of_libvirt(talk, endpoint, user):
        said = f"{user.password} {talk._channel.credentials.get('client_key')} {endpoint}"
        found.append(said)
        raise (ConnectionError, RuntimeError)[len(found) % 2](f"Lost: {said}")

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", echo)
    monkeypatch.setattr(driver.Channel, "to", Unplugged)
    monkeypatch.setattr(driver, "open_daemon", echo_of_libvirt)
    return found


class Unplugged:
    """A connection to a libvirt daemon that there is not."""

    def __init__(self, _endpoint, credentials, _budget):
        self.credentials = credentials

    def close(self):
        """There is nothing to close."""


def database():
    """Every value of every row of every table, as the database has it."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - its own names
            for row in cursor.fetchall():
                yield from (f"{table}: {value!r}" for value in row)


def redis_values():
    client = redis_module.client()
    for key in client.keys("*"):
        kind = client.type(key)
        read = {
            "string": client.get,
            "hash": client.hgetall,
            "list": lambda k: client.lrange(k, 0, -1),
        }
        yield f"{key}: {read.get(kind, lambda k: k)(key)!r}"


def run_jobs():
    for job in Job.objects.all():
        for _ in range(5):
            run_job(str(job.pk))


def test_every_secret_field_of_every_kind_is_planted():
    for slug, kind in KINDS.items():
        names = {field.name for field in kind.credentials if is_secret(field)}
        accounts = [account for account in ACCOUNTS if ACCOUNTS[account][0] == slug]
        assert names <= set().union(*(planted(account)[1] for account in accounts))


@pytest.mark.parametrize("account", sorted(ACCOUNTS))
def test_no_secret_of_a_connected_account_is_found_anywhere(transactional_db, log, heard, account):
    kind, values, secrets = planted(account)
    client = GraphQLClient(token_of(make_user("ann")))
    given = [{"name": name, "value": value} for name, value in values.items()]
    answers = [
        client.post(CONNECT, {"input": {"kind": kind.slug, "name": "mine", "credentials": given}})
    ]
    provider = answers[0]["data"]["connectProvider"]["provider"]

    assert provider is not None, answers[0]
    answers.append(client.post(ASK))
    answers.append(client.post(CHECK, {"id": provider["id"]}))
    answers.append(client.post(BUY, {"id": provider["id"], "data": "canary-user-data-7f3a9c"}))
    run_jobs()
    answers.append(client.post(JOBS))
    wrong = [{"name": f"{name}x", "value": value} for name, value in values.items()]
    answers.append(client.post(UPDATE, {"input": {"id": provider["id"], "credentials": wrong}}))
    answers.append(client.post(UPDATE, {"input": {"id": provider["id"], "credentialz": wrong}}))
    answers.append(client.post(ASK))
    metrics._text = metrics.Kept(metrics._look, 0)
    found = [
        *map(json.dumps, answers),
        *database(),
        *redis_values(),
        log.getvalue(),
        Client().get("/metrics").content.decode(),
    ]

    codes = {
        error["extensions"]["code"] for answer in answers for error in answer.get("errors", ())
    }
    # One request is made wrong on purpose; a catalogue that was never read is an error of its list.
    assert "GRAPHQL_VALIDATION_FAILED" in codes
    assert codes <= {"GRAPHQL_VALIDATION_FAILED", *SourceErrorCodeValue.__members__}
    assert heard or kind.slug == "simulator"
    assert any("inventory_credentials" in text for text in found)
    assert "gateway_jobs" in found[-1]
    for secret in [*secrets, "canary-user-data-7f3a9c"]:
        assert [text[:300] for text in found if secret in text] == []


def test_the_canaries_were_sent(transactional_db, heard):
    """Without sent canaries, the search above would have nothing to find."""
    _, values, secrets = planted("digitalocean")
    client = GraphQLClient(token_of(make_user("ann")))
    given = [{"name": name, "value": value} for name, value in values.items()]
    client.data(CONNECT, input={"kind": "digitalocean", "name": "mine", "credentials": given})
    client.post("{ virtualMachines(maxAge: 0) { totalCount } }")

    assert any(secrets[0] in text for text in heard)


@pytest.mark.parametrize("account", sorted(ACCOUNTS))
@pytest.mark.parametrize("surprise", [RuntimeError, KeyError, Http404, Exception])
def test_a_driver_that_tells_all_it_knows_is_not_heard(log, account, surprise):
    kind, values, secrets = planted(account)
    typed = kind.clean_credentials(values)

    with pytest.raises(ProviderError) as caught, map_provider_errors(kind.secrets(typed)):
        raise surprise(f"Could not: {values}")

    for secret in secrets:
        assert secret not in caught.value.message
        assert secret not in log.getvalue()
        assert caught.value.__cause__ is None


def test_django_s_page_of_an_error_shows_no_variable(settings):
    settings.DEBUG = True
    # The canaries are built here: the page shows the lines of source around the failure.
    form, header, variable = (f"canary-{name}-7f3a9c" for name in ("form", "header", "variable"))
    request = RequestFactory().post("/graphql/", {"password": form})
    request.META["HTTP_AUTHORIZATION"] = f"JWT {header}"
    plain = RequestFactory().get("/", headers={"Accept": "text/plain"})

    def failing(credentials):
        raise ValueError(len(credentials))

    try:
        failing({"anything": variable})
    except ValueError:
        pages = [
            technical_500_response(asked, *sys.exc_info()).content.decode()
            for asked in (request, plain)
        ]

    for page in pages:
        assert "failing" in page
        for secret in (form, header, variable, settings.SECRET_KEY, *settings.CREDENTIAL_KEYS):
            assert secret not in page
