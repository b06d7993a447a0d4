import time
import uuid
from datetime import timedelta

import jwt
import pytest
from django.conf import settings
from graphql_jwt.shortcuts import get_token

from gateway.core.accounts.access_tokens import (
    access_token_claims,
    access_token_issue,
    access_token_session,
)
from gateway.core.accounts.credential import Credential, credential_of
from gateway.core.accounts.errors import BadToken
from gateway.core.accounts.sessions import session_begin, session_end

SID = "0b7c2d58-5dc6-4f32-9d4e-6f9b4f6d2c11"


def signed(claims, key=None, algorithm="HS256"):
    return jwt.encode(claims, settings.SECRET_KEY if key is None else key, algorithm)


def claims_until(seconds, **more):
    now = int(time.time())
    return {"sub": "1", "sid": SID, "username": "ann", "exp": now + seconds, "origIat": now} | more


@pytest.fixture
def session(ann):
    return session_begin(user=ann)


def test_a_token_says_who_with_which_session_and_until_when(ann, session, settings):
    settings.GRAPHQL_JWT = settings.GRAPHQL_JWT | {"JWT_EXPIRATION_DELTA": timedelta(seconds=600)}
    before = int(time.time())

    access = access_token_issue(user=ann, session=session)

    claims = access_token_claims(token=access.token)
    assert claims == access.claims
    assert claims.keys() == {"sub", "sid", "username", "exp", "origIat"}
    assert (claims["sub"], claims["username"]) == (str(ann.pk), "ann")
    assert claims["sid"] == str(session.pk)
    assert before <= claims["origIat"] <= time.time()
    assert 599 <= claims["exp"] - claims["origIat"] <= 600  # the clock is read for each


def test_a_renewed_token_keeps_the_time_of_its_login(ann, session):
    access = access_token_issue(user=ann, session=session, logged_in_at=1_700_000_000)

    assert access.claims["origIat"] == 1_700_000_000
    assert access.claims["exp"] > time.time()


def test_a_token_without_a_session_is_refused(ann):
    with pytest.raises(BadToken, match="Invalid payload"):
        access_token_claims(token=get_token(ann))


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
        *[
            pytest.param(
                signed({key: claims_until(60)[key] for key in claims_until(60).keys() - {name}}),
                id=f"without {name}",
            )
            for name in ("sub", "sid", "origIat")
        ],
    ],
)
def test_what_is_no_token_of_ours_is_refused(token):
    with pytest.raises(BadToken):
        access_token_claims(token=token)


def test_a_changed_token_is_refused(ann, session):
    issued = access_token_issue(user=ann, session=session).token
    header, payload, signature = issued.split(".")
    forged = jwt.encode(claims_until(60, sub="2"), "k" * 64).split(".")[1]

    with pytest.raises(BadToken):
        access_token_claims(token=f"{header}.{forged}.{signature}")
    assert access_token_claims(token=f"{header}.{payload}.{signature}")["sub"] == str(ann.pk)


def test_session_and_user_are_found_in_one_query(ann, session, django_assert_num_queries):
    claims = access_token_issue(user=ann, session=session).claims

    with django_assert_num_queries(1):
        user = access_token_session(claims=claims).user

    assert user == ann
    assert credential_of(user) == Credential("session", str(session.pk))


def test_a_renamed_user_is_still_the_same(ann, session, bob):
    claims = access_token_issue(user=ann, session=session).claims
    ann.username = "anna"
    ann.save()
    bob.username = "ann"
    bob.save()

    assert access_token_session(claims=claims).user == ann


@pytest.mark.parametrize("change", ["deleted", "disabled"])
def test_a_token_ends_with_its_user(ann, session, change):
    claims = access_token_issue(user=ann, session=session).claims
    if change == "deleted":
        ann.delete()
    else:
        ann.is_active = False
        ann.save()

    with pytest.raises(BadToken, match=r"has ended|was deleted"):
        access_token_session(claims=claims)


def test_a_token_ends_with_its_session_and_no_others(ann, session):
    claims = access_token_issue(user=ann, session=session).claims
    other = access_token_issue(user=ann, session=session_begin(user=ann)).claims

    session_end(session_id=session.pk)

    with pytest.raises(BadToken, match="revoked"):
        access_token_session(claims=claims)
    assert access_token_session(claims=other).user == ann


def test_a_token_ends_when_the_password_changes(ann, session):
    claims = access_token_issue(user=ann, session=session).claims
    ann.set_password("another-horse")
    ann.save()

    with pytest.raises(BadToken, match="password was changed"):
        access_token_session(claims=claims)

    renewed = access_token_issue(user=ann, session=session_begin(user=ann)).claims
    assert access_token_session(claims=renewed).user == ann


@pytest.mark.parametrize(
    "changed",
    [
        {"sid": str(uuid.uuid4())},
        {"sid": "x"},
        {"sid": None},
        {"sub": "999999"},
        {"sub": "x"},
        {"sub": "9" * 30},
    ],
)
def test_signed_claims_that_name_nothing_are_refused(ann, session, changed):
    claims = access_token_issue(user=ann, session=session).claims

    with pytest.raises(BadToken, match=r"has ended|was deleted"):
        access_token_session(claims=claims | changed)


def test_a_session_is_its_users_alone(ann, session, bob):
    claims = access_token_issue(user=bob, session=session).claims

    with pytest.raises(BadToken, match=r"has ended|was deleted"):
        access_token_session(claims=claims)
