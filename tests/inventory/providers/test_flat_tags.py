"""Tags of clouds that know words alone."""

import pytest

from inventory.providers.flat_tags import pairs_of, replaced, words_of


@pytest.mark.parametrize(
    ("words", "pairs"),
    [
        ([], ()),
        (["web"], (("web", ""),)),
        (["env:prod", "a:1"], (("a", "1"), ("env", "prod"))),
        (["url:http://h:1"], (("url", "http://h:1"),)),
        (["env:prod", "env:test"], (("env", "test"),)),
    ],
)
def test_words_are_pairs(words, pairs):
    assert pairs_of(words) == pairs


def test_pairs_become_the_words_that_they_came_from():
    assert words_of(pairs_of(["env:prod", "web"])) == ["env:prod", "web"]


def test_a_key_has_one_value_and_others_stay():
    words = ["env:prod", "environment:x", "web", "old:1"]

    assert replaced(words, {"env": "test"}, ["old"]) == ["environment:x", "web", "env:test"]
