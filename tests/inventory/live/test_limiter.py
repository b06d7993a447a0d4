"""The limit on the number of requests to an account."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from gateway.core.redis import client
from inventory.live import limiter
from inventory.live.limiter import take_turn
from inventory.models import Provider
from inventory.providers import ProviderError, RateLimit
from tests.inventory.factories import machine_source, make_simulator

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database,  # it is about Redis
]

# The bucket fills next to nothing in the time between two turns, even on a busy machine.
SECONDS_PER_TOKEN = 10_000
PATIENT = 10 * SECONDS_PER_TOKEN


@pytest.fixture
def limited(monkeypatch):
    """A source whose kind allows two tasks at once, and one more in SECONDS_PER_TOKEN."""
    source = machine_source(make_simulator(regions=["r1", "r2"]), "r1")
    kind = replace(source.provider.kind, rate=RateLimit(per_second=1 / SECONDS_PER_TOKEN, burst=2))
    monkeypatch.setattr(Provider, "kind", kind)
    return source


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    """The seconds that each turn waits: they are recorded, and no turn sleeps."""
    noted = []
    monkeypatch.setattr(limiter, "time", SimpleNamespace(sleep=noted.append))
    return noted


def take_turns(source, turns):
    for _ in range(turns):
        take_turn(source, seconds=PATIENT)


def test_a_burst_goes_through_at_once_and_the_rest_in_turn(limited, waits):
    take_turns(limited, 5)

    assert waits[:2] == [0, 0]
    assert waits[2:] == pytest.approx([turn * SECONDS_PER_TOKEN for turn in (1, 2, 3)], rel=0.05)


def test_who_cannot_wait_is_told_when_to_come_back(limited, waits):
    take_turns(limited, 2)

    with pytest.raises(ProviderError) as caught:
        take_turn(limited, seconds=SECONDS_PER_TOKEN / 2)

    assert caught.value.code == "RATE_LIMITED"
    assert caught.value.retry_after == pytest.approx(SECONDS_PER_TOKEN, rel=0.05)
    # a refused task takes no token from the others
    take_turns(limited, 1)
    assert waits == [0, 0, pytest.approx(SECONDS_PER_TOKEN, rel=0.05)]


def test_every_region_and_account_has_a_bucket_of_its_own(limited, waits):
    take_turns(limited, 2)

    take_turns(machine_source(limited.provider, "r2"), 2)
    take_turns(machine_source(make_simulator()), 2)

    assert waits == [0] * 6


def test_a_kind_without_a_limit_is_not_limited(waits):
    take_turns(machine_source(make_simulator()), 100)

    assert waits == []


def test_without_redis_nothing_is_limited(limited, waits, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    client.cache_clear()

    take_turns(limited, 5)

    assert waits == []
