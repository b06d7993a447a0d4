import hashlib
import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from gateway.core.accounts.errors import BadToken
from gateway.core.accounts.models import RefreshToken
from gateway.core.accounts.refresh_tokens import (
    refresh_token_issue,
    refresh_token_revoke,
    refresh_token_rotate,
)


def row_of(issued):
    return RefreshToken.objects.get(pk=issued.row.pk)


def age(issued, seconds):
    RefreshToken.objects.filter(pk=issued.row.pk).update(
        expires_at=timezone.now() - timedelta(seconds=seconds)
    )


def test_only_a_digest_is_stored(ann):
    issued = refresh_token_issue(user=ann)

    row = row_of(issued)
    assert row.digest == hashlib.sha256(issued.secret.encode()).hexdigest()
    stored = [str(value) for value in RefreshToken.objects.values_list().get()]
    assert not any(issued.secret in value for value in stored)
    assert issued.secret not in repr(row)


def test_it_lives_as_long_as_the_setting_says(ann, settings):
    settings.REFRESH_TOKEN_SECONDS = 90

    issued = refresh_token_issue(user=ann)

    row = row_of(issued)
    assert abs(row.expires_at - row.created_at - timedelta(seconds=90)) < timedelta(seconds=1)
    assert issued.expires_at == int(row.expires_at.timestamp())


def test_rotation_uses_a_token_up_and_keeps_its_family(ann):
    first = refresh_token_issue(user=ann)

    second = refresh_token_rotate(secret=first.secret)

    assert second.secret != first.secret
    assert second.row.user == ann
    assert second.row.family == first.row.family
    assert row_of(first).used_at is not None
    assert (row_of(second).used_at, row_of(second).revoked_at) == (None, None)


def test_a_token_that_comes_back_ends_its_family_and_no_other(ann, caplog):
    other_login = refresh_token_issue(user=ann)
    first = refresh_token_issue(user=ann)
    second = refresh_token_rotate(secret=first.secret)

    with caplog.at_level(logging.WARNING), pytest.raises(BadToken, match="used before"):
        refresh_token_rotate(secret=first.secret)

    with pytest.raises(BadToken, match="revoked"):
        refresh_token_rotate(secret=second.secret)
    assert refresh_token_rotate(secret=other_login.secret).row.family == other_login.row.family
    assert str(first.row.family) in caplog.text
    assert first.secret not in caplog.text


def test_of_two_at_once_one_wins_and_the_other_is_a_reuse(ann, monkeypatch):
    first = refresh_token_issue(user=ann)
    stale = RefreshToken.objects.select_related("user").get(pk=first.row.pk)
    refresh_token_rotate(secret=first.secret)
    # The loser read the row before the winner wrote it.
    monkeypatch.setattr("gateway.core.accounts.refresh_tokens._find", lambda _secret: stale)

    with pytest.raises(BadToken, match="used before"):
        refresh_token_rotate(secret=first.secret)

    assert not RefreshToken.objects.filter(family=first.row.family, revoked_at=None).exists()


def test_an_expired_token_renews_nothing_and_is_no_reuse(ann):
    first = refresh_token_issue(user=ann)
    second = refresh_token_rotate(secret=first.secret)
    age(first, seconds=1)

    with pytest.raises(BadToken, match="expired"):
        refresh_token_rotate(secret=first.secret)

    assert row_of(second).revoked_at is None


def test_a_disabled_user_cannot_renew(ann):
    issued = refresh_token_issue(user=ann)
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
    first = refresh_token_issue(user=ann)
    second = refresh_token_rotate(secret=first.secret)

    revoked_at = refresh_token_revoke(secret=first.secret)

    assert row_of(second).revoked_at == revoked_at
    with pytest.raises(BadToken, match="revoked"):
        refresh_token_rotate(secret=second.secret)


def test_revoking_twice_answers_the_first_time(ann):
    issued = refresh_token_issue(user=ann)

    first = refresh_token_revoke(secret=issued.secret)

    assert refresh_token_revoke(secret=issued.secret) == first


def test_a_login_forgets_the_users_expired_tokens_alone(ann, bob):
    expired, of_bob, good = (refresh_token_issue(user=user) for user in (ann, bob, ann))
    age(expired, seconds=1)
    age(of_bob, seconds=1)

    newest = refresh_token_issue(user=ann)

    kept = set(RefreshToken.objects.values_list("pk", flat=True))
    assert kept == {of_bob.row.pk, good.row.pk, newest.row.pk}
