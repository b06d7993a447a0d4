from gateway.core.bounded import BoundedCache


def test_what_was_used_longest_ago_makes_room():
    cache = BoundedCache(most=10)
    for key in "abc":
        cache.keep(key, key.upper(), weight=3)
    assert cache.get("a") == "A"

    cache.keep("d", "D", weight=4)

    assert [cache.get(key) for key in "abcd"] == ["A", None, "C", "D"]
    assert (cache.weight, len(cache)) == (10, 3)


def test_a_value_that_alone_is_too_heavy_is_not_kept_and_drops_no_other():
    cache = BoundedCache(most=10)
    cache.keep("a", "A", weight=10)

    cache.keep("b", "B", weight=11)

    assert (cache.get("a"), cache.get("b"), cache.weight) == ("A", None, 10)


def test_another_value_of_a_key_takes_its_place():
    cache = BoundedCache(most=10)
    cache.keep("a", "A", weight=8)

    cache.keep("a", "B", weight=3)
    cache.forget("unknown")

    assert (cache.get("a"), cache.weight) == ("B", 3)
    cache.forget("a")
    assert (cache.get("a"), cache.weight) == (None, 0)


def test_it_is_emptied():
    cache = BoundedCache(most=10)
    cache.keep("a", "A", weight=8)

    cache.clear()

    assert (len(cache), cache.weight) == (0, 0)
