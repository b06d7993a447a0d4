import time

import pytest
import redis

from gateway.core import redis as redis_module
from gateway.core.accounts import login_limits
from gateway.core.accounts.login_limits import WINDOW_SECONDS, Windows, login_attempt_count
from gateway.core.errors import RateLimited


@pytest.fixture(autouse=True)
def _limits(settings, monkeypatch):
    settings.LOGIN_LIMITS = {"account_per_minute": 2, "address_per_minute": 5}
    monkeypatch.setattr(login_limits, "_own_windows", Windows())


@pytest.fixture(params=["redis up", "redis down"])
def _either_way(request, settings):
    if request.param == "redis down":
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        redis_module.client.cache_clear()
    yield
    redis_module.client.cache_clear()


def attempt(username="ann", address="192.0.2.1"):
    login_attempt_count(username=username, address=address)


def is_refused(**who):
    try:
        attempt(**who)
    except RateLimited:
        return True
    return False


@pytest.mark.usefixtures("_either_way")
def test_an_account_is_limited_whatever_the_address():
    attempt(address="192.0.2.1")
    attempt(address="192.0.2.2")

    with pytest.raises(RateLimited) as refused:
        attempt(address="192.0.2.3")

    assert refused.value.code == "RATE_LIMITED"
    assert 0 < refused.value.retry_after <= WINDOW_SECONDS
    assert str(refused.value.retry_after) in refused.value.message
    assert not is_refused(username="bob", address="192.0.2.3")


@pytest.mark.usefixtures("_either_way")
def test_an_address_is_limited_whatever_the_account():
    for number in range(5):
        attempt(username=f"user-{number}")

    assert is_refused(username="yet-another")
    assert not is_refused(username="yet-another", address="192.0.2.2")


def test_a_limited_address_cannot_lock_an_account():
    for number in range(5):
        attempt(username=f"user-{number}")
    for _ in range(5):
        assert is_refused(username="ann")

    assert not is_refused(username="ann", address="192.0.2.2")


def test_the_counter_ends_with_its_window(redis_url):
    attempt()

    server = redis.Redis.from_url(redis_url, decode_responses=True)
    keys = server.keys()
    assert len(keys) == 2
    assert all(0 < server.ttl(key) <= WINDOW_SECONDS for key in keys)
    assert not any("ann" in key for key in keys)


def test_a_window_in_memory_ends_too(monkeypatch):
    windows = Windows()
    now = time.monotonic()
    monkeypatch.setattr(login_limits.time, "monotonic", lambda: now)
    assert windows.add("a") == (1, WINDOW_SECONDS)
    assert windows.add("a") == (2, WINDOW_SECONDS)

    monkeypatch.setattr(login_limits.time, "monotonic", lambda: now + WINDOW_SECONDS)

    assert windows.add("b") == (1, WINDOW_SECONDS)
    assert windows._counts.keys() == {"b"}
    assert windows.add("a") == (1, WINDOW_SECONDS)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "", True),
    ],
)
def test_who_counts_as_one_address(first, second, same):
    for number in range(5):
        attempt(username=f"user-{number}", address=first)

    assert is_refused(username="another", address=second) is same


def test_losing_redis_is_logged(settings, caplog):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    redis_module.client.cache_clear()

    attempt()

    assert "this process counts logins alone" in caplog.text
    redis_module.client.cache_clear()


def test_the_windows_of_a_process_are_bounded(monkeypatch):
    monkeypatch.setattr(login_limits, "MOST_WINDOWS", 3)
    windows = Windows()
    for number in range(10):
        windows.add(f"address:{number}")

    assert list(windows._counts) == ["address:7", "address:8", "address:9"]
    assert windows.add("address:9")[0] == 2
