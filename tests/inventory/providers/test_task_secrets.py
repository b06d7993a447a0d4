"""A cloud may quote a request's headers in its refusal: messages show no secrets of them."""

import json

import pytest

from gateway.core.http.budget import Budget
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.providers.docker.pulls import Pulls
from inventory.providers.names import read_names
from inventory.providers.secret_texts import REDACTED, struck
from inventory.providers.task_secrets import (
    LONGEST_VALUE,
    MOST_SENT,
    TaskSecrets,
    secrets_in_use,
)
from inventory.providers.transport import Line
from tests.inventory.providers.libcloud.recorded import recorded

TOKEN = "gAAAAABn-token_of.keystone-1234=="
AWS = (
    "AWS4-HMAC-SHA256 Credential=AKIASAMPLE/20260101/us-east-1/ec2/aws4_request, "
    "SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=5d672d79c15b13162d9279b0855cfba"
)
# Drivers that sign in by themselves, and the header that they send the session's token in.
SESSIONS = {
    "openstack": "x-auth-token",
    "rackspace": "x-auth-token",
    "rackspace_first_gen": "x-auth-token",
    "vcloud": "x-vcloud-authorization",
    "terremark": "cookie",
}


@pytest.mark.parametrize(
    ("header", "value", "secrets"),
    [
        ("X-Auth-Token", TOKEN, [TOKEN]),
        ("x-subject-token", TOKEN.encode(), [TOKEN]),
        ("X-Vcloud-Authorization", TOKEN, [TOKEN]),
        ("X-Registry-Auth", TOKEN, [TOKEN]),
        ("API-Key", TOKEN, [TOKEN]),
        ("Authorization", f"Bearer {TOKEN}", [TOKEN]),
        ("authorization", "Basic dXNlcjpwYXNzd29yZA==", ["dXNlcjpwYXNzd29yZA=="]),
        ("Authorization", f'Token token="{TOKEN}"', [TOKEN]),
        ("Authorization", AWS, ["5d672d79c15b13162d9279b0855cfba"]),
        ("Cookie", f"lang=en-US; session={TOKEN}", [TOKEN]),
        ("X-Auth-User", "administrator", []),
        ("Idempotency-Key", "0123456789abcdef", []),
        ("Content-Type", "application/json", []),
        ("X-Auth-Token", "short", []),
        ("X-Auth-Token", "x" * (LONGEST_VALUE + 1), ["x" * LONGEST_VALUE]),
    ],
)
def test_what_is_secret_in_a_header(header, value, secrets):
    noted = TaskSecrets()

    noted.note_sent({header: value})

    assert list(noted) == secrets


def test_the_latest_headers_and_all_that_is_known_are_kept():
    noted = TaskSecrets(["known-secret"])
    noted.extend(["another-secret"])
    for number in range(MOST_SENT + 5):
        noted.note_sent({"Authorization": f"Bearer token-{number:08}", "X-Auth-Token": TOKEN})

    told = struck(f"known-secret another-secret {TOKEN} token-00000036", noted)

    assert told == " ".join([REDACTED] * 4)
    assert len(list(noted)) == 2 + MOST_SENT


@pytest.mark.parametrize("name", SESSIONS)
def test_a_driver_s_own_token_is_not_told(name):
    tokens = []
    with recorded(name) as (cloud, replies):
        recorded_answer = replies.answer

        def answer(request):
            headers = {header.lower(): value for header, value in request.headers.items()}
            if SESSIONS[name] not in headers:
                return recorded_answer(request)
            tokens.append(headers[SESSIONS[name]].partition("=")[2] or headers[SESSIONS[name]])
            quoted = json.dumps({"badRequest": {"message": f"sent: {headers}", "code": 400}})
            return 400, quoted, {"content-type": "application/json"}, f"Bad {tokens[-1]}"

        replies.answer = answer
        with pytest.raises(ProviderError) as caught:
            cloud.read("virtual_machines")

        assert tokens
        assert set(tokens) <= set(cloud._line.secrets)
    assert not [one for one in tokens if one in caught.value.message + caught.value.word]


def test_the_reason_why_names_are_unknown_does_not_tell_it():
    def read():
        secrets_in_use().note_sent({"X-Auth-Token": TOKEN})
        raise ProviderError(ProviderErrorCode.INVALID_REQUEST, f"X-Auth-Token was {TOKEN}.")

    with Line(Budget(5)).used():
        problem = read_names(read, "images").problem

    assert problem == f"The names of images could not be read: X-Auth-Token was {REDACTED}."


def test_a_pull_on_a_line_of_its_own_does_not_tell_it():
    def pull(_seconds):
        secrets_in_use().note_sent({"Authorization": f"Bearer {TOKEN}"})
        raise ProviderError(ProviderErrorCode.INVALID_REQUEST, f"Authorization was {TOKEN}.")

    with pytest.raises(ProviderError, match=r"Authorization was \[redacted\]\."):
        Pulls().wait(("one", "image"), pull, timeout=5)


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "web", "adminPassword": "Aa1!generated-word"}',
        '{"os": {"root_pass" : "Aa1!generated-word"}}',
        "name=web&password=Aa1%21generated-word&size=1",
        b"rootpass=Aa1%21generated-word",
    ],
)
def test_a_password_in_a_body_is_noted(body):
    noted = TaskSecrets()
    noted.note_sent({}, "/orders", body)

    assert list(noted) == ["Aa1!generated-word"]


@pytest.mark.parametrize(
    "body", [None, b"", '{"passive": true, "compass": "north-by-east"}', b"\xff"]
)
def test_a_body_without_a_password_has_no_secret(body):
    noted = TaskSecrets()
    noted.note_sent({}, "/orders", body)

    assert list(noted) == []
