import hashlib
from datetime import timedelta

import pytest
from django.http.request import HttpHeaders
from django.utils import timezone

from gateway.core.accounts.api_tokens import (
    MOST_TOKENS,
    api_token_create,
    api_token_revoke,
    api_token_user,
    api_tokens_revoke_all,
    usable_api_tokens,
)
from gateway.core.accounts.authentication import authenticate
from gateway.core.accounts.credential import Credential, Scope, credential_of, provider_limit
from gateway.core.accounts.errors import BadToken
from gateway.core.accounts.models import ApiToken
from gateway.core.errors import Conflict, InvalidInput
from gateway.core.redaction import redact


def create(user, **changed):
    given = {"name": "ci", "scope": Scope.READ, "days": 30} | changed
    return api_token_create(user=user, **given)


def test_only_a_digest_is_stored(ann):
    lifetime, before = timedelta(days=30), timezone.now()

    token, secret = create(ann)

    assert secret.startswith("cgw_")
    assert len(secret) > 40
    row = ApiToken.objects.get()
    assert row.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert not any(secret in str(value) for value in ApiToken.objects.values_list().get())
    assert before + lifetime <= row.expires_at <= timezone.now() + lifetime
    assert row == token


def test_logs_do_not_show_one(ann):
    _token, secret = create(ann)

    assert redact(f"asked with {secret}!") == "asked with [redacted]!"


@pytest.mark.parametrize("scheme", ["Bearer", "JWT", "bearer"])
def test_it_names_its_user_and_what_it_is_good_for(ann, scheme):
    token, secret = create(ann, scope=Scope.PLAN, providers=["b", "a", "b"])

    headers = HttpHeaders({"HTTP_AUTHORIZATION": f"{scheme} {secret}"})
    user = authenticate(headers, address="192.0.2.1")

    assert user == ann
    expected = Credential("api_token", str(token.pk), Scope.PLAN, frozenset({"a", "b"}))
    assert credential_of(user) == expected
    assert provider_limit(user) == {"a", "b"}
    assert str(credential_of(user)) == f"api_token:{token.pk}"


def test_its_use_is_noted_once_in_a_minute(ann, django_assert_num_queries):
    token, secret = create(ann)

    with django_assert_num_queries(2):
        api_token_user(secret=secret, address="192.0.2.1")
    with django_assert_num_queries(1):
        api_token_user(secret=secret, address="192.0.2.2")

    token.refresh_from_db()
    assert token.last_used_from == "192.0.2.1"
    assert timezone.now() - token.last_used_at < timedelta(seconds=60)
    ApiToken.objects.update(last_used_at=timezone.now() - timedelta(seconds=61))
    api_token_user(secret=secret, address="192.0.2.2")
    token.refresh_from_db()
    assert token.last_used_from == "192.0.2.2"


def revoked(token):
    api_token_revoke(token=token)


def revoked_with_all(token):
    api_tokens_revoke_all(user=token.user)


def expired(token):
    ApiToken.objects.update(expires_at=timezone.now())


def disabled(token):
    token.user.is_active = False
    token.user.save()


def deleted(token):
    token.user.delete()


@pytest.mark.each_case
@pytest.mark.parametrize("end", [revoked, revoked_with_all, expired, disabled, deleted])
def test_what_ends_it(ann, bob, end):
    token, secret = create(ann)
    _other, of_bob = create(bob)
    assert api_token_user(secret=secret) == ann

    end(token)

    with pytest.raises(BadToken):
        api_token_user(secret=secret)
    if end is not expired:
        assert api_token_user(secret=of_bob) == bob


@pytest.mark.parametrize("secret", ["cgw_", "cgw_x", "cgw_é" * 1000, "cgw_\x00"])
def test_what_nobody_was_given_is_refused(db, secret):
    with pytest.raises(BadToken, match="unknown"):
        api_token_user(secret=secret)


def test_another_password_leaves_it(ann):
    _token, secret = create(ann)
    ann.set_password("another-horse")
    ann.save()

    assert api_token_user(secret=secret) == ann


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"days": 0}, "expiresInDays"),
        ({"days": 367}, "expiresInDays"),
        ({"providers": []}, "providers"),
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
    ],
)
def test_what_cannot_be_one(ann, changed, field):
    with pytest.raises(InvalidInput) as refused:
        create(ann, **changed)

    assert refused.value.field == field
    assert not ApiToken.objects.exists()


def test_there_is_an_end_to_how_many(ann, bob):
    token, _secret = create(ann)
    for number in range(MOST_TOKENS - 1):
        token.pk, token.digest = None, str(number)
        token.save()

    with pytest.raises(Conflict, match="revoke one"):
        create(ann)
    create(bob)
    api_token_revoke(token=token)
    create(ann)

    assert usable_api_tokens(user=ann).count() == MOST_TOKENS
