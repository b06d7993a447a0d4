import time

import jwt
import pytest
from django.conf import settings
from graphql_jwt.shortcuts import get_token

from gateway.core.accounts.access_tokens import (
    access_token_claims,
    access_token_issue,
    access_token_user,
)
from gateway.core.accounts.errors import BadToken


def signed(claims, key=None, algorithm="HS256"):
    return jwt.encode(claims, settings.SECRET_KEY if key is None else key, algorithm)


def claims_until(seconds, **more):
    now = int(time.time())
    return {"sub": "1", "username": "ann", "exp": now + seconds, "origIat": now} | more


def test_a_token_says_who_and_until_when(ann, settings):
    settings.ACCESS_TOKEN_SECONDS = 600
    before = int(time.time())

    access = access_token_issue(user=ann)

    claims = access_token_claims(token=access.token)
    assert claims == access.claims
    assert claims.keys() == {"sub", "username", "exp", "origIat"}
    assert (claims["sub"], claims["username"]) == (str(ann.pk), "ann")
    assert before <= claims["origIat"] <= time.time()
    assert claims["exp"] == claims["origIat"] + 600


def test_a_renewed_token_keeps_the_time_of_its_login(ann):
    access = access_token_issue(user=ann, logged_in_at=1_700_000_000)

    assert access.claims["origIat"] == 1_700_000_000
    assert access.claims["exp"] > time.time()


def test_tokens_of_the_packages_own_helpers_are_ours_too(ann):
    assert access_token_claims(token=get_token(ann))["sub"] == str(ann.pk)


def test_an_expired_token_is_refused():
    with pytest.raises(BadToken, match="Signature has expired") as refused:
        access_token_claims(token=signed(claims_until(-1)))

    assert refused.value.code == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b.c",
        "é.é.é",
        "a\x00b",
        "." * 10_000,
        pytest.param(signed(claims_until(60), key="k" * 64), id="signed by somebody else"),
        pytest.param(signed(claims_until(60), key="", algorithm="none"), id="signed by nobody"),
        pytest.param(signed(claims_until(60, exp="soon")), id="exp is no number"),
        pytest.param(signed({"username": "ann"}), id="without an end"),
        pytest.param(
            signed({key: claims_until(60)[key] for key in ("username", "exp", "origIat")}),
            id="without a subject",
        ),
    ],
)
def test_what_is_no_token_of_ours_is_refused(token):
    with pytest.raises(BadToken):
        access_token_claims(token=token)


def test_a_changed_token_is_refused(ann):
    header, payload, signature = access_token_issue(user=ann).token.split(".")
    forged = jwt.encode(claims_until(60, sub="2"), "k" * 64).split(".")[1]

    with pytest.raises(BadToken):
        access_token_claims(token=f"{header}.{forged}.{signature}")
    assert access_token_claims(token=f"{header}.{payload}.{signature}")["sub"] == str(ann.pk)


def test_the_user_of_a_token_is_found_in_one_query(ann, django_assert_num_queries):
    claims = access_token_issue(user=ann).claims

    with django_assert_num_queries(1):
        assert access_token_user(claims=claims) == ann


def test_a_renamed_user_is_still_the_same(ann, bob):
    claims = access_token_issue(user=ann).claims
    ann.username = "anna"
    ann.save()
    bob.username = "ann"
    bob.save()

    assert access_token_user(claims=claims) == ann


@pytest.mark.parametrize("change", ["deleted", "disabled"])
def test_a_token_ends_with_its_user(ann, change):
    claims = access_token_issue(user=ann).claims
    if change == "deleted":
        ann.delete()
    else:
        ann.is_active = False
        ann.save()

    with pytest.raises(BadToken, match="gone or disabled"):
        access_token_user(claims=claims)
