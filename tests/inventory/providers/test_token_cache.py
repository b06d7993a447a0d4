"""The token of a sign-in is cached, and renewed when the cloud refuses it."""

from inventory.providers.token_cache import Grant, TokenCache

FACTS = ("https://cloud.example.org", "user", "secret")
LATER = 32_503_680_000.0  # the year 3000


def test_of_many_whose_token_is_refused_one_signs_in():
    """A second sign-in would end the token of the first where a cloud keeps one at a time."""
    asked = []

    def ask():
        asked.append(len(asked) + 1)
        return Grant(f"token-{asked[-1]}", LATER)

    kept = TokenCache()
    both = [kept.get(FACTS, ask, timeout=1) for _ in range(2)]
    assert both == ["token-1", "token-1"]

    for refused in both:
        kept.forget(FACTS, refused)
        assert kept.get(FACTS, ask, timeout=1) == "token-2"
    assert asked == [1, 2]

    kept.forget(FACTS, "token-2")
    assert kept.get(FACTS, ask, timeout=1) == "token-3"
