"""Guessing passwords: by aliases, by batches, and by how long an answer takes."""

import pytest
from django.contrib.auth import hashers

LOGIN = 'a{0}: tokenAuth(username: "{1}", password: "guess-{0}") {{ token }}'


def guesses(count, username="ann"):
    return "mutation { " + " ".join(LOGIN.format(n, username) for n in range(count)) + " }"


@pytest.fixture
def hashed(monkeypatch):
    """The number of times that a password was hashed: hashing takes the time of a guess."""
    found = []
    hasher = hashers.get_hasher()
    plain = type(hasher).encode
    monkeypatch.setattr(
        type(hasher),
        "encode",
        lambda self, *given, **o: found.append(1) or plain(self, *given, **o),
    )
    return found


def codes(answer):
    return [error["extensions"]["code"] for error in answer["errors"]]


def test_aliases_are_attempts_of_their_own(client, settings, ann, hashed):
    settings.LOGIN_LIMITS = {"account_per_minute": 4, "address_per_minute": 100}

    answer = client.post(guesses(30))

    assert codes(answer) == ["INVALID_CREDENTIALS"] * 4 + ["RATE_LIMITED"] * 26
    assert len(hashed) == 4
    assert set(answer["data"].values()) == {None}


def test_the_right_password_does_not_help_after_too_many_wrong_ones(client, settings, ann):
    settings.LOGIN_LIMITS = {"account_per_minute": 4, "address_per_minute": 100}
    client.post(guesses(5))

    right = client.post(
        'mutation { tokenAuth(username: "ann", password: "correct-horse") { token } }'
    )

    assert codes(right) == ["RATE_LIMITED"]


def test_more_aliases_than_are_allowed_try_nothing(client, settings, hashed):
    answer = client.post(guesses(settings.GRAPHQL_LIMITS["aliases"] + 1))

    assert set(codes(answer)) == {"QUERY_TOO_LARGE"}
    assert "data" not in answer
    assert hashed == []


def test_a_batch_tries_nothing(post, ann, hashed):
    response = post([{"query": guesses(1)} for _ in range(100)])

    assert response.status_code == 400
    assert "Batches" in response.json()["errors"][0]["message"]
    assert hashed == []


@pytest.mark.parametrize("spelling", ["ann", "ANN", "\uff21nn"])
def test_another_spelling_of_the_name_is_the_same_account(client, settings, ann, spelling):
    """User names are compared without regard to case and width, and so are guesses."""
    settings.LOGIN_LIMITS = {"account_per_minute": 1, "address_per_minute": 100}
    client.post(guesses(1))

    assert codes(client.post(guesses(1, spelling))) == ["RATE_LIMITED"]


@pytest.mark.parametrize("username", ["ann", "nobody", "off"])
def test_unknown_and_disabled_users_take_as_long_and_answer_alike(client, ann, hashed, username):
    """Hashing is nearly all of a login's time, so the test counts hashes, and measures no time."""
    type(ann).objects.create_user(username="off", password="guess-0", is_active=False)
    hashed.clear()

    answer = client.post(guesses(1, username))

    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "INVALID_CREDENTIALS"}
    assert username not in error["message"]
    assert len(hashed) == 1
