import time
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher

from gateway.core.accounts import services
from gateway.core.accounts.access_tokens import access_token_claims, access_token_issue
from gateway.core.accounts.errors import BadToken, InvalidCredentials
from gateway.core.accounts.models import RefreshToken, Session
from gateway.core.accounts.sessions import session_begin
from gateway.core.errors import RateLimited
from tests.gateway.core.accounts.conftest import PASSWORD

DAY = 24 * 60 * 60


@pytest.fixture
def session(ann):
    return session_begin(user=ann)


def log_in(username="ann", password=PASSWORD):
    return services.session_open(username=username, password=password, address="192.0.2.1")


def test_a_session_opens_with_both_tokens(ann):
    session = log_in()

    assert session.user == ann
    assert access_token_claims(token=session.access.token) == session.access.claims
    assert session.refresh_expires_at == int(RefreshToken.objects.get().expires_at.timestamp())


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("ann", "wrong"),
        ("ann", ""),
        ("nobody", PASSWORD),
        ("", ""),
        ("ann\x00", PASSWORD),
    ],
)
def test_wrong_credentials_are_refused_alike(ann, username, password):
    with pytest.raises(InvalidCredentials) as refused:
        log_in(username, password)

    assert refused.value.message == "Please enter valid credentials"
    assert refused.value.code == "INVALID_CREDENTIALS"
    assert not RefreshToken.objects.exists()
    assert not Session.objects.exists()


def test_a_disabled_user_cannot_log_in(ann):
    ann.is_active = False
    ann.save()

    with pytest.raises(InvalidCredentials):
        log_in()


def test_an_unknown_user_costs_a_hash_as_a_known_one_does(ann, monkeypatch):
    hashed = []
    encode = MD5PasswordHasher.encode

    def counted(self, password, salt):
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)

    for username in ("ann", "nobody"):
        with pytest.raises(InvalidCredentials):
            log_in(username, "wrong")

    assert hashed == ["wrong", "wrong"]


def test_beyond_the_limit_not_even_the_right_password_is_looked_at(ann, settings):
    settings.LOGIN_LIMITS = {"account_per_minute": 1, "address_per_minute": 9}
    log_in()

    with pytest.raises(RateLimited):
        log_in()

    assert RefreshToken.objects.count() == 1


def test_a_refresh_token_renews_the_session(ann):
    opened = log_in()

    renewed = services.session_renew(refresh_token=opened.refresh_token)

    assert renewed.user == ann
    assert renewed.refresh_token not in ("", opened.refresh_token)
    assert access_token_claims(token=renewed.access.token)["sub"] == str(ann.pk)


def test_an_access_token_brings_another_but_no_refresh_token(ann, session):
    login = int(time.time()) - 600
    token = access_token_issue(user=ann, session=session, logged_in_at=login).token

    renewed = services.session_prolong(token=token)

    assert renewed.refresh_token == ""
    assert renewed.access.claims["origIat"] == login
    assert renewed.access.claims["exp"] > time.time()
    assert renewed.refresh_expires_at == login + DAY
    assert not RefreshToken.objects.exists()


def test_a_day_after_the_login_an_access_token_brings_no_other(ann, session):
    login = int(time.time()) - DAY - 1
    token = access_token_issue(user=ann, session=session, logged_in_at=login).token

    with pytest.raises(BadToken, match="too long ago"):
        services.session_prolong(token=token)


def test_an_expired_access_token_brings_no_other(ann, session, settings):
    settings.GRAPHQL_JWT = settings.GRAPHQL_JWT | {"JWT_EXPIRATION_DELTA": timedelta(seconds=-1)}
    token = access_token_issue(user=ann, session=session).token

    with pytest.raises(BadToken, match="expired"):
        services.session_prolong(token=token)


def test_a_token_of_a_gone_user_is_not_verified(ann):
    session = log_in()
    assert services.token_verify(token=session.access.token) == session.access.claims
    ann.delete()

    with pytest.raises(BadToken, match=r"has ended|was deleted"):
        services.token_verify(token=session.access.token)


def end_by_revoking(session):
    services.session_revoke(refresh_token=session.refresh_token)


def end_by_reuse(session):
    services.session_renew(refresh_token=session.refresh_token)
    with pytest.raises(BadToken, match="used before"):
        services.session_renew(refresh_token=session.refresh_token)


def end_by_another_password(session):
    session.user.set_password("another-horse")
    session.user.save()


def end_by_disabling(session):
    session.user.is_active = False
    session.user.save()


@pytest.mark.parametrize(
    "end", [end_by_revoking, end_by_reuse, end_by_another_password, end_by_disabling]
)
def test_what_ends_a_session_ends_all_its_tokens_at_once(ann, end):
    session = log_in()

    end(session)

    for use in (
        lambda: services.token_verify(token=session.access.token),
        lambda: services.session_prolong(token=session.access.token),
        lambda: services.session_renew(refresh_token=session.refresh_token),
    ):
        with pytest.raises(BadToken):
            use()


def test_tokens_that_were_renewed_end_with_their_session_too(ann):
    opened = log_in()
    renewed = services.session_renew(refresh_token=opened.refresh_token)
    prolonged = services.session_prolong(token=opened.access.token)
    other = log_in()

    services.session_revoke(refresh_token=opened.refresh_token)

    for ended in (opened, renewed, prolonged):
        with pytest.raises(BadToken, match="revoked"):
            services.token_verify(token=ended.access.token)
    assert services.token_verify(token=other.access.token)["sub"] == str(ann.pk)


def test_a_session_remembers_where_it_came_from(ann):
    log_in()

    assert Session.objects.get().address == "192.0.2.1"
