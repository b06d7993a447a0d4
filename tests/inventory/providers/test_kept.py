"""The kinds' caches in memory stay small, whatever clouds and users send."""

import time

import pytest

from gateway.core.bounded import BoundedCache
from inventory.providers import addresses, names, token_cache
from inventory.providers.docker import inspection
from inventory.providers.simulator import world


@pytest.fixture
def grants():
    return token_cache.TokenCache()


def grant(value="token"):
    return token_cache.Grant(value, time.time() + 3600)


def test_the_latest_sign_ins_are_kept_and_no_locks(grants):
    for number in range(token_cache.MOST_KEPT + 50):
        grants.get([str(number)], grant, timeout=1)

    assert len(grants._kept) == token_cache.MOST_KEPT
    assert grants._turns == {}


def test_a_sign_in_that_fails_leaves_no_lock(grants):
    def fail():
        raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"):
        grants.get(["a"], fail, timeout=1)
    assert grants._turns == {}


@pytest.mark.parametrize(
    "value", ["x" * 70_000, {"catalog": ["x" * 40_000, {"y": "y" * 40_000}]}, ("x" * 70_000,)]
)
def test_an_overlong_grant_is_used_and_not_kept(grants, value):
    assert grants.get(["a"], lambda: grant(value), timeout=1) == value
    assert len(grants._kept) == 0
    assert grants.get(["a"], lambda: grant("short"), timeout=1) == "short"


def test_lists_of_simulated_machines_are_bounded_by_their_machines(monkeypatch):
    monkeypatch.setattr(world, "KEPT", BoundedCache(400))
    for number in range(6):
        world.untouched_machines(world.Place(f"seed-{number}", "sim-1"), 90)
    long_seed = world.Place("s" * 20_000, "sim-1")
    assert len(world.untouched_machines(long_seed, 90)) == 90

    assert (world.KEPT.weight, len(world.KEPT)) == (3 * 91 + 91 + 20_000 // 850, 4)


def test_answers_of_engines_are_bounded_by_their_length():
    kept = inspection.Inspections()
    long_answer = inspection.Inspected("i" * 1_000_000, 0)
    for number in range(30):
        kept.keep(number, long_answer)
    kept.keep("usual", inspection.Inspected("debian:12", 0))

    assert kept._kept.weight <= inspection.MOST_KEPT
    assert len(kept._kept) < 21
    assert kept.get("usual") is not None


@pytest.mark.parametrize(
    "known", [addresses.canonical_address, addresses.is_public_address, addresses._is_never_public]
)
def test_overlong_addresses_are_judged_and_not_kept(known):
    kept = known.__closure__[[*known.__code__.co_freevars].index("kept")].cell_contents
    kept.cache_clear()

    known("x" * 1_000)
    assert kept.cache_info().currsize == 0
    known("192.0.2.1")
    assert kept.cache_info().currsize == 1
    assert kept.cache_info().maxsize == addresses.MOST_KNOWN


def test_overlong_names_and_ids_are_used_and_not_kept():
    cache, long_name = names.NameCache(), "n" * names.LONGEST_KEPT
    found = cache.names("account", ["a", "b"], lambda _: [("a", long_name), ("b", "B")], "images")

    assert dict(found.known) == {"a": long_name, "b": "B"}
    assert dict(cache.known("account")) == {"b": "B"}
    cache.names("account", ["i" * 2_000], lambda _: [], "images")
    assert list(cache._accounts["account"].ends) == ["b"]
