import hashlib
import logging
import threading
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from django.utils import timezone

from gateway.core.accounts.errors import BadToken
from gateway.core.accounts.models import RefreshToken, Session
from gateway.core.accounts.refresh_tokens import (
    client_digest,
    refresh_token_issue,
    refresh_token_revoke,
    refresh_token_rotate,
)
from gateway.core.accounts.sessions import session_begin, session_end

DAY = 24 * 60 * 60
AT_ONCE = 4


def log_in(user):
    return refresh_token_issue(session=session_begin(user=user))


def row_of(issued):
    return RefreshToken.objects.get(pk=issued.row.pk)


def age(issued, seconds):
    RefreshToken.objects.filter(pk=issued.row.pk).update(
        expires_at=timezone.now() - timedelta(seconds=seconds)
    )


def test_only_a_digest_is_stored(ann):
    issued = log_in(ann)

    row = row_of(issued)
    assert row.digest == hashlib.sha256(issued.secret.encode()).hexdigest()
    stored = [str(value) for value in RefreshToken.objects.values_list().get()]
    assert not any(issued.secret in value for value in stored)
    assert issued.secret not in repr(row)


def test_it_lives_as_long_as_the_setting_says(ann, settings):
    settings.REFRESH_TOKEN_SECONDS = 90
    lifetime, before = timedelta(seconds=90), timezone.now()

    issued = log_in(ann)

    row = row_of(issued)
    assert before + lifetime <= row.expires_at <= timezone.now() + lifetime
    assert issued.expires_at == int(row.expires_at.timestamp())


def test_rotation_uses_a_token_up_and_keeps_its_session(ann):
    first = log_in(ann)

    second = refresh_token_rotate(secret=first.secret)

    assert second.secret != first.secret
    assert second.row.session.user == ann
    assert second.row.session == first.row.session
    assert row_of(first).used_at is not None
    assert row_of(second).used_at is None


def test_a_token_that_comes_back_ends_its_session_and_no_other(ann, caplog):
    other_login = log_in(ann)
    first = log_in(ann)
    second = refresh_token_rotate(secret=first.secret)

    with caplog.at_level(logging.WARNING), pytest.raises(BadToken, match="used before"):
        refresh_token_rotate(secret=first.secret)

    with pytest.raises(BadToken, match="revoked"):
        refresh_token_rotate(secret=second.secret)
    assert refresh_token_rotate(secret=other_login.secret).row.session == other_login.row.session
    assert str(first.row.session_id) in caplog.text
    assert first.secret not in caplog.text


def test_of_two_at_once_one_wins_and_the_other_is_a_reuse(ann, monkeypatch):
    first = log_in(ann)
    stale = RefreshToken.objects.select_related("session__user").get(pk=first.row.pk)
    refresh_token_rotate(secret=first.secret)
    # The loser read the row before the winner wrote it.
    monkeypatch.setattr("gateway.core.accounts.refresh_tokens._find", lambda _secret: stale)

    with pytest.raises(BadToken, match="used before"):
        refresh_token_rotate(secret=first.secret)

    assert Session.objects.get().ended_at is not None


def test_an_expired_token_renews_nothing_and_is_no_reuse(ann):
    first = log_in(ann)
    second = refresh_token_rotate(secret=first.secret)
    age(first, seconds=1)

    with pytest.raises(BadToken, match="expired"):
        refresh_token_rotate(secret=first.secret)

    assert row_of(second).used_at is None
    assert Session.objects.get().ended_at is None


def test_a_disabled_user_cannot_renew(ann):
    issued = log_in(ann)
    ann.is_active = False
    ann.save()

    with pytest.raises(BadToken, match="disabled"):
        refresh_token_rotate(secret=issued.secret)

    assert row_of(issued).used_at is None


@pytest.mark.parametrize("secret", ["", "x", "\x00", "é" * 5000])
def test_an_unknown_secret_is_refused(ann, secret):
    for use in (refresh_token_rotate, refresh_token_revoke):
        with pytest.raises(BadToken, match="Invalid refresh token"):
            use(secret=secret)


def test_revoking_ends_the_session_even_by_a_used_token(ann):
    first = log_in(ann)
    second = refresh_token_rotate(secret=first.secret)

    revoked_at = refresh_token_revoke(secret=first.secret).ended_at

    assert Session.objects.get().ended_at == revoked_at
    with pytest.raises(BadToken, match="revoked"):
        refresh_token_rotate(secret=second.secret)


def test_revoking_twice_answers_the_first_time(ann):
    issued = log_in(ann)

    first = refresh_token_revoke(secret=issued.secret).ended_at

    assert first is not None
    assert refresh_token_revoke(secret=issued.secret).ended_at == first


def test_another_password_ends_renewals_too(ann):
    issued = log_in(ann)
    ann.set_password("another-horse")
    ann.save()

    with pytest.raises(BadToken, match="password was changed"):
        refresh_token_rotate(secret=issued.secret)

    assert row_of(issued).used_at is None


def test_a_renewal_forgets_the_sessions_expired_tokens_alone(ann, bob):
    of_bob, other, first = (log_in(user) for user in (bob, ann, ann))
    second = refresh_token_rotate(secret=first.secret)
    for expired in (of_bob, other, first):
        age(expired, seconds=1)

    third = refresh_token_rotate(secret=second.secret)

    kept = set(RefreshToken.objects.values_list("pk", flat=True))
    assert kept == {of_bob.row.pk, other.row.pk, second.row.pk, third.row.pk}


def test_a_login_forgets_the_users_expired_sessions_alone(ann, bob, settings):
    settings.REFRESH_TOKEN_SECONDS = 3 * DAY
    expired, of_bob, good = (session_begin(user=user) for user in (ann, bob, ann))
    ended = session_begin(user=ann)
    session_end(session_id=ended.pk)
    assert timedelta(days=2) < good.expires_at - timezone.now() <= timedelta(days=3)
    past = timezone.now() - timedelta(seconds=1)
    Session.objects.filter(pk__in=[expired.pk, of_bob.pk]).update(expires_at=past)

    newest = session_begin(user=ann)

    kept = set(Session.objects.values_list("pk", flat=True))
    assert kept == {of_bob.pk, good.pk, ended.pk, newest.pk}


def test_a_session_outlives_the_access_tokens_that_it_can_bring(ann, settings):
    settings.REFRESH_TOKEN_SECONDS = 60

    before = timezone.now()
    session = session_begin(user=ann)

    of_tokens = settings.GRAPHQL_JWT
    longest = of_tokens["JWT_REFRESH_EXPIRATION_DELTA"] + of_tokens["JWT_EXPIRATION_DELTA"]
    assert before + longest <= session.expires_at <= timezone.now() + longest


def test_a_renewal_keeps_the_session_longer(ann):
    issued = log_in(ann)
    soon = timezone.now() + timedelta(seconds=5)
    Session.objects.update(expires_at=soon)

    refresh_token_rotate(secret=issued.secret)

    assert Session.objects.get().expires_at > soon + timedelta(days=1)


HERE = client_digest(address="192.0.2.1", user_agent="browser")
ELSEWHERE = [
    client_digest(address="192.0.2.2", user_agent="browser"),
    client_digest(address="192.0.2.1", user_agent="curl"),
    "",
]


def renew(issued, client=HERE):
    return refresh_token_rotate(secret=issued.secret, client=client)


def test_the_same_client_is_given_the_same_successor_at_once(ann):
    first = log_in(ann)

    second, again = renew(first), renew(first)

    assert (again.secret, again.row) == (second.secret, second.row)
    assert again.expires_at == second.expires_at
    assert Session.objects.get().ended_at is None
    assert RefreshToken.objects.count() == 2
    assert renew(again).secret not in (first.secret, second.secret)


@pytest.mark.parametrize("client", ELSEWHERE)
def test_another_client_ends_the_session_at_once_too(ann, client):
    first = log_in(ann)
    renew(first)

    with pytest.raises(BadToken, match="used before"):
        renew(first, client)
    assert Session.objects.get().ended_at is not None


def test_after_the_grace_the_same_client_ends_the_session_too(ann, settings):
    first = log_in(ann)
    second = renew(first)
    grace = timedelta(seconds=settings.REFRESH_GRACE_SECONDS)
    RefreshToken.objects.filter(pk=first.row.pk).update(used_at=timezone.now() - grace)

    with pytest.raises(BadToken, match="used before"):
        renew(first)
    with pytest.raises(BadToken, match="revoked"):
        renew(second)


def test_a_successor_that_is_used_already_is_not_given_again(ann):
    first = log_in(ann)
    renew(renew(first))

    with pytest.raises(BadToken, match="used before"):
        renew(first)


def test_within_the_grace_a_session_that_has_ended_stays_ended(ann):
    first = log_in(ann)
    session_end(session_id=renew(first).row.session_id)

    with pytest.raises(BadToken, match="revoked"):
        renew(first)


def test_the_successor_is_not_stored_and_takes_the_gateways_key_to_derive(ann, settings):
    first = log_in(ann)
    second = renew(first)

    stored = [str(value) for row in RefreshToken.objects.values_list() for value in row]
    assert not any(secret in value for value in stored for secret in (first.secret, second.secret))
    settings.SECRET_KEY = "another"
    with pytest.raises(BadToken, match="used before"):
        renew(first)


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_all_are_given_one_successor(transactional_db):
    first = log_in(get_user_model().objects.create_user("cleo", password="correct-horse"))
    begin, came = threading.Barrier(AT_ONCE), []

    def call():
        begin.wait(timeout=30)
        try:
            came.append(renew(first).secret)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=call) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert len(came) == AT_ONCE
    assert len(set(came)) == 1
    assert Session.objects.get().ended_at is None
    assert RefreshToken.objects.filter(used_at=None).count() == 1
