"""How often an account may be asked."""

import time
from dataclasses import replace

import pytest

from gateway.core.redis import client
from inventory.live.limiter import take_turn
from inventory.models import Provider
from inventory.providers import ProviderError, RateLimit
from tests.inventory.factories import machine_source, make_simulator

pytestmark = pytest.mark.django_db


@pytest.fixture
def limited(monkeypatch):
    """A source whose kind allows two tasks at once and twenty a second."""
    source = machine_source(make_simulator(regions=["r1", "r2"]), "r1")
    kind = replace(source.provider.kind, rate=RateLimit(per_second=20, burst=2))
    monkeypatch.setattr(Provider, "kind", kind)
    return source


def seconds_for(source, *, turns, seconds=5.0):
    started = time.monotonic()
    for _ in range(turns):
        take_turn(source, seconds=seconds)
    return time.monotonic() - started


def test_a_burst_goes_through_at_once_and_the_rest_in_turn(limited):
    assert seconds_for(limited, turns=2) < 0.05
    assert 0.1 <= seconds_for(limited, turns=3) < 1


def test_who_cannot_wait_is_told_when_to_come_back(limited):
    seconds_for(limited, turns=2)

    with pytest.raises(ProviderError) as caught:
        take_turn(limited, seconds=0.01)

    assert caught.value.code == "RATE_LIMITED"
    assert 0 < caught.value.retry_after <= 0.05
    # a refused task takes no token from the others
    assert seconds_for(limited, turns=1) < 0.5


def test_every_region_and_account_has_a_bucket_of_its_own(limited):
    seconds_for(limited, turns=2)

    other_region = machine_source(limited.provider, "r2")
    assert seconds_for(other_region, turns=2) < 0.05
    assert seconds_for(machine_source(make_simulator()), turns=2) < 0.05


def test_a_kind_without_a_limit_is_not_limited():
    assert seconds_for(machine_source(make_simulator()), turns=100) < 0.5


def test_without_redis_nothing_is_limited(limited, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    client.cache_clear()

    assert seconds_for(limited, turns=5) < 1
