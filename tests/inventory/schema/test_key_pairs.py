"""Key pairs through GraphQL, at the simulator."""

import base64
import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from gateway.core.audit.models import AuditEvent
from inventory.live.api import connected
from inventory.providers.simulator.stock import public_key
from inventory.records.key_pair import NewKeyPair
from jobs.api import Job
from tests.inventory.factories import make_simulator, make_user
from tests.inventory.operations.running import effects_of, messages_of
from tests.inventory.schema.storage_requests import (
    PAYLOAD,
    done,
    ended,
    mutate,
    provider_id,
    refused,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # requests are judged in Python; test_storage_of_clouds asks both
]

KEYS = """query K($filter: KeyPairFilter) { keyPairs(filter: $filter, maxAge: 0) { complete nodes {
    id externalId name state fingerprint type publicKey tags { key } } } }"""
CREATED = f"privateKey {PAYLOAD}"
RESULTS = f"{PAYLOAD} results {{ provider {{ id }} job {{ id }} errors {{ field code }} }}"
KEY = f"{public_key('mine')} ada@example"


@pytest.fixture
def provider(user):
    return make_simulator(user, machines=2)


def keys(ask, **limits):
    return ask(KEYS, filter=limits).data["keyPairs"]["nodes"]


def in_openssh(key):
    format_ = serialization.PublicFormat.OpenSSH
    return key.public_key().public_bytes(serialization.Encoding.OpenSSH, format_).decode()


def certificate():
    builder = (
        serialization.SSHCertificateBuilder()
        .public_key(ed25519.Ed25519PrivateKey.generate().public_key())
        .type(serialization.SSHCertificateType.USER)
        .key_id(b"x")
        .valid_principals([b"ada"])
        .valid_after(0)
        .valid_before(2**63)
    )
    return builder.sign(ed25519.Ed25519PrivateKey.generate()).public_bytes().decode()


def even_rsa():
    """An RSA key of 2,048 bits with an even modulus, in OpenSSH's form (RFC 4253, section 6.6)."""
    numbers = rsa.generate_private_key(65537, 2048).public_key().public_numbers()
    parts = [b"ssh-rsa", b"\1\0\1", b"\0" + (numbers.n - 1).to_bytes(256)]
    blob = b"".join(len(part).to_bytes(4) + part for part in parts)
    return f"ssh-rsa {base64.b64encode(blob).decode()}"


def test_a_key_is_imported_and_deleted(ask, provider):
    given = {"provider": provider_id(provider), "name": "laptop", "publicKey": f" {KEY}\n"}
    job = done(ask, "importKeyPair", **given)

    assert job.state == "SUCCEEDED", job.error_message
    [key] = keys(ask, name="laptop")
    assert [key["id"]] == job.created
    assert (key["type"], key["publicKey"], key["state"]) == ("ed25519", KEY, "AVAILABLE")
    assert key["fingerprint"].startswith("SHA256:")
    assert done(ask, "deleteKeyPair", id=key["id"]).state == "SUCCEEDED"
    assert keys(ask, name="laptop", state=["AVAILABLE"]) == []


def test_a_name_that_is_taken_fails_the_job_with_the_cloud_s_reason(ask, provider):
    job = done(ask, "importKeyPair", provider=provider_id(provider), name="ada", publicKey=KEY)

    assert (job.state, job.error_code) == ("FAILED", "CONFLICT")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        KEY[:60],
        f"{KEY}\n{KEY}",
        KEY.replace("ssh-ed25519", "ssh-rsa"),
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n",
        in_openssh(rsa.generate_private_key(65537, 1024)),  # noqa: S505 - that is the point
        KEY.replace("ssh-ed25519", "ssh-dss"),
        "ssh-ed25519 " + "A" * 20_000,
        KEY.replace("ssh-ed25519", "ssh-ed25519-cert-v01@openssh.com"),
        KEY.replace("ssh-ed25519", "sk-ssh-ed25519@openssh.com"),
        certificate(),
        even_rsa(),
    ],
    ids=range(15),
)
def test_what_is_no_public_key_is_refused(ask, provider, text):
    given = {"provider": provider_id(provider), "name": "k", "publicKey": text}

    assert refused(ask, "importKeyPair", **given) == ("publicKey", "INVALID")
    assert "PRIVATE" not in json.dumps(list(AuditEvent.objects.values_list("arguments", flat=True)))


def test_an_ecdsa_key_is_one(ask, provider):
    key = in_openssh(ec.generate_private_key(ec.SECP256R1()))
    given = {"provider": provider_id(provider), "name": "k", "publicKey": key}

    assert done(ask, "importKeyPair", **given).state == "SUCCEEDED"


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_a_generated_private_key_is_answered_once_and_stored_nowhere(ask, provider, tmp_path, kind):
    given = {"provider": provider_id(provider), "name": "mine", "type": kind, "idempotencyKey": "k"}
    first = mutate(ask, "createKeyPair", CREATED, **given)
    again = mutate(ask, "createKeyPair", CREATED, **given)
    job = ended(first)

    assert first["errors"] == again["errors"] == []
    assert first["job"]["id"] == again["job"]["id"]
    assert again["privateKey"] is None
    assert job.state == "SUCCEEDED", job.error_message
    file = tmp_path / "key"
    file.write_text(first["privateKey"])
    file.chmod(0o600)
    loaded = serialization.load_ssh_private_key(file.read_bytes(), None)
    [key] = keys(ask, name="mine")
    assert key["publicKey"] == in_openssh(loaded)
    secret = first["privateKey"].splitlines()[2]
    kept = [*Job.objects.values_list("arguments", "memory", "result"), messages_of(job)]
    assert secret not in json.dumps(kept, default=str)
    assert secret not in json.dumps(list(AuditEvent.objects.values()), default=str)


def test_another_key_pair_under_the_same_idempotency_key_is_refused(ask, provider):
    given = {"provider": provider_id(provider), "name": "mine", "idempotencyKey": "k"}
    mutate(ask, "createKeyPair", CREATED, **given)

    payload = mutate(ask, "createKeyPair", CREATED, **{**given, "type": "rsa"})

    assert [one["code"] for one in payload["errors"]] == ["CONFLICT"]
    assert payload["privateKey"] is None


def test_a_dry_run_generates_nothing_that_is_kept(ask, provider, simulator_directory):
    given = {"provider": provider_id(provider), "name": "mine", "dryRun": True}
    payload = mutate(ask, "createKeyPair", CREATED, **given)

    assert payload["dryRun"]["allowed"], payload
    assert payload["privateKey"] is None
    assert not Job.objects.exists()
    assert effects_of(simulator_directory, provider) == []


@pytest.mark.parametrize("key", ["k", "k" * 255])
def test_one_key_is_imported_at_several_providers_with_a_result_each(ask, user, provider, key):
    other = make_simulator(user, machines=2)
    ids = [provider_id(provider), provider_id(other)]
    given = {"providers": ids, "name": "everywhere", "publicKey": KEY, "idempotencyKey": key}

    first = mutate(ask, "importKeyPair", RESULTS, **given)
    again = mutate(ask, "importKeyPair", RESULTS, **given)

    assert [one["provider"]["id"] for one in first["results"]] == ids
    assert [one["errors"] for one in first["results"]] == [[], []]
    assert again == first
    assert Job.objects.count() == 2
    for one in first["results"]:
        assert ended(one).state == "SUCCEEDED"
    assert [key["name"] for key in keys(ask, name="everywhere")] == ["everywhere"] * 2


def test_a_provider_that_is_not_the_user_s_refuses_the_whole_import(ask, user, provider):
    theirs = make_simulator(make_user("grace"), machines=1)
    ids = [provider_id(provider), provider_id(theirs)]

    assert refused(ask, "importKeyPair", providers=ids, name="k", publicKey=KEY) == (
        "providers",
        "NOT_FOUND",
    )


def test_one_of_provider_and_providers_is_named(ask, provider):
    one = provider_id(provider)
    for places in ({}, {"provider": one, "providers": [one]}):
        assert refused(ask, "importKeyPair", **places, name="k", publicKey=KEY) == (
            "provider",
            "INVALID",
        )


def replaced_at_the_cloud(provider, name):
    """Another key under the name, imported at the cloud itself."""
    with connected(provider.sources.get(resource="key_pairs"), 10) as cloud:
        if cloud.find("key_pairs", name) is not None:
            cloud.do("key_pairs", "delete", name)
        order = NewKeyPair(name, f"{public_key('theirs')} them", f"by hand of {name}")
        cloud.create("key_pairs", "import", order)


def named_at_the_cloud(provider, name):
    with connected(provider.sources.get(resource="key_pairs"), 10) as cloud:
        return cloud.find("key_pairs", name)


@pytest.mark.parametrize("name", ["laptop", "ada"])
def test_another_key_of_the_name_is_not_deleted(ask, provider, name):
    """It was replaced after it was listed. The cloud has no creation time of ``ada``."""
    if name == "laptop":
        done(ask, "importKeyPair", provider=provider_id(provider), name=name, publicKey=KEY)
    [key] = keys(ask, name=name)
    replaced_at_the_cloud(provider, name)

    job = done(ask, "deleteKeyPair", id=key["id"])

    assert "another one has its name" in messages_of(job)[-1]
    assert named_at_the_cloud(provider, name).public_key.endswith(" them")


def test_a_deletion_of_a_deleted_key_leaves_a_later_one_of_the_name(ask, provider):
    done(ask, "importKeyPair", provider=provider_id(provider), name="laptop", publicKey=KEY)
    [key] = keys(ask, name="laptop")
    assert done(ask, "deleteKeyPair", id=key["id"]).state == "SUCCEEDED"
    again = mutate(ask, "deleteKeyPair", id=key["id"])
    done(ask, "importKeyPair", provider=provider_id(provider), name="laptop", publicKey=KEY)

    job = ended(again)

    assert "another one has its name" in messages_of(job)[-1]
    assert named_at_the_cloud(provider, "laptop") is not None


def test_no_private_key_is_answered_for_a_name_that_is_taken(ask, provider):
    given = {"provider": provider_id(provider), "name": "ada"}

    assert refused(ask, "createKeyPair", **given) == ("name", "CONFLICT")


def test_a_repeated_creation_is_the_same_job_though_its_name_is_taken_by_now(ask, provider):
    given = {"provider": provider_id(provider), "name": "mine", "idempotencyKey": "k"}
    first = mutate(ask, "createKeyPair", CREATED, **given)
    assert ended(first).state == "SUCCEEDED"

    again = mutate(ask, "createKeyPair", CREATED, **given)

    assert (again["job"]["id"], again["privateKey"]) == (first["job"]["id"], None)
